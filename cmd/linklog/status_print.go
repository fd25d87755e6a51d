package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// print is the answer for people.
func (a statusAnswer) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	line("MODEL\tTABLES\tUSE\tVERSION\tSIZE\tMADE")
	for _, g := range a.Generations {
		line("%s\t%s\t%s\t%d\t%sB\t%s", g.Model, g.Schema, g.Use, g.Version, short(float64(g.Bytes)), g.Made.Format(time.DateTime))
	}
	line("\nREADER\tTOPIC\tPARTITION\tNEXT\tEND\tRECORDS BEHIND\tSECONDS BEHIND")
	for _, r := range a.Readers {
		for _, p := range r.Partitions {
			line("%s\t%s\t%d\t%d\t%d\t%d\t%.1f", r.Reader, r.Topic, p.Partition, p.Next, p.End, p.Records, p.Seconds)
		}
		line("%s\t%s\tall\t\t\t%d\t%.1f", r.Reader, r.Topic, r.Records, r.Seconds)
	}
	line("\ndead letters\t%d", a.DeadLetters)
	for _, s := range a.Spools {
		if s.Error != "" {
			line("spool at %s\t%s", s.Admin, s.Error)
			continue
		}
		line("spool at %s\t%.0f clicks waiting\t%.0f dropped\t%sB of %sB", s.Admin, s.Waiting, s.Dropped, short(s.Bytes), short(s.Cap))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
