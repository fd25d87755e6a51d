package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

type clicksCmd struct {
	Tail   clicksTailCmd   `cmd:"" help:"Show clicks as they are recorded, until Ctrl-C."`
	Replay clicksReplayCmd `cmd:"" help:"Copy the clicks of some time to a file or a topic."`

	Snapshot clicksSnapshotCmd `cmd:"" help:"Write the tables of clicks to a file, for when the topic has forgotten what they were made of."`
	Restore  clicksRestoreCmd  `cmd:"" help:"Make tables from such a file, for a rebuild to go on with."`
}

// moment is a time on the command line: RFC 3339, a UTC date, or how long ago.
type moment struct{ time.Time }

// beginning is the moment before all others.
const beginning = "beginning"

// UnmarshalText reads 2026-11-22T10:00:00Z, 2026-11-22, 90m (ago), now or beginning.
func (m *moment) UnmarshalText(text []byte) error {
	s := string(text)
	switch s {
	case beginning:
		m.Time = time.Unix(0, 0)
		return nil
	case "now":
		m.Time = time.Now()
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			m.Time = t
			return nil
		}
	}
	ago, err := time.ParseDuration(s)
	if err != nil || ago < 0 {
		return fmt.Errorf("%q is no time: say 2026-11-22T10:00:00Z, 2026-11-22, 90m (ago), now or %s", s, beginning)
	}
	m.Time = time.Now().Add(-ago)
	return nil
}

// clockSkew is how far ahead of the brokers' clock a redirector's may run.
const clockSkew = 5 * time.Minute

// since is where to begin to read for clicks from t on. Brokers note when they took a click,
// which is after it happened, but for clocks that differ.
func since(ctx context.Context, r *kafka.ClickReader, t time.Time) ([]int64, error) {
	if t.Unix() <= 0 {
		return r.Beginnings(ctx)
	}
	return r.Since(ctx, t.Add(-clockSkew))
}

// linkFilter is --link.
type linkFilter struct {
	Link string `help:"Only the clicks of this link." placeholder:"lnk_…"`
}

// number is the link's, 0 for all links.
func (f linkFilter) number() (domain.LinkNumber, error) {
	if f.Link == "" {
		return 0, nil
	}
	n, err := domain.ParseLinkNumber(f.Link)
	if err != nil {
		return 0, fmt.Errorf("--link: %w", err)
	}
	return n, nil
}

type clicksTailCmd struct {
	kafkaSettings
	linkFilter
	From moment `help:"Begin with the clicks of this time: 2026-11-22T10:00:00Z, 2026-11-22, 90m (ago) or beginning; left out: with the next one." placeholder:"TIME"`
	JSON bool   `help:"One JSON object per line."`
}

// Help tells what the fields are.
func (*clicksTailCmd) Help() string {
	return `Reads the clicks topic; read-only credentials do (schemas/asyncapi.yaml says how to get them).
The JSON fields are those of GET /v1/clicks/stream and never change their meaning; what is
unknown is left out. Clicks of one link come in order. One may come a second time if you
begin between the two: "id" tells.

  linklog clicks tail --kafka-brokers K:9092 --from 10m
  linklog clicks tail --json --from beginning --link lnk_1x2y3z | jq .country`
}

// Run shows clicks until ctx ends.
func (c *clicksTailCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	link, err := c.number()
	if err != nil {
		return err
	}
	config, err := c.config("tail")
	if err != nil {
		return err
	}
	reader, err := kafka.NewClickReader(config, log)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // it has only read
	from, err := c.start(ctx, reader)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	show := showClicks(t.out, c.JSON)
	return unlessEnded(ctx, reader.Follow(ctx, from, func(f kafka.FoundClick) error {
		if link != 0 && f.Event.Link != link || f.Event.At.Before(c.From.Time) {
			return nil
		}
		return show(f.Event)
	}))
}

func (c *clicksTailCmd) start(ctx context.Context, r *kafka.ClickReader) ([]int64, error) {
	if c.From.IsZero() {
		return r.Ends(ctx)
	}
	return since(ctx, r, c.From.Time)
}

// unlessEnded is err, or nil when ctx has ended: that was asked for.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// showClicks writes one click after the other, as JSON lines or as a table.
func showClicks(out io.Writer, asJSON bool) func(domain.Click) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return func(c domain.Click) error { return e.Encode(schemas.NewClickJSON(c)) }
	}
	const row = "%-20s  %-14s  %-24s  %-4s  %-2s  %-24s  %s\n"
	headed := false
	w := bufio.NewWriter(out)
	return func(c domain.Click) error {
		if !headed {
			headed = true
			_, _ = fmt.Fprintf(w, row, "TIME", "LINK", "SHORT URL", "HOW", "CC", "REFERRER", "USER AGENT")
		}
		j := schemas.NewClickJSON(c)
		how := j.Method
		if j.Trigger == "qr" {
			how = "QR"
		}
		_, _ = fmt.Fprintf(w, row, c.At.UTC().Format(time.RFC3339), j.LinkID, visible(j.Host+"/"+j.Slug), how, j.Country, visible(j.ReferrerHost), visible(j.UserAgent))
		return w.Flush()
	}
}

// visible is a visitor's text without what could move a terminal's cursor.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
