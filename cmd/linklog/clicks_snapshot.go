package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

type clicksSnapshotCmd struct {
	ToFile string `help:"Write to this file; it appears when it is complete." required:"" type:"path" placeholder:"FILE"`
	databaseSettings
}

// Help says what a snapshot is for.
func (*clicksSnapshotCmd) Help() string {
	return `Where the topic clicks doesn't keep its records for ever, the tables can't be made from it
alone. A snapshot holds the tables of one moment, and how far they were: with it and the
records since, they can. Take one more often than records expire.

  linklog clicks snapshot --to-file clicks.snapshot --database-url postgres://…`
}

// Run writes the live tables to a file.
func (c *clicksSnapshotCmd) Run(ctx context.Context, t *terminal, _ *slog.Logger) (err error) {
	pool, err := c.open(ctx, "snapshot")
	if err != nil {
		return err
	}
	defer pool.Close()
	partial := c.ToFile + ".partial"
	file, err := os.Create(partial) //nolint:gosec // the user's own choice
	if err != nil {
		return fmt.Errorf("make snapshot file: %w", err)
	}
	g, err := projections.WriteSnapshot(ctx, pool, clicks.Model().Name, file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(partial, c.ToFile)
	}
	if err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	_, err = fmt.Fprintf(t.out, "%s is in %s\n", g.Schema, c.ToFile)
	return err
}

type clicksRestoreCmd struct {
	FromFile string `help:"The snapshot." required:"" type:"existingfile" placeholder:"FILE"`
	databaseSettings
}

// Help says what comes next.
func (*clicksRestoreCmd) Help() string {
	return `Makes new tables from a snapshot, beside the live ones. They become live when a rebuild has
added what was recorded since:

  linklog clicks restore --from-file clicks.snapshot --database-url postgres://…
  linklog rebuild clicks --kafka-brokers K:9092 --database-url postgres://…`
}

// Run makes tables that the next rebuild goes on with.
func (c *clicksRestoreCmd) Run(ctx context.Context, t *terminal, _ *slog.Logger) error {
	pool, err := c.open(ctx, "restore")
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := projections.Ensure(ctx, pool, clicks.Model()); err != nil && !errors.Is(err, projections.ErrNeedsRebuild) {
		return err // a database of its own has nothing yet, and a rebuild wants something to replace
	}
	file, err := os.Open(c.FromFile)
	if err != nil {
		return fmt.Errorf("open snapshot: %w", err)
	}
	defer func() { _ = file.Close() }()
	g, err := projections.ReadSnapshot(ctx, pool, clicks.Model(), bufio.NewReader(file))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s holds what the snapshot does; now rebuild: linklog rebuild clicks\n", g.Schema)
	return err
}

// endsOfClicks is where the topic ends. That it has forgotten its first records only matters
// if no tables hold them: a rebuild goes on from those that a snapshot was restored to.
func (p *parts) endsOfClicks(whole *kafka.Range[domain.Click]) func(ctx context.Context) (map[int32]int64, error) {
	return func(ctx context.Context) (map[int32]int64, error) {
		ends, err := whole.Ends(ctx)
		lost, isLost := errors.AsType[*kafka.LostError](err)
		if !isLost || lost.Asked != 0 {
			return ends, err
		}
		begins, failed := whole.Begins(ctx)
		kept, failed2 := projections.Generations(ctx, p.pool)
		if failed := errors.Join(failed, failed2); failed != nil {
			return nil, failed
		}
		for _, g := range kept {
			if g.Model == clicks.Model().Name && g.Use == "next" && covers(g.Checkpoints, begins) {
				return ends, nil
			}
		}
		return nil, fmt.Errorf("%w: a rebuild would lose what they counted; if there is a snapshot from before they expired, restore it first (linklog clicks restore)", lost)
	}
}

// covers tells whether checkpoints are at or past offsets.
func covers(at map[int32]projections.Checkpoint, offsets map[int32]int64) bool {
	for partition, offset := range offsets {
		if at[partition].Next < offset {
			return false
		}
	}
	return true
}
