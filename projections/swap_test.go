package projections_test

import (
	"context"
	"errors"
	"testing"

	"github.com/linklog/linklog/projections"
)

// A batch that waits for a swap's lock must not go to the generation that was live when it began
// to wait: nobody would look for it there. Seen to fail with row locks in the swap and the guard
// inside the statement that waits for them.
func TestBatchThatWaitedForASwapIsFenced(t *testing.T) {
	t.Parallel()
	for name, partition := range map[string]int32{"a known partition": 0, "a new partition": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			old := b.ensure()
			next, err := projections.Create(t.Context(), b.pool, words)
			b.do(err)
			live := newTape()
			b.background(projections.NewLiveRunner(b.pool, words, live, counting{}, projections.Options[string]{}).Run)
			<-live.ready
			rebuild := b.run(next, counting{}, projections.Options[string]{})
			b.started(live, 0, 0)
			b.started(rebuild, 0, 0)
			b.do(live.handle(t.Context(), batch(0, 0, "a")))
			if partition != 0 {
				b.started(live, partition, 0)
				b.started(rebuild, partition, 0)
			}

			swapped, handled := make(chan error, 1), make(chan error, 1)
			go func() { swapped <- projections.Swap(context.Background(), b.pool, old, next) }()
			b.awaitLock("pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'words_1.checkpoint'::regclass AND granted")
			at := int64(1 - partition)
			go func() { handled <- live.handle(context.Background(), batch(partition, at, "b")) }()
			b.awaitLock("pg_locks WHERE relation = 'words_1.checkpoint'::regclass AND NOT granted")
			b.do(rebuild.handle(t.Context(), batch(0, 0, "a"))) // level: the swap takes place
			b.do(<-swapped)
			if err := <-handled; !errors.Is(err, projections.ErrFenced) {
				t.Errorf("the batch that waited got %v, want ErrFenced", err)
			}
			b.started(live, partition, at)
			b.do(live.handle(t.Context(), batch(partition, at, "b")))
			if text, _ := b.table(next); text != "a 1, b 1" {
				t.Errorf("the live generation holds %q", text)
			}
		})
	}
}

// awaitLock waits until there are such locks.
func (b *bundle) awaitLock(where string) {
	b.t.Helper()
	for locks := 0; locks == 0; {
		b.do(b.pool.QueryRow(b.t.Context(), "SELECT count(*) FROM "+where).Scan(&locks))
	}
}
