package projections_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/linklog/linklog/projections"
)

// awaiting starts to wait for a mark and returns the result's channel.
func (b *bundle) awaiting(w *projections.Watch, mark int64) <-chan error {
	done := make(chan error, 1)
	go func() { done <- w.Await(b.t.Context(), "words", 0, mark) }()
	return done
}

func TestAwaitWakes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.watch() // before there is anything to watch
	first := b.awaiting(w, 0)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "a")))
	b.do(<-first)

	second, third := b.awaiting(w, 2), b.awaiting(w, 3)
	b.do(s.handle(t.Context(), batch(0, 1, "a", "b")))
	b.do(<-second)
	select {
	case err := <-third:
		t.Errorf("woken before its mark was reached: %v", err)
	default:
	}
	b.do(s.handle(t.Context(), batch(0, 3, "c")))
	b.do(<-third)
	b.do(w.Await(t.Context(), "words", 0, 1)) // long reached
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	w := b.watch()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Await(ctx, "words", 0, 1000) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

// With the listening connection cut, polling has to do until there is another.
func TestAwaitOutlivesItsConnection(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	w := b.watch()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "a")))
	b.do(w.Await(t.Context(), "words", 0, 0))
	for offset := int64(1); offset < 4; offset++ {
		waiting := b.awaiting(w, offset)
		for killed := 0; killed == 0; {
			b.do(b.pool.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&killed))
		}
		b.do(s.handle(t.Context(), batch(0, offset, "a")))
		b.do(<-waiting)
	}
}

// Progress that nobody was told of is found by polling.
func TestAwaitPolls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	w := b.watch()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "a")))
	b.do(w.Await(t.Context(), "words", 0, 0)) // so the watch is up
	_, err := b.pool.Exec(t.Context(), "UPDATE "+g.Schema+".checkpoint SET mark = 7")
	b.do(err)
	b.do(w.Await(t.Context(), "words", 0, 7))
}

func TestAwaitFollowsTheLiveGeneration(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.ensure()
	next, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	w := b.watch()
	s := b.run(next, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	waiting := b.awaiting(w, 1)
	b.do(s.handle(t.Context(), batch(0, 0, "a", "b")))
	select {
	case err := <-waiting:
		t.Errorf("woken by a generation that isn't live: %v", err)
	default:
	}
	b.do(projections.Swap(t.Context(), b.pool, old, next))
	b.do(<-waiting)
}

func TestManyWaiters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	w := b.watch()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	const waiters = 500
	var all sync.WaitGroup
	for i := range waiters {
		all.Go(func() {
			if err := w.Await(t.Context(), "words", 0, int64(i)); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range int64(waiters / 10) {
		b.do(s.handle(t.Context(), batch(0, i*10, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")))
	}
	all.Wait()
}

func TestWatchesStartAndStop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			for range 10 {
				ctx, cancel := context.WithCancel(context.Background())
				w := projections.NewWatch(b.pool, slog.New(slog.DiscardHandler))
				var running sync.WaitGroup
				running.Go(func() { _ = w.Run(ctx) })
				cancel()
				running.Wait()
			}
		})
	}
	all.Wait()
}
