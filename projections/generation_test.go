package projections_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/projections"
)

func TestEnsureRace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const processes = 6
	got := make([]projections.Generation, processes)
	var all sync.WaitGroup
	for i := range processes {
		all.Go(func() {
			pool, err := pgxpool.New(t.Context(), b.url)
			if err != nil {
				t.Error(err)
				return
			}
			defer pool.Close()
			if got[i], err = projections.Ensure(t.Context(), pool, words); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, g := range got {
		if g != (projections.Generation{Model: "words", Schema: "words_1", Version: 1}) {
			t.Errorf("got %+v", g)
		}
	}
	var n int
	b.do(b.pool.QueryRow(t.Context(), `SELECT count(*) FROM projections.generation`).Scan(&n))
	if n != 1 {
		t.Errorf("%d generations were made, want 1", n)
	}
}

func TestEnsureTellsOfAnotherVersion(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.ensure()
	newer := words
	newer.Version = 2
	live, err := projections.Ensure(t.Context(), b.pool, newer)
	if !errors.Is(err, projections.ErrNeedsRebuild) || live != made {
		t.Errorf("got %+v, %v; want the old generation and ErrNeedsRebuild", live, err)
	}
}

func TestEnsureRefusesBadModels(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, m := range []projections.Model{{Name: "", Version: 1}, {Name: "a_1"}, {Name: `x"; DROP`}, {Name: "broken", SQL: "CREATE TABLE"}} {
		if g, err := projections.Ensure(t.Context(), b.pool, m); err == nil {
			t.Errorf("%+v was made into %+v", m, g)
		}
	}
	var n int
	b.do(b.pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'broken%'`).Scan(&n))
	if n != 0 {
		t.Error("a model that can't be made left a schema behind")
	}
}

func TestSwapNeedsTheNewToHaveCaughtUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.ensure()
	next, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	if next.Schema != "words_2" {
		t.Fatalf("the second generation is %s", next.Schema)
	}
	live := b.run(old, counting{}, projections.Options[string]{})
	rebuild := b.run(next, counting{}, projections.Options[string]{})
	for p := range int32(2) {
		b.started(live, p, 0)
		b.started(rebuild, p, 0)
		b.do(live.handle(t.Context(), batch(p, 0, "a", "b")))
	}
	refused := func() {
		t.Helper()
		if err := projections.Swap(t.Context(), b.pool, old, next); !errors.Is(err, projections.ErrNotCaughtUp) {
			t.Errorf("got %v, want ErrNotCaughtUp", err)
		}
	}
	refused()
	b.do(rebuild.handle(t.Context(), batch(0, 0, "a", "b", "c")))
	b.do(rebuild.handle(t.Context(), batch(1, 0, "a")))
	refused()
	b.do(rebuild.handle(t.Context(), batch(1, 1, "b")))
	b.do(projections.Swap(t.Context(), b.pool, old, next))
	if g := b.ensure(); g != next {
		t.Errorf("%+v is live after the swap", g)
	}
	if err := projections.Swap(t.Context(), b.pool, old, next); err == nil {
		t.Error("a generation that isn't live was swapped away")
	}
}
