package projections_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// times reads how often a word was counted, in one round trip.
func (b *bundle) times(r *projections.Reader, word string) int {
	b.t.Helper()
	var n int
	b.do(r.Batch(b.t.Context(), func(schema string, q *pgx.Batch) {
		q.Queue("SELECT coalesce(sum(times), 0) FROM "+schema+".word WHERE word = $1", word).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	}))
	return n
}

func TestReaderFollowsTheLiveGeneration(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := projections.NewReader(b.pool, "words")
	if err := r.Batch(t.Context(), func(string, *pgx.Batch) {}); domain.CodeOf(err) != domain.Unavailable {
		t.Errorf("without a generation: got %v, want Unavailable", err)
	}
	old := b.ensure()
	live := b.run(old, counting{}, projections.Options[string]{})
	b.started(live, 0, 0)
	b.do(live.handle(t.Context(), batch(0, 0, "a")))
	if n := b.times(r, "a"); n != 1 {
		t.Errorf("read %d, want 1", n)
	}

	next, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	rebuild := b.run(next, counting{}, projections.Options[string]{})
	b.started(rebuild, 0, 0)
	b.do(rebuild.handle(t.Context(), batch(0, 0, "a", "a", "a")))
	if n := b.times(r, "a"); n != 1 {
		t.Errorf("read %d before the swap, want 1", n)
	}
	b.do(projections.Swap(t.Context(), b.pool, old, next))
	if n := b.times(r, "a"); n != 3 {
		t.Errorf("read %d after the swap, want 3", n)
	}
	_, err = b.pool.Exec(t.Context(), "DROP SCHEMA words_1 CASCADE")
	b.do(err)
	b.do(r.Read(t.Context(), func(ctx context.Context, tx pgx.Tx, schema string) error {
		if schema != "words_2" {
			t.Errorf("read %s", schema)
		}
		_, err := tx.Exec(ctx, "DELETE FROM "+schema+".word")
		if err == nil {
			t.Error("a reader could write")
		}
		return nil
	}))
}

// A reader whose generation was swapped away and dropped goes on with the new one.
func TestReaderSurvivesDroppedGeneration(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := b.ensure()
	r := projections.NewReader(b.pool, "words")
	b.times(r, "a")
	next, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	b.do(projections.Swap(t.Context(), b.pool, old, next))
	_, err = b.pool.Exec(t.Context(), "DROP SCHEMA words_1 CASCADE")
	b.do(err)
	if n := b.times(r, "a"); n != 0 {
		t.Errorf("read %d", n)
	}
}

func TestReaderSeesOneSnapshot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	g := b.ensure()
	s := b.run(g, counting{}, projections.Options[string]{})
	b.started(s, 0, 0)
	r := projections.NewReader(b.pool, "words")
	b.do(r.Read(t.Context(), func(ctx context.Context, tx pgx.Tx, schema string) error {
		var times, next int
		b.do(tx.QueryRow(ctx, "SELECT count(*) FROM "+schema+".word").Scan(&times))
		b.do(s.handle(ctx, batch(0, 0, "a")))
		b.do(tx.QueryRow(ctx, "SELECT next FROM "+schema+".checkpoint").Scan(&next))
		if times != 0 || next != 0 {
			t.Errorf("read %d rows at checkpoint %d, want the state before the batch", times, next)
		}
		return nil
	}))
}

func TestReaderReturnsTheCallersError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ensure()
	r := projections.NewReader(b.pool, "words")
	want := domain.Errorf(domain.NotFound, "", "no such word")
	for range 3 { // the connection stays usable
		err := r.Batch(t.Context(), func(schema string, q *pgx.Batch) {
			q.Queue("SELECT 1").QueryRow(func(pgx.Row) error { return want })
			q.Queue("SELECT 2")
		})
		if domain.CodeOf(err) != domain.NotFound {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}
