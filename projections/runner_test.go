package projections_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/linklog/linklog/projections"
)

func (b *bundle) started(s *tape, partition int32, want int64) {
	b.t.Helper()
	next, err := s.start(b.t.Context(), partition)
	b.do(err)
	if next != want {
		b.t.Errorf("partition %d starts at %d, want %d", partition, next, want)
	}
}

func TestRunnerAppliesBatchesOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "a", "b", "a")))
	b.expect(g, "a 2, b 1", "0:3/2")

	b.do(s.handle(t.Context(), batch(0, 0, "a", "b", "a"))) // wholly behind
	b.do(s.handle(t.Context(), batch(0, 1, "b", "a", "c"))) // overlapping
	b.expect(g, "a 2, b 1, c 1", "0:4/3")

	b.do(s.handle(t.Context(), batch(0, 10, "d"))) // a gap
	b.do(s.handle(t.Context(), batch(0, 15)))      // nothing but a gap
	b.expect(g, "a 2, b 1, c 1, d 1", "0:15/14")

	b.started(s, 0, 15)
	b.started(s, 3, 0)
	b.do(s.handle(t.Context(), batch(3, 0, "a")))
	b.expect(g, "a 2, b 1, c 1, d 1, a 1", "0:15/14 3:1/0")
}

func TestRunnerRefusesPartitionItDidNotStart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	if err := s.handle(t.Context(), batch(0, 0, "a")); err == nil {
		t.Error("want an error for a partition without a checkpoint")
	}
	b.expect(g, "", "")
}

// Without the "AND next =" of the compare-and-set this test fails: the second runner counts
// "a" again.
func TestSecondRunnerIsFenced(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	one := b.run(g, counting{}, projections.Options[string]{})
	two := b.run(g, counting{}, projections.Options[string]{})
	b.started(one, 0, 0)
	b.started(two, 0, 0)
	b.do(one.handle(t.Context(), batch(0, 0, "a")))
	if err := two.handle(t.Context(), batch(0, 0, "a", "b")); !errors.Is(err, projections.ErrFenced) {
		t.Errorf("the second runner got %v, want ErrFenced", err)
	}
	b.expect(g, "a 1", "0:1/0")

	b.started(two, 0, 1) // asked again, it goes on where the first one was
	b.do(two.handle(t.Context(), batch(0, 0, "a", "b")))
	if err := one.handle(t.Context(), batch(0, 1, "b")); !errors.Is(err, projections.ErrFenced) {
		t.Errorf("the first runner got %v, want ErrFenced", err)
	}
	b.expect(g, "a 1, b 1", "0:2/1")
}

// TestRacingRunnersCountOnce: with the "AND next =" of the compare-and-set taken out, 25 records
// were counted as 93.
func TestRacingRunnersCountOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	const runners, batches = 4, 25
	var all sync.WaitGroup
	for range runners {
		s := b.run(g, counting{}, projections.Options[string]{AsyncCommit: true})
		all.Go(func() {
			for next := int64(-1); next < batches; {
				if next < 0 {
					at, err := s.start(t.Context(), 0)
					if err != nil {
						t.Error(err)
						return
					}
					next = at
					continue
				}
				if err := s.handle(t.Context(), batch(0, next, "a")); err != nil {
					if !errors.Is(err, projections.ErrFenced) {
						t.Error(err)
						return
					}
					next = -1
					continue
				}
				next++
			}
		})
	}
	all.Wait()
	b.expect(g, "a 25", "0:25/24")
}

func TestFailedBatchLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	var resets int
	s := b.run(g, counting{resets: func(int32) { resets++ }}, projections.Options[string]{})
	b.started(s, 0, 0)
	before := resets
	if err := s.handle(t.Context(), batch(0, 0, "a", "", "b")); err == nil || errors.Is(err, projections.ErrFenced) {
		t.Fatalf("got %v, want the error of a write", err)
	}
	b.expect(g, "", "0:0/-1")
	if resets != before+1 {
		t.Errorf("the fold was reset %d times after the failure, want once", resets-before)
	}
	b.do(s.handle(t.Context(), batch(0, 0, "a", "b"))) // the connection is usable again
	b.expect(g, "a 1, b 1", "0:2/1")
}

// A process that dies between writing and committing leaves its transaction to the server,
// which rolls it back.
func TestKilledConnectionLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "a")))

	// A lock on the table holds the batch after its compare-and-set; then its backend dies.
	tx, err := b.pool.Begin(t.Context())
	b.do(err)
	_, err = tx.Exec(t.Context(), "LOCK TABLE "+g.Schema+".word")
	b.do(err)
	failed := make(chan error, 1)
	go func() { failed <- s.handle(context.Background(), batch(0, 1, "b")) }()
	var killed int
	for killed == 0 {
		b.do(b.pool.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&killed))
	}
	if err := <-failed; err == nil {
		t.Error("want an error from a batch whose connection was killed")
	}
	b.do(tx.Rollback(t.Context()))
	b.expect(g, "a 1", "0:1/0")
	b.do(s.handle(t.Context(), batch(0, 1, "b")))
	b.expect(g, "a 1, b 1", "0:2/1")
}

func TestBatchInHandIsFinishedOnStop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	b.do(s.handle(stopped, batch(0, 0, "a")))
	b.expect(g, "a 1", "0:1/0")
}

func TestMarkIsTheHighest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{Mark: func(e string) int64 { return int64(len(strings.TrimSpace(e))) * 100 }})
	b.started(s, 0, 0)
	b.do(s.handle(t.Context(), batch(0, 0, "aaa", "b")))
	b.expect(g, "aaa 1, b 1", "0:2/300")
	b.do(s.handle(t.Context(), batch(0, 2, "cc")))
	b.do(s.handle(t.Context(), batch(0, 9)))
	b.expect(g, "aaa 1, b 1, cc 1", "0:9/300")
}

func TestRunnersStartAndStop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			for range 20 {
				s := newTape()
				ctx, cancel := context.WithCancel(context.Background())
				done := make(chan error, 1)
				go func() {
					done <- projections.NewRunner(b.pool, g, s, counting{}, projections.Options[string]{}).Run(ctx)
				}()
				<-s.ready
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
