package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Verification is what a comparison of the live tables with the log has found.
type Verification struct {
	Live        Generation
	Checkpoints map[int32]Checkpoint // up to where both were compared
	Rows        int64                // that were expected from the log
	Different   int64                // rows that differ, are missing, or should not be there
	Differences []Difference         // the first of them, by table and key
}

// Difference is one row that isn't what the log says.
type Difference struct {
	Table string
	Key   string
	Live  map[string]any // the columns that differ; all of them if the log gives no such row; nil: the row is missing
	Log   map[string]any // the same from the log; nil: there should be no such row
}

// Verify computes m from the log again and compares every row with the live generation. The
// system may go on meanwhile: the live tables are looked at as they are when Verify begins,
// and the log is read exactly as far as they had got. At most limit differences are told in
// full. report is called now and then. The tables for the comparison are dropped at the end;
// those that a killed process left behind, at the beginning.
func Verify(ctx context.Context, pool *pgxpool.Pool, m Model, feeds []Feed, limit int, report func(Progress)) (Verification, error) {
	if err := dropStaleScratch(ctx, pool, m); err != nil {
		return Verification{}, err
	}
	var v Verification
	err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{BeginQuery: beginSQL}, func(live pgx.Tx) (err error) {
		if v.Live, v.Checkpoints, err = hold(ctx, live, m); err != nil {
			return err
		}
		return inScratch(ctx, pool, m, func(computed Generation) error {
			if err := recompute(ctx, pool, computed, v.Checkpoints, feeds, report); err != nil {
				return err
			}
			return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{BeginQuery: beginSQL}, func(tx pgx.Tx) error {
				c := comparison{live: side{live, v.Live.Schema}, log: side{tx, computed.Schema}, limit: limit, found: &v}
				return c.run(ctx)
			})
		})
	})
	if err != nil {
		return Verification{}, fmt.Errorf("verify %s: %w", m.Name, err)
	}
	return v, nil
}

// hold makes tx a view of the live generation that stays as it is, and keeps the tables from
// being dropped.
func hold(ctx context.Context, tx pgx.Tx, m Model) (Generation, map[int32]Checkpoint, error) {
	live, err := current(ctx, tx, m.Name)
	if err != nil {
		return live, nil, fmt.Errorf("find live generation: %w", err)
	}
	if live.Version != m.Version {
		return live, nil, fmt.Errorf("%s was made by version %d of the read model and this program computes version %d: %w",
			live.Schema, live.Version, m.Version, ErrNeedsRebuild)
	}
	tables, err := tablesOf(ctx, tx, live.Schema)
	if err != nil {
		return live, nil, err
	}
	for _, t := range append(tables, "checkpoint") {
		if _, err := tx.Exec(ctx, fmt.Sprintf(`LOCK TABLE %s IN ACCESS SHARE MODE`, pgx.Identifier{live.Schema, t}.Sanitize())); err != nil {
			return live, nil, fmt.Errorf("hold %s.%s: %w", live.Schema, t, err)
		}
	}
	if _, err := tx.Exec(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
		return live, nil, fmt.Errorf("hold transaction open: %w", err)
	}
	at, err := checkpoints(ctx, tx, live.Schema)
	return live, at, err
}

// inScratch calls f with a generation that is gone afterwards.
func inScratch(ctx context.Context, pool *pgxpool.Pool, m Model, f func(Generation) error) error {
	var g Generation
	var l *lock
	err := inCatalog(ctx, pool, func(tx pgx.Tx) (err error) {
		if g, err = create(ctx, tx, m, stateScratch); err != nil {
			return err
		}
		l, err = takeLock(ctx, pool, g.Schema) // before anybody sees it, so that nobody takes it for stale
		return err
	})
	if err != nil {
		if l != nil {
			l.release(ctx)
		}
		return fmt.Errorf("make tables to compare with: %w", err)
	}
	defer l.release(ctx)
	err = f(g)
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTime)
	defer cancel()
	return errors.Join(err, inCatalog(cleaning, pool, func(tx pgx.Tx) error { return drop(cleaning, tx, g) }))
}

// dropStaleScratch drops what killed comparisons left behind.
func dropStaleScratch(ctx context.Context, pool *pgxpool.Pool, m Model) error {
	err := inCatalog(ctx, pool, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `SELECT schema FROM projections.generation WHERE model = $1 AND state = $2`, m.Name, stateScratch)
		stale, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("find leftovers: %w", err)
		}
		for _, schema := range stale {
			l, err := takeLock(ctx, pool, schema)
			if errors.Is(err, errHeld) {
				continue
			}
			if err != nil {
				return err
			}
			err = drop(ctx, tx, Generation{Model: m.Name, Schema: schema})
			l.release(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clean up after earlier comparisons of %s: %w", m.Name, err)
	}
	return nil
}

// recompute fills g from the log exactly up to the given checkpoints.
func recompute(ctx context.Context, pool *pgxpool.Pool, g Generation, to map[int32]Checkpoint, feeds []Feed, report func(Progress)) error {
	ends := map[int32]int64{}
	p := Progress{}
	for partition, c := range to {
		ends[partition] = c.Next
		p.Total += c.Next
	}
	for _, f := range feeds {
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx, g, ends) }()
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for running := true; running; {
			select {
			case err := <-done:
				if err != nil {
					return err
				}
				running = false
			case <-ticker.C:
			}
			at, err := checkpoints(ctx, pool, g.Schema)
			if err != nil {
				return err
			}
			p.Applied = 0
			for _, c := range at {
				p.Applied += c.Next
			}
			report(p)
		}
	}
	if p.Applied != p.Total {
		return errors.Join(ctx.Err(), fmt.Errorf("the log was read to %d of %d records", p.Applied, p.Total))
	}
	return nil
}
