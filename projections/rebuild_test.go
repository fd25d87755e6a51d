package projections_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/projections"
)

// retyped is words after an upgrade: counts are of another type, and today's fold can't add to
// yesterday's tables.
var retyped = projections.Model{
	Name: "words", Version: 2, Layout: 1,
	SQL: strings.ReplaceAll(words.SQL, "times int", "times bigint"),
}

func (b *bundle) begin(m projections.Model, fresh bool) *projections.Rebuild {
	b.t.Helper()
	r, err := projections.BeginRebuild(b.t.Context(), b.pool, m, fresh)
	b.do(err)
	return r
}

// sum is what a reader of the live generation sees.
func (b *bundle) sum(ctx context.Context, r *projections.Reader) (n int64, err error) {
	err = r.Batch(ctx, func(schema string, batch *pgx.Batch) {
		batch.Queue(fmt.Sprintf(`SELECT word, times FROM %s.word ORDER BY word`, schema)).Query(func(rows pgx.Rows) error {
			n = 0
			var word string
			var times int64
			_, err := pgx.ForEachRow(rows, []any{&word, &times}, func() error { n += times; return nil })
			return err
		})
	})
	return n, err
}

// Readers read all the time, while words are added and the tables are rebuilt again and again,
// also with a column of another type: no read fails, and none sees less than one before it.
func TestNobodyNoticesARebuild(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	l, w := newLog(3), b.watch()
	b.follow(l, words)
	b.follow(l, retyped) // an upgraded process: it waits until there is something for it
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	var reads, swaps atomic.Int64
	for range 3 {
		all.Go(func() {
			reader, seen := projections.NewReader(b.pool, words.Name), int64(0)
			for ctx.Err() == nil {
				n, err := b.sum(context.WithoutCancel(ctx), reader)
				if err != nil || n < seen {
					t.Errorf("after %d swaps a reader saw %d words after %d, %v", swaps.Load(), n, seen, err)
					return
				}
				seen = n
				reads.Add(1)
			}
		})
	}
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			l.add(i%3, "a", fmt.Sprint("w", i%50))
			if i%20 == 0 {
				_ = w.Await(ctx, words.Name, 0, 0)
			}
			if i%500 == 499 {
				b.await(l, w) // or the test would only be about a growing lag
			}
		}
	})
	for range 2 {
		for _, m := range []projections.Model{words, words, retyped} {
			live, err := projections.Live(t.Context(), b.pool, words.Name)
			b.do(err)
			if live.Version > m.Version {
				continue
			}
			r := b.begin(m, false)
			b.do(r.Run(t.Context(), b.feed(l, 300), quiet))
			r.Close()
			swaps.Add(1)
		}
	}
	cancel()
	all.Wait()
	b.await(l, w)
	n, err := b.sum(t.Context(), projections.NewReader(b.pool, words.Name))
	b.do(err)
	total := int64(0)
	for _, end := range l.ends() {
		total += end
	}
	if n != total {
		t.Errorf("%d words are counted of %d", n, total)
	}
	v, err := projections.Verify(t.Context(), b.pool, retyped, b.feed(l, 1000), 5, quiet)
	if err != nil || v.Different != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	if reads.Load() < 10 {
		t.Errorf("only %d reads were made", reads.Load())
	}
}

func TestInterruptedRebuildGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	l := newLog(1)
	for range 40_000 {
		l.add(0, "a")
	}
	r := b.begin(words, false)
	if r.Resumed {
		t.Error("the first rebuild has nothing to go on with")
	}
	ctx, cancel := context.WithCancel(t.Context())
	feed := []projections.Feed{{
		Run: func(ctx context.Context, g projections.Generation, _ map[int32]int64) error {
			source := read{wordLog: l, size: 500, gate: func(next int64) (done struct{}) {
				if next == 1000 {
					cancel()
				}
				return done
			}}
			return projections.NewRunner(b.pool, g, source, counting{}, projections.Options[string]{}).Run(ctx)
		},
		Ends: func(context.Context) (map[int32]int64, error) { return l.ends(), nil },
	}}
	if err := r.Run(ctx, feed, quiet); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	if _, err := projections.BeginRebuild(t.Context(), b.pool, words, false); !errors.Is(err, projections.ErrBusy) {
		t.Errorf("two rebuilds at once: %v", err)
	}
	r.Close()
	b.expect(r.To, "a 1500", "0:1500/1499") // the batch in hand was finished

	again := b.begin(words, false)
	if !again.Resumed || again.To != r.To {
		t.Errorf("it goes on with %+v", again)
	}
	var first, last projections.Progress
	b.do(again.Run(t.Context(), b.feed(l, 5000), func(p projections.Progress) {
		if first.Total == 0 {
			first = p
		}
		last = p
	}))
	again.Close()
	if first.Before != 1500 || last.Total != 40_000 || last.Applied != 40_000 {
		t.Errorf("progress from %+v to %+v", first, last)
	}
	if g := b.ensure(); g != r.To {
		t.Errorf("%+v is live", g)
	}
	b.expect(r.To, "a 40000", "0:40000/39999")
}

func TestFreshRebuildBeginsAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	first := b.begin(words, false)
	first.Close()
	fresh := b.begin(words, true)
	fresh.Close()
	if fresh.Resumed || fresh.To.Schema != "words_3" {
		t.Errorf("got %+v", fresh.To)
	}
	newer := b.begin(retyped, false) // what another version has begun is no use to this one
	newer.Close()
	if newer.Resumed || newer.To.Schema != "words_4" || newer.To.Version != 2 {
		t.Errorf("got %+v", newer.To)
	}
	b.kept("words_1 live, words_4 next")
}

// kept checks what generations there are.
func (b *bundle) kept(want string) {
	b.t.Helper()
	all, err := projections.Generations(b.t.Context(), b.pool)
	b.do(err)
	var texts []string
	for _, k := range all {
		texts = append(texts, k.Schema+" "+k.Use)
	}
	if got := strings.Join(texts, ", "); got != want {
		b.t.Errorf("there are %s; want %s", got, want)
	}
	var schemas int
	b.do(b.pool.QueryRow(b.t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'words%'`).Scan(&schemas))
	if schemas != len(all) {
		b.t.Errorf("%d schemas exist, %d are known", schemas, len(all))
	}
}

func TestUndoGoesBackWithoutForgetting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.ensure()
	l := newLog(1)
	l.add(0, "a", "b")
	if _, err := projections.BeginUndo(t.Context(), b.pool, words); !errors.Is(err, projections.ErrNothingToUndo) {
		t.Errorf("undo of nothing: %v", err)
	}
	rebuild := func() projections.Generation {
		r := b.begin(words, false)
		defer r.Close()
		b.do(r.Run(t.Context(), b.feed(l, 10), quiet))
		return r.To
	}
	second := rebuild()
	b.kept("words_1 old, words_2 live")
	l.add(0, "c")
	r, err := projections.BeginUndo(t.Context(), b.pool, words)
	b.do(err)
	b.do(r.Run(t.Context(), b.feed(l, 10), quiet))
	r.Close()
	b.kept("words_1 live, words_2 old")
	b.expect(first, "a 1, b 1, c 1", "0:3/2")

	third := rebuild()
	b.kept("words_1 old, words_3 live")
	if third == second {
		t.Error("a schema was used again")
	}
	dropped, err := projections.DropOld(t.Context(), b.pool, words.Name)
	if err != nil || len(dropped) != 1 || dropped[0] != first {
		t.Errorf("dropped %v, %v", dropped, err)
	}
	b.kept("words_3 live")
}

func TestOlderProgramsKeepOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	l := newLog(1)
	l.add(0, "a")
	r := b.begin(retyped, false)
	b.do(r.Run(t.Context(), b.feed(l, 10), quiet))
	r.Close()
	if _, err := projections.BeginRebuild(t.Context(), b.pool, words, false); err == nil {
		t.Error("an older program rebuilt over a newer one")
	}
	if _, err := projections.BeginUndo(t.Context(), b.pool, retyped); err == nil {
		t.Error("a program went back to tables that it can't bring to the present")
	}
	back, err := projections.BeginUndo(t.Context(), b.pool, words) // the older program can
	b.do(err)
	b.do(back.Run(t.Context(), b.feed(l, 10), quiet))
	back.Close()
	b.kept("words_1 live, words_2 old")
}

func TestFailingFeedEndsARebuild(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	l := newLog(1)
	for range 20_000 {
		l.add(0, "a")
	}
	l.add(0, "") // can't be written
	r := b.begin(words, false)
	defer r.Close()
	if err := r.Run(t.Context(), b.feed(l, 20_001), quiet); err == nil || !strings.Contains(err.Error(), "write rows") {
		t.Errorf("got %v", err)
	}
	b.kept("words_1 live, words_2 next")
}

// A program whose fold makes other rows in the same form feeds the old tables until its own
// are ready.
func TestSameLayoutIsFedMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.ensure()
	newer := words
	newer.Version = 2
	l, w := newLog(1), b.watch()
	b.follow(l, newer)
	l.add(0, "a")
	b.await(l, w)
	b.expect(old, "a 1", "0:1/0")
}
