package clicks_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

// erase is a batch of links.events that ends links.
func (t *table) erase(tb testing.TB, links ...domain.LinkNumber) {
	tb.Helper()
	if err := t.tryErase(tb.Context(), links...); err != nil {
		tb.Fatal(err)
	}
}

func (t *table) tryErase(ctx context.Context, links ...domain.LinkNumber) error {
	return pgx.BeginFunc(ctx, t.pool, func(tx pgx.Tx) error {
		b := projections.Batch[domain.Event]{Partition: -1}
		for i, l := range links {
			e := domain.Event{Link: l, Body: domain.LinkDeleted{}}
			if i%2 == 1 {
				e.Body = domain.Redacted{}
			}
			b.Records = append(b.Records, projections.Record[domain.Event]{Event: e},
				projections.Record[domain.Event]{Event: domain.Event{Link: l + 1000, Body: domain.DestinationChanged{}}})
		}
		var writes pgx.Batch
		if err := (clicks.Erasure{}).Apply(ctx, tx, t.schema, b, &writes); err != nil {
			return err
		}
		return tx.SendBatch(ctx, &writes).Close()
	})
}

// Wherever in the log of clicks a deletion is applied, the rows are the same in the end: those
// of the clicks of other links.
func TestDeletedLinksLeaveNothing(t *testing.T) {
	s := newStream(13, 30, 2_000, 3*24*time.Hour)
	stream := s.take(2_000)
	dead := []domain.LinkNumber{stream[0].Link, stream[1].Link, stream[2].Link, 77} // 77 was never visited
	early := newTable(t)
	early.erase(t, dead...)
	early.apply(t, stream)
	want := early.hash(t)
	for _, at := range []int{1, 700, 2_000} {
		late := early.another(t)
		late.apply(t, stream[:at])
		late.erase(t, dead...)
		late.apply(t, stream[at:])
		late.apply(t, stream[:at]) // sent again
		late.erase(t, dead[0])
		if got := late.hash(t); got != want {
			t.Errorf("erased after %d clicks: rows differ", at)
		}
	}
	living := early.another(t)
	living.apply(t, slices.DeleteFunc(slices.Clone(stream), func(c domain.Click) bool { return slices.Contains(dead, c.Link) }))
	if diff := cmp.Diff(living.describe(t), early.describe(t)); diff != "" {
		t.Errorf("(-never visited +erased):\n%s", diff)
	}
	r := clicks.NewReader(early.pool)
	totals, err := r.Totals(t.Context(), dead)
	if err != nil || len(totals) != 0 {
		t.Error(totals, err)
	}
	for _, link := range dead {
		if last, err := r.Recent(t.Context(), link, 0, 10); err != nil || len(last) != 0 {
			t.Error(last, err)
		}
	}
}

// A fold that has begun when a link is deleted doesn't bring its rows back. Taken out, the lock
// that they share made this fail: the fold's rows came after the erasure.
func TestErasureWaitsForFolds(t *testing.T) {
	db := newTable(t)
	config := db.pool.Config().Copy()
	config.MaxConns = 4
	db.pool = newPool(t, config)
	s := newStream(17, 2, 100, time.Hour)
	stream := s.take(10)
	for i := range stream {
		stream[i].Link = 5
	}
	ctx := t.Context()
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var writes pgx.Batch
	if err := db.fold.Apply(ctx, tx, db.schema, projections.Batch[domain.Click]{Records: asRecords(stream)}, &writes); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- db.tryErase(ctx, 5) }()
	db.awaitLockWaiter(t, done)
	if err := tx.SendBatch(ctx, &writes).Close(); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if rows := db.describe(t); rows != "" {
		t.Errorf("rows came back:\n%s", rows)
	}
}

// awaitLockWaiter returns once somebody waits for an advisory lock in the database, or has
// ended without.
func (t *table) awaitLockWaiter(tb testing.TB, done chan error) {
	tb.Helper()
	for waiting := false; !waiting && len(done) == 0; {
		err := t.pool.QueryRow(tb.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting)
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func TestPartitionsOfDeletions(t *testing.T) {
	events := map[int32]int64{0: 5, 7: 9}
	mine := clicks.DeletionPartitions(events)
	if diff := cmp.Diff(map[int32]int64{-1: 5, -8: 9}, mine); diff != "" {
		t.Error(diff)
	}
	mine[0], mine[3] = 1, 2 // of clicks
	if diff := cmp.Diff(events, clicks.EventPartitions(mine)); diff != "" {
		t.Error(diff)
	}
}
