package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

type clicksReplayCmd struct {
	kafkaSettings
	linkFilter
	From    moment        `help:"Clicks from this time on: 2026-11-22T10:00:00Z, 2026-11-22, 90m (ago) or beginning." default:"beginning" placeholder:"TIME"`
	To      moment        `help:"Clicks before this time." default:"now" placeholder:"TIME"`
	Late    time.Duration `help:"Read no further than this long after --to. Left out: to the end of the log, since a redirector that was cut off may deliver its clicks days later."`
	ToFile  string        `help:"Write to this file; it appears when it is complete." xor:"target" required:"" type:"path" placeholder:"FILE"`
	ToTopic string        `help:"Write to this topic of the same Kafka. It must be there, be empty, and have as many partitions as clicks." xor:"target" required:"" placeholder:"TOPIC"`
	Append  bool          `help:"The topic may hold clicks already: the same ones, of a replay that was interrupted, or earlier ones."`
	Format  string        `help:"Of the file: jsonl or parquet; left out: by its ending." enum:"jsonl,parquet," default:""`
	JSON    bool          `help:"Print progress and outcome as JSON lines."`
}

// Help tells what is copied, and what is not.
func (*clicksReplayCmd) Help() string {
	return `Copies clicks by the time they happened, each once: those that a redirector sent again after a
failure are told by their id and left out. Records that can't be used are left out too; see
linklog dead-letters. Files have the fields of clicks tail --json. Records written to a topic
keep key, headers, payload, id and partition, so that readers know duplicates by the same rules
(schemas/asyncapi.yaml). By those rules a click that comes behind later ones of its redirector is
a duplicate: never append clicks that are older than what a topic holds.

  linklog clicks replay --from 2026-11-01 --to 2026-12-01 --to-file november.parquet
  linklog clicks replay --from 24h --to-topic clicks-again`
}

// Run copies what is there when it begins.
func (c *clicksReplayCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	link, err := c.number()
	if err != nil {
		return err
	}
	if !c.From.Before(c.To.Time) {
		return errors.New("--from must be before --to")
	}
	config, err := c.config("replay")
	if err != nil {
		return err
	}
	reader, err := kafka.NewClickReader(config, log)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // it has only read
	to, err := c.target(ctx, config, log)
	if err != nil {
		return err
	}
	r := replay{reader: reader, link: link, from: c.From.Time, to: c.To.Time, into: to}
	g, began := newGauge(t, c.JSON), time.Now()
	err = r.run(ctx, c.Late, g.show)
	g.end()
	if err != nil {
		left := to.abandon()
		if ctx.Err() != nil {
			return errors.New("interrupted: " + left)
		}
		return err
	}
	return c.tell(t, &r, time.Since(began))
}

// target opens what clicks are copied to.
func (c *clicksReplayCmd) target(ctx context.Context, config kafka.Config, log *slog.Logger) (clickSink, error) {
	switch {
	case c.ToTopic != "":
		return newTopicSink(ctx, config, c.ToTopic, c.Append, log)
	case c.Format == "parquet" || c.Format == "" && strings.HasSuffix(c.ToFile, ".parquet"):
		return newFileSink(c.ToFile, newParquetRows)
	}
	return newFileSink(c.ToFile, newJSONLines)
}

// replayedLine is the outcome for programs.
type replayedLine struct {
	Done    bool    `json:"done"`
	Clicks  int64   `json:"clicks"`  // copied
	Records int64   `json:"records"` // looked at
	To      string  `json:"to"`
	Seconds float64 `json:"seconds"`
}

func (c *clicksReplayCmd) tell(t *terminal, r *replay, took time.Duration) error {
	to := c.ToFile + c.ToTopic // one of them is empty
	if c.JSON {
		return json.NewEncoder(t.out).Encode(replayedLine{true, r.clicks, r.progress.Total, to, took.Seconds()})
	}
	_, err := fmt.Fprintf(t.out, "%d clicks are in %s; %d records were read in %s.\n", r.clicks, to, r.progress.Total, took.Round(time.Millisecond))
	return err
}

// replay copies clicks.
type replay struct {
	reader   *kafka.ClickReader
	link     domain.LinkNumber // 0: all
	from, to time.Time
	into     clickSink
	clicks   int64
	progress projections.Progress
}

func (r *replay) run(ctx context.Context, late time.Duration, show func(projections.Progress)) error {
	from, to, err := r.offsets(ctx, late)
	if err != nil {
		return err
	}
	at := make([]int64, len(from))
	for p := range from {
		at[p] = from[p]
		r.progress.Total += max(to[p]-from[p], 0)
	}
	show(r.progress)
	err = r.reader.ReadTo(ctx, from, to, r.copy, func(partition int32, next int64) {
		next = min(next, to[partition])
		r.progress.Applied += next - at[partition]
		at[partition] = next
		show(r.progress)
	})
	if err != nil {
		return err
	}
	return r.into.finish()
}

// offsets is the part of the log that can hold the clicks.
func (r *replay) offsets(ctx context.Context, late time.Duration) (from, to []int64, err error) {
	if to, err = r.reader.Ends(ctx); err != nil {
		return nil, nil, err
	}
	if late > 0 {
		if to, err = r.reader.Since(ctx, r.to.Add(late)); err != nil {
			return nil, nil, err
		}
	}
	from, err = since(ctx, r.reader, r.from)
	return from, to, err
}

func (r *replay) copy(f kafka.FoundClick) error {
	c := &f.Event
	if r.link != 0 && c.Link != r.link || c.At.Before(r.from) || !c.At.Before(r.to) {
		return nil
	}
	r.clicks++
	return r.into.put(f)
}
