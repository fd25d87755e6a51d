package projections_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/linklog/linklog/projections"
)

// wordLog is a topic in memory. Everybody who consumes it gets all partitions.
type wordLog struct {
	mu    sync.Mutex
	words [][]string    // by partition
	grown chan struct{} // closed and replaced when something is added
}

func newLog(partitions int) *wordLog {
	return &wordLog{words: make([][]string, partitions), grown: make(chan struct{})}
}

func (l *wordLog) add(partition int, words ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.words[partition] = append(l.words[partition], words...)
	close(l.grown)
	l.grown = make(chan struct{})
}

func (l *wordLog) ends() map[int32]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	ends := map[int32]int64{}
	for p, words := range l.words {
		ends[int32(p)] = int64(len(words))
	}
	return ends
}

// from returns at most limit words from next on, and what to wait for if there are none.
func (l *wordLog) from(partition int, next, limit int64) ([]string, chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	words := l.words[partition][next:]
	return words[:min(limit, int64(len(words)))], l.grown
}

// read is a source over the log.
type read struct {
	*wordLog

	size int64                     // of a batch
	to   map[int32]int64           // nil: for ever
	gate func(next int64) struct{} // if set, called before a batch is handled
}

func (r read) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[string]) error,
) error {
	var all sync.WaitGroup
	failed := make(chan error, len(r.words))
	for p := range int32(len(r.words)) {
		all.Go(func() {
			err := projections.ErrFenced
			for ctx.Err() == nil && errors.Is(err, projections.ErrFenced) {
				err = r.partition(ctx, p, start, handle)
			}
			if ctx.Err() == nil && err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func (r read) partition(ctx context.Context, p int32,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[string]) error,
) error {
	next, err := start(ctx, p)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		limit := r.size
		if r.to != nil {
			limit = min(limit, r.to[p]-next)
			if limit <= 0 {
				return nil
			}
		}
		words, grown := r.from(int(p), next, limit)
		if len(words) == 0 {
			select {
			case <-grown:
			case <-ctx.Done():
			}
			continue
		}
		if r.gate != nil {
			r.gate(next)
		}
		b := batch(p, next, words...)
		if err := handle(ctx, b); err != nil {
			return err
		}
		next = b.Next
	}
	return nil
}

// feed is the log as rebuilds and comparisons read it.
func (b *bundle) feed(l *wordLog, size int64) []projections.Feed {
	return []projections.Feed{{
		Run: func(ctx context.Context, g projections.Generation, to map[int32]int64) error {
			return projections.NewRunner(b.pool, g, read{wordLog: l, size: size, to: to}, counting{}, projections.Options[string]{}).Run(ctx)
		},
		Ends: func(context.Context) (map[int32]int64, error) { return l.ends(), nil },
	}}
}

// follow feeds the live generation of m until the end of the test.
func (b *bundle) follow(l *wordLog, m projections.Model) {
	b.background(projections.NewLiveRunner(b.pool, m, read{wordLog: l, size: 7}, counting{}, projections.Options[string]{}).Run)
}

// await waits until the live generation has all of the log.
func (b *bundle) await(l *wordLog, w *projections.Watch) {
	b.t.Helper()
	for p, end := range l.ends() {
		if end > 0 {
			b.do(w.Await(b.t.Context(), words.Name, p, end-1))
		}
	}
}

func quiet(projections.Progress) {}

func TestLiveRunnerGoesWhereReadersGo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.ensure()
	l, w := newLog(2), b.watch()
	b.follow(l, words)
	l.add(0, "a", "b")
	b.await(l, w)
	next, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	stop := b.background(func(ctx context.Context) error { return b.feed(l, 100)[0].Run(ctx, next, nil) })
	b.do(projections.Swap(t.Context(), b.pool, old, next)) // waits for next to draw level
	stop()
	l.add(0, "a")
	l.add(1, "c")
	b.await(l, w)
	b.expect(old, "a 1, b 1", "0:2/1 1:0/-1")
	b.expect(next, "a 2, b 1, c 1", "0:3/2 1:1/0")
}
