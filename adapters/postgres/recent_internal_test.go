package postgres

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRecentForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecent[string, int](time.Second, 10)
		asked := 0
		get := func(want int) {
			t.Helper()
			got, err := r.get(t.Context(), "a", func(context.Context) (int, error) { asked++; return asked, nil })
			if err != nil || got != want {
				t.Errorf("got %d, %v, want %d", got, err, want)
			}
		}
		get(1)
		<-time.After(time.Second - 1) // of a bubble's clock
		get(1)
		<-time.After(1)
		get(2)
	})
}

func TestRecentCountsAgeFromTheQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecent[string, int](time.Second, 10)
		slow := func(context.Context) (int, error) { <-time.After(time.Second); return 1, nil }
		if _, err := r.get(t.Context(), "a", slow); err != nil {
			t.Fatal(err)
		}
		if _, ok := r.peek("a"); ok {
			t.Error("an answer a second old is believed")
		}
	})
}

func TestRecentDoesNotRememberErrors(t *testing.T) {
	r := newRecent[string, int](time.Hour, 10)
	broken := errors.New("broken")
	if _, err := r.get(t.Context(), "a", func(context.Context) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if v, err := r.get(t.Context(), "a", func(context.Context) (int, error) { return 1, nil }); v != 1 || err != nil {
		t.Error(v, err)
	}
}

func TestRecentOutlivesItsFirstAsker(t *testing.T) {
	r := newRecent[string, int](time.Hour, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v, err := r.get(ctx, "a", func(ctx context.Context) (int, error) { return 1, ctx.Err() })
	if v != 1 || err != nil {
		t.Errorf("others would have got %d, %v", v, err)
	}
}

func TestRecentIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecent[int, int](time.Second, 100)
		for i := range 1000 {
			r.put(i, i, time.Now().Add(time.Second))
			<-time.After(time.Millisecond)
			if len(r.answers) > 100 {
				t.Fatalf("%d answers", len(r.answers))
			}
			if v, ok := r.peek(i); !ok || v != i {
				t.Fatalf("%d is gone", i)
			}
		}
	})
}
