package kafka

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/linklog/linklog/projections"
)

func numbered(from, n int) []projections.Record[int] {
	records := make([]projections.Record[int], n)
	for i := range records {
		records[i] = projections.Record[int]{Offset: int64(from + i), Event: from + i}
	}
	return records
}

func TestBufferJoinsAndCuts(t *testing.T) {
	t.Parallel()
	b := newBuffer[int](0)
	put := func(from, n int, next int64) {
		t.Helper()
		if err := b.put(t.Context(), numbered(from, n), next); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(n int, next int64) {
		t.Helper()
		got, err := b.take(t.Context())
		if err != nil || len(got.Records) != n || got.Next != next {
			t.Fatalf("got %d records up to %d, %v; want %d up to %d", len(got.Records), got.Next, err, n, next)
		}
	}
	put(0, 3, 3)
	put(3, 2, 6) // with a marker behind
	expect(5, 6)
	put(6, maxBatch+7, maxBatch+20)
	expect(maxBatch, maxBatch+6)
	expect(7, maxBatch+20)
	b.skip(maxBatch + 20)
	expect(0, maxBatch+21)
	put(0, 0, maxBatch+22) // markers alone are no batch
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := b.take(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %+v, %v", got, err)
	}
}

// TestBufferTellsWhatWasSetAside: each offset comes once, with the batch that passes it.
func TestBufferTellsWhatWasSetAside(t *testing.T) {
	t.Parallel()
	b := newBuffer[int](0)
	for at := 0; at < maxBatch; at += maxBatch / 2 {
		if err := b.put(t.Context(), numbered(at, maxBatch/2-1), int64(at+maxBatch/2-1)); err != nil {
			t.Fatal(err)
		}
		b.skip(int64(at + maxBatch/2 - 1))
	}
	if err := b.put(t.Context(), numbered(maxBatch, 3), maxBatch+3); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]int64{{maxBatch/2 - 1, maxBatch - 1}, nil} {
		got, err := b.take(t.Context())
		if err != nil || !slices.Equal(got.SetAside, want) {
			t.Fatalf("set aside %v, %v; want %v", got.SetAside, err, want)
		}
	}
}

func TestBufferIsBounded(t *testing.T) {
	t.Parallel()
	b := newBuffer[int](0)
	if err := b.put(t.Context(), numbered(0, maxWaiting), maxWaiting); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.put(ctx, numbered(maxWaiting, 1), maxWaiting+1); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	done := make(chan error)
	go func() { done <- b.put(t.Context(), numbered(maxWaiting, 1), maxWaiting+1) }()
	for taken := 0; taken < maxWaiting+1; {
		got, err := b.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Records {
			if r.Event != taken {
				t.Fatalf("got %d, want %d", r.Event, taken)
			}
			taken++
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
