package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotCaughtUp says that a generation is behind the one it should replace.
var ErrNotCaughtUp = errors.New("generation has not caught up")

// swapPatience is how long a swap holds up the runners of the old generation so that the new one
// can draw level.
const swapPatience = 3 * time.Second

// Swap makes to the live generation instead of from: what readers have seen must not
// disappear, so it waits until no checkpoint of to is behind from's, and refuses with
// [ErrNotCaughtUp] if that takes more than a few seconds. Nothing may be added to from
// meanwhile: its checkpoints are locked, and its runners wait.
func Swap(ctx context.Context, pool *pgxpool.Pool, from, to Generation) error {
	err := inCatalog(ctx, pool, func(tx pgx.Tx) error {
		live, err := current(ctx, tx, from.Model)
		if err != nil {
			return err
		}
		if live.Schema != from.Schema {
			return fmt.Errorf("the live generation is %s, not %s", live.Schema, from.Schema)
		}
		if err := awaitLevel(ctx, tx, from, to); err != nil {
			return err
		}
		var swaps int64
		err = tx.QueryRow(ctx, `
			WITH kept AS (UPDATE projections.generation SET state = $3 WHERE schema = $2)
			UPDATE projections.current_generation SET schema = $2, swaps = swaps + 1 WHERE model = $1 RETURNING swaps`,
			from.Model, to.Schema, stateServed).Scan(&swaps)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, notifySQL, swapped{from.Model, to.Schema, swaps}.payload())
		return err
	})
	if err != nil {
		return fmt.Errorf("swap %s for %s: %w", from.Schema, to.Schema, err)
	}
	return nil
}

// awaitLevel locks from's checkpoints and waits until to's are at least as far.
func awaitLevel(ctx context.Context, tx pgx.Tx, from, to Generation) error {
	if _, err := tx.Exec(ctx, fmt.Sprintf(`LOCK TABLE %s.checkpoint IN EXCLUSIVE MODE`, from.Schema)); err != nil {
		return fmt.Errorf("lock checkpoints: %w", err)
	}
	deadline := time.NewTimer(swapPatience)
	defer deadline.Stop()
	for {
		behind, err := laggards(ctx, tx, from, to)
		if err != nil || len(behind) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return fmt.Errorf("partitions %v: %w", behind, ErrNotCaughtUp)
		case <-time.After(swapPatience / 300):
		}
	}
}

func laggards(ctx context.Context, tx pgx.Tx, from, to Generation) ([]int32, error) {
	rows, _ := tx.Query(ctx, fmt.Sprintf(`
		SELECT old.partition FROM %s.checkpoint old LEFT JOIN %s.checkpoint new USING (partition)
		WHERE new.next IS NULL OR new.next < old.next OR new.mark < old.mark ORDER BY 1`, from.Schema, to.Schema))
	behind, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return nil, fmt.Errorf("compare checkpoints: %w", err)
	}
	return behind, nil
}
