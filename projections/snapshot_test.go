package projections_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/projections"
)

// What a snapshot holds comes back, and a rebuild goes on from there: records that the topic
// has forgotten are never asked for.
func TestSnapshotStandsForWhatIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	live := b.ensure()
	feeder := b.run(live, counting{}, projections.Options[string]{})
	b.started(feeder, 0, 0)
	b.started(feeder, 1, 0)
	b.do(feeder.handle(t.Context(), batch(0, 0, "a", "b", "a")))
	b.do(feeder.handle(t.Context(), batch(1, 0, "c")))
	var file bytes.Buffer
	g, err := projections.WriteSnapshot(t.Context(), b.pool, words.Name, &file)
	b.do(err)
	if g != live {
		t.Errorf("the snapshot is of %+v", g)
	}
	want, err := projections.Digest(t.Context(), b.pool, live)
	b.do(err)
	b.do(feeder.handle(t.Context(), batch(0, 3, "b")))

	next, err := projections.ReadSnapshot(t.Context(), b.pool, words, bytes.NewReader(file.Bytes()))
	b.do(err)
	got, err := projections.Digest(t.Context(), b.pool, next)
	b.do(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read): %s", diff)
	}
	r, err := projections.BeginRebuild(t.Context(), b.pool, words, false)
	b.do(err)
	defer r.Close()
	if !r.Resumed || r.To != next {
		t.Errorf("the rebuild works on %+v", r.To)
	}
	again := b.run(next, counting{}, projections.Options[string]{})
	b.started(again, 0, 3)
	b.started(again, 1, 1)
	b.do(again.handle(t.Context(), batch(0, 3, "b")))
	b.do(projections.Swap(t.Context(), b.pool, live, next))
	want, err = projections.Digest(t.Context(), b.pool, live)
	b.do(err)
	got, err = projections.Digest(t.Context(), b.pool, next)
	b.do(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-live +rebuilt): %s", diff)
	}
}

func TestUnusableSnapshotsLeaveNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	feeder := b.run(b.ensure(), counting{}, projections.Options[string]{})
	b.started(feeder, 0, 0)
	b.do(feeder.handle(t.Context(), batch(0, 0, "a", "b", "a")))
	var file bytes.Buffer
	_, err := projections.WriteSnapshot(t.Context(), b.pool, words.Name, &file)
	b.do(err)
	refuse := func(what string, m projections.Model, bytesOf []byte, why string) {
		t.Helper()
		_, err := projections.ReadSnapshot(t.Context(), b.pool, m, bytes.NewReader(bytesOf))
		if !errors.Is(err, projections.ErrSnapshot) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %s", what, err, why)
		}
	}
	whole := file.Bytes()
	refuse("nothing", words, nil, "")
	refuse("text", words, []byte("hello"), "")
	for _, n := range []int{12, len(whole) / 2, len(whole) - 9, len(whole) - 1} {
		refuse("cut", words, whole[:n], "")
	}
	other := words
	other.Name = "letters"
	refuse("another model", other, whole, `of the read model "words", not "letters"`)
	newer := words
	newer.Layout++
	refuse("another layout", newer, whole, "with the program that made it")
	more := words
	more.SQL += "; CREATE TABLE extra (a int)"
	refuse("other tables", more, whole, "it holds the tables")
	all, err := projections.Generations(t.Context(), b.pool)
	b.do(err)
	if len(all) != 1 {
		t.Errorf("%d generations are left", len(all))
	}
}
