package projections

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pollForWaiters asks the database now and then, but only while somebody waits.
func (w *Watch) pollForWaiters(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.waited:
		}
		for w.someoneWaits() {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pollInterval):
			}
			if err := w.poll(ctx); err != nil && ctx.Err() == nil {
				w.log.WarnContext(ctx, "asking for read model progress failed", "error", err)
			}
		}
	}
}

func (w *Watch) someoneWaits() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiters) > 0
}

// poll takes in every checkpoint of every live generation.
func (w *Watch) poll(ctx context.Context) error {
	live, err := w.liveGenerations(ctx)
	if err != nil || len(live) == 0 {
		return err
	}
	var news []any
	var selects []string
	for _, s := range live {
		news = append(news, s)
		selects = append(selects, fmt.Sprintf(`SELECT '%[1]s', partition, next, mark FROM %[1]s.checkpoint`, s.schema))
	}
	rows, _ := w.pool.Query(ctx, strings.Join(selects, " UNION ALL "))
	checkpoints, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a advanced, err error) {
		return a, row.Scan(&a.schema, &a.partition, &a.next, &a.mark)
	})
	if err != nil {
		return fmt.Errorf("read checkpoints: %w", err)
	}
	for _, a := range checkpoints {
		news = append(news, a)
	}
	w.note(news...)
	return nil
}

func (w *Watch) liveGenerations(ctx context.Context) ([]swapped, error) {
	rows, _ := w.pool.Query(ctx, `SELECT model, schema, swaps FROM projections.current_generation`)
	live, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s swapped, err error) {
		return s, row.Scan(&s.model, &s.schema, &s.swaps)
	})
	if isMissing(err) {
		return nil, nil // no read model was ever made here
	}
	if err != nil {
		return nil, fmt.Errorf("read live generations: %w", err)
	}
	return live, nil
}

// isMissing reports whether err is about a schema or table that doesn't exist.
func isMissing(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "42P01" || e.Code == "3F000")
}

// modelOf is the model of a generation's schema: links of links_7.
func modelOf(schema string) string {
	model, _, _ := strings.Cut(schema, "_")
	return model
}
