package projections_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/linklog/linklog/projections"
)

// verifying is a live generation that has read its log.
func verifying(t *testing.T) (*bundle, *wordLog) {
	t.Helper()
	b := setup(t)
	b.ensure()
	l, w := newLog(2), b.watch()
	b.follow(l, words)
	for i := range 500 {
		l.add(i%2, "a", fmt.Sprint("w", i%20))
	}
	b.await(l, w)
	return b, l
}

func (b *bundle) verify(l *wordLog, limit int) projections.Verification {
	b.t.Helper()
	v, err := projections.Verify(b.t.Context(), b.pool, words, b.feed(l, 100), limit, quiet)
	b.do(err)
	b.kept("words_1 live") // nothing is left behind
	return v
}

func TestVerifyFindsNothingWhileWordsArrive(t *testing.T) {
	t.Parallel()
	b, l := verifying(t)
	more := b.background(func(ctx context.Context) error {
		for i := 0; ctx.Err() == nil; i++ {
			l.add(i%2, "a", "late")
		}
		return nil
	})
	v, err := projections.Verify(t.Context(), b.pool, words, b.feed(l, 100), 5, quiet)
	more()
	b.do(err)
	if v.Different != 0 || v.Rows < 22 {
		t.Errorf("got %+v", v)
	}
}

func TestVerifyFindsWhatWasDoctored(t *testing.T) {
	t.Parallel()
	b, l := verifying(t)
	for _, sql := range []string{
		`UPDATE words_1.word SET times = times + 1 WHERE partition = 0 AND word = 'a'`,
		`DELETE FROM words_1.word WHERE partition = 1 AND word = 'w7'`,
		`INSERT INTO words_1.word VALUES (1, 'x (y,z)', 4)`,
		`UPDATE words_1.word SET times = 0 WHERE word = 'w11'`,
	} {
		tag, err := b.pool.Exec(t.Context(), sql)
		b.do(err)
		if tag.RowsAffected() != 1 {
			t.Fatalf("%s: %s", sql, tag)
		}
	}
	v := b.verify(l, 3)
	if v.Different != 4 || len(v.Differences) != 3 || v.Rows != 22 {
		t.Fatalf("got %+v", v)
	}
	got := fmt.Sprint(v.Differences)
	want := `[{word (0,a) map[times:251] map[times:250]} {word (1,"x (y,z)") map[partition:1 times:4 word:x (y,z)] map[]} {word (1,w11) map[times:0] map[times:25]}]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if v.Differences[1].Log != nil {
		t.Error("a row that should not be there has an expectation")
	}
}

func TestVerifyCleansUp(t *testing.T) {
	t.Parallel()
	b, l := verifying(t)
	ctx, cancel := context.WithCancel(t.Context())
	feed := b.feed(l, 10)
	interrupted := []projections.Feed{{Ends: feed[0].Ends, Run: func(ctx context.Context, g projections.Generation, to map[int32]int64) error {
		b.kept("words_1 live, words_2 scratch")
		cancel()
		return feed[0].Run(ctx, g, to)
	}}}
	if _, err := projections.Verify(ctx, b.pool, words, interrupted, 5, quiet); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	b.kept("words_1 live")

	// What a killed process has left is dropped by the next.
	killed, err := projections.Create(t.Context(), b.pool, words)
	b.do(err)
	_, err = b.pool.Exec(t.Context(), `UPDATE projections.generation SET state = 'scratch' WHERE schema = $1`, killed.Schema)
	b.do(err)
	b.verify(l, 5)
}

func TestVerifyWantsItsOwnVersion(t *testing.T) {
	t.Parallel()
	b, l := verifying(t)
	if _, err := projections.Verify(t.Context(), b.pool, retyped, b.feed(l, 100), 5, quiet); !errors.Is(err, projections.ErrNeedsRebuild) {
		t.Errorf("got %v", err)
	}
}
