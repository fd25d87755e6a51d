package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrBusy says that a rebuild of the model is under way elsewhere.
var ErrBusy = errors.New("another process is rebuilding this read model")

// ErrNothingToUndo says that no old generation is kept.
var ErrNothingToUndo = errors.New("no old generation is kept")

// Feed is one of the topics that a model is made of, as a rebuild and a comparison read it:
// all of its partitions, in large batches.
type Feed struct {
	// Run feeds g from its checkpoints on: up to the given offsets and no further, or, without
	// any, until ctx ends.
	Run func(ctx context.Context, g Generation, to map[int32]int64) error
	// Ends is where the topic's partitions end now. It fails if what they held first is gone.
	Ends func(ctx context.Context) (map[int32]int64, error)
}

// Rebuild brings a generation to the present and puts it in the place of the live one.
type Rebuild struct {
	From, To Generation
	Resumed  bool // To was begun earlier

	pool *pgxpool.Pool
	lock *lock
}

// BeginRebuild prepares a rebuild of m: it takes up the generation that an earlier one left
// unfinished, or, if there is none or a fresh start is wanted, makes a new one. Older
// generations are dropped now. Close must be called. While another process rebuilds the model
// the error is [ErrBusy].
func BeginRebuild(ctx context.Context, pool *pgxpool.Pool, m Model, fresh bool) (*Rebuild, error) {
	return begin(ctx, pool, m, func(tx pgx.Tx, r *Rebuild) error {
		if r.From.Version > m.Version {
			return fmt.Errorf("%s was made by version %d of the read model and this program writes version %d: use the newer program",
				r.From.Schema, r.From.Version, m.Version)
		}
		if _, err := dropAll(ctx, tx, m.Name, stateServed, ""); err != nil {
			return err
		}
		to, err := find(ctx, tx, m.Name, stateNext)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		r.Resumed = err == nil && !fresh && to.Version == m.Version
		if !r.Resumed {
			to.Schema = ""
		}
		if _, err := dropAll(ctx, tx, m.Name, stateNext, to.Schema); err != nil {
			return err
		}
		if !r.Resumed {
			to, err = create(ctx, tx, m, stateNext)
		}
		r.To = to
		return err
	})
}

// BeginUndo prepares to go back to the generation that was live before. It must have been
// made by this version of the model, since it is first brought to the present. Close must be
// called.
func BeginUndo(ctx context.Context, pool *pgxpool.Pool, m Model) (*Rebuild, error) {
	return begin(ctx, pool, m, func(tx pgx.Tx, r *Rebuild) (err error) {
		r.Resumed = true
		r.To, err = find(ctx, tx, m.Name, stateServed)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNothingToUndo
		}
		if err == nil && r.To.Version != m.Version {
			err = fmt.Errorf("%s was made by version %d of the read model and this program writes version %d: use the program that made it",
				r.To.Schema, r.To.Version, m.Version)
		}
		return err
	})
}

func begin(ctx context.Context, pool *pgxpool.Pool, m Model, prepare func(pgx.Tx, *Rebuild) error) (*Rebuild, error) {
	l, err := takeLock(ctx, pool, "rebuild "+m.Name)
	if errors.Is(err, errHeld) {
		err = ErrBusy
	}
	if err != nil {
		return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	r := &Rebuild{pool: pool, lock: l}
	err = inCatalog(ctx, pool, func(tx pgx.Tx) (err error) {
		if r.From, err = current(ctx, tx, m.Name); err != nil {
			return fmt.Errorf("find live generation: %w", err)
		}
		return prepare(tx, r)
	})
	if err != nil {
		l.release(ctx)
		return nil, fmt.Errorf("rebuild %s: %w", m.Name, err)
	}
	return r, nil
}

// Close lets others rebuild. What was filled so far is kept.
func (r *Rebuild) Close() { r.lock.release(context.Background()) }

// Progress of a rebuild, in records (offsets, strictly: markers of transactions count).
type Progress struct {
	Before  int64 // applied by earlier runs
	Applied int64 // applied in all
	Total   int64 // what the topics hold now
}

const (
	progressInterval = 200 * time.Millisecond
	second           = int(time.Second / progressInterval) // in looks

	// patience is for how many looks nothing may happen, a long batch included, before a rebuild
	// asks no more than to be level with the live generation: both may wait for a record that
	// nobody can read yet.
	patience = 120 * second
)

// Run feeds the new generation until it has all that the topics held a moment ago, swaps, and
// returns nil. report is called a few times a second. When ctx ends first, what was done is kept for
// the next run.
func (r *Rebuild) Run(ctx context.Context, feeds []Feed, report func(Progress)) error {
	ends, err := endsOf(ctx, feeds)
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", r.To.Schema, err)
	}
	begun, err := r.look(ctx, ends)
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", r.To.Schema, err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	for _, f := range feeds {
		all.Go(func() { stop(f.Run(ctx, r.To, nil)) })
	}
	all.Go(func() {
		if err := r.overtake(ctx, feeds, begun.Applied, report); err != nil {
			stop(err)
			return
		}
		stop(errSwapped)
	})
	all.Wait()
	if err := context.Cause(ctx); !errors.Is(err, errSwapped) {
		return fmt.Errorf("rebuild %s: %w", r.To.Schema, err)
	}
	return nil
}

// errSwapped ends a rebuild that has reached its goal.
var errSwapped = errors.New("swapped")

// overtake waits until the new generation, which had a number of records before, is at the present,
// and swaps.
func (r *Rebuild) overtake(ctx context.Context, feeds []Feed, before int64, report func(Progress)) error {
	ticker := time.NewTicker(progressInterval)
	defer ticker.Stop()
	var ends []map[int32]int64
	var last Progress
	for looks, idle := 0, 0; ; looks, idle = looks+1, idle+1 {
		if looks%second == 0 {
			var err error
			if ends, err = endsOf(ctx, feeds); err != nil {
				return err
			}
		}
		p, err := r.look(ctx, ends)
		if err != nil {
			return err
		}
		p.Before = before
		if p.Applied != last.Applied {
			idle = 0
		}
		report(p)
		if last = p; p.Applied == p.Total || idle >= patience {
			if err := r.swap(ctx); !errors.Is(err, ErrNotCaughtUp) {
				return err
			}
			idle = 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func endsOf(ctx context.Context, feeds []Feed) ([]map[int32]int64, error) {
	var all []map[int32]int64
	for _, f := range feeds {
		ends, err := f.Ends(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, ends)
	}
	return all, nil
}

// look compares checkpoints with the ends of the topics.
func (r *Rebuild) look(ctx context.Context, ends []map[int32]int64) (p Progress, err error) {
	to, err := checkpoints(ctx, r.pool, r.To.Schema)
	for _, topic := range ends {
		for partition, end := range topic {
			p.Total += end
			p.Applied += min(to[partition].Next, end)
		}
	}
	return p, err
}

// swap makes the new generation live, with the planner knowing what is in it.
func (r *Rebuild) swap(ctx context.Context) error {
	tables, err := tablesOf(ctx, r.pool, r.To.Schema)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := r.pool.Exec(ctx, `ANALYZE `+pgx.Identifier{r.To.Schema, t}.Sanitize()); err != nil {
			return fmt.Errorf("gather statistics of %s.%s: %w", r.To.Schema, t, err)
		}
	}
	return Swap(ctx, r.pool, r.From, r.To)
}
