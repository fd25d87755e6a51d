package postgres_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/domain/identity"
)

func (h *hooks) attempt(e identity.Errand, status int, failure string) identity.DeliveryAttempt {
	return identity.DeliveryAttempt{Number: e.Attempt, At: h.now, Took: 30 * time.Millisecond, Status: status, Answer: "said", Error: failure}
}

func (h *hooks) fail(e identity.Errand, next time.Time) {
	h.tb.Helper()
	if err := h.Failed(h.tb.Context(), e, h.attempt(e, 500, "answered with status 500"), next); err != nil {
		h.tb.Fatal(err)
	}
}

func (h *hooks) get(w identity.Webhook) identity.Webhook {
	h.tb.Helper()
	return must(h.Get(h.tb.Context(), h.account, w.ID))
}

func TestDeliveryLife(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	h.happen(identity.LinkCreated, "a")
	first := h.claim(8, 8)
	if len(first) != 1 || first[0].Attempt != 1 || first[0].Try != 1 || first[0].URL != w.URL || len(first[0].Secret) != 32 || first[0].OldSecret != nil ||
		string(first[0].Payload) != `{"m":"a"}` || first[0].Message != "a" {
		t.Fatalf("%+v", first)
	}
	h.fail(first[0], h.now.Add(time.Minute))
	if again := h.claim(8, 8); len(again) != 0 {
		t.Error("sent again at once", again)
	}
	h.now = h.now.Add(time.Minute)
	must2(h.Rotate(t.Context(), h.account, w.ID))
	second := h.claim(8, 8)
	if len(second) != 1 || second[0].Attempt != 2 || slices.Equal(second[0].Secret, first[0].Secret) || !slices.Equal(second[0].OldSecret, first[0].Secret) {
		t.Fatalf("%+v", second)
	}
	h.fail(second[0], time.Time{})
	d := h.of(w, identity.Dead)[0]
	if d.Attempts != 2 || !d.Due.IsZero() || d.Last.Number != 2 || d.Last.Status != 500 || d.Last.Took != 30*time.Millisecond || d.Payload != nil {
		t.Errorf("%+v", d)
	}
	if d, err := h.Redeliver(t.Context(), h.account, w.ID, d.ID); err != nil || d.State != identity.Pending {
		t.Errorf("%+v, %v", d, err)
	}
	h.now = time.Now().Add(time.Minute)
	third := h.claim(8, 8)
	if len(third) != 1 || third[0].Attempt != 3 || third[0].Try != 1 || third[0].Message != "a" {
		t.Fatalf("%+v", third)
	}
	if err := h.Delivered(t.Context(), third[0], h.attempt(third[0], 200, "")); err != nil {
		t.Fatal(err)
	}
	d, attempts, err := h.Delivery(t.Context(), h.account, w.ID, d.ID)
	if err != nil || d.State != identity.Delivered || string(d.Payload) != `{"m":"a"}` || len(attempts) != 3 || attempts[0].Error == "" || attempts[2].Answer != "said" {
		t.Errorf("%+v %+v %v", d, attempts, err)
	}
	if !h.get(w).Failing.IsZero() {
		t.Error("a success is not noted")
	}
}

func must2[A, B any](_ A, _ B, err error) {
	if err != nil {
		panic(err)
	}
}

// Of many who claim at once, nobody gets what another one has, before the lease is over.
func TestEachDeliveryIsClaimedOnce(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	h.make()
	h.make()
	for i := range 10 {
		h.happen(identity.LinkCreated, strings.Repeat("x", i+1))
	}
	var (
		racing sync.WaitGroup
		mu     sync.Mutex
		seen   = map[identity.DeliveryID]int{}
	)
	for range 8 {
		racing.Go(func() {
			for range 10 {
				all, err := h.Claim(t.Context(), h.now, time.Minute, nil, 3, 4)
				if err != nil || len(all) > 4 {
					t.Error(len(all), err)
				}
				mu.Lock()
				for _, e := range all {
					seen[e.ID]++
				}
				mu.Unlock()
			}
		})
	}
	racing.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("delivery %d was claimed %d times", id, n)
		}
	}
	if len(seen) != 20 {
		t.Errorf("%d of 20 were claimed", len(seen))
	}
	h.now = h.now.Add(2 * time.Minute)
	if again := h.claim(100, 100); len(again) != 20 || again[0].Attempt != 2 {
		t.Errorf("%d are left by dead processes", len(again))
	}
}

// What another process is just claiming is passed over, not waited for.
func TestClaimWaitsForNobody(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	h.make()
	h.happen(identity.LinkCreated, "a", "b")
	tx := must(h.pool.Begin(t.Context()))
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), "SELECT FROM identity.webhook_delivery WHERE message = 'a' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got, err := h.Claim(ctx, h.now, time.Minute, nil, 8, 8)
	if err != nil || len(got) != 1 || got[0].Message != "b" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSharesOfAClaim(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	a, b := h.make(), h.make()
	h.happen(identity.LinkCreated, "1", "2", "3", "4")
	if got := h.claim(2, 100, b.ID); len(got) != 2 || got[0].Webhook != a.ID {
		t.Errorf("%+v", got)
	}
	got := h.claim(100, 1)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	for _, e := range h.claim(1, 100, a.ID) {
		h.fail(e, time.Time{})
	}
	if got := h.claim(100, 100, a.ID); len(got) != 1 {
		t.Errorf("%d of a webhook that fails", len(got))
	}
}

// What comes of an attempt that was taken for lost is written down, but decides nothing.
func TestLateAttempt(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	h.happen(identity.LinkCreated, "a")
	lost := h.claim(8, 8)[0]
	h.now = h.now.Add(2 * time.Minute)
	again := h.claim(8, 8)[0]
	h.fail(lost, time.Time{})
	if got := h.of(w, identity.Pending); len(got) != 1 {
		t.Fatal("the late attempt killed the delivery")
	}
	if err := h.Delivered(t.Context(), again, h.attempt(again, 200, "")); err != nil {
		t.Fatal(err)
	}
	if got := h.of(w, identity.Delivered); len(got) != 1 {
		t.Error(h.of(w, ""))
	}
	if err := h.Delete(t.Context(), h.account, w.ID); err != nil {
		t.Fatal(err)
	}
	h.fail(again, time.Time{}) // nobody is left to care
}

func TestFailingWebhookIsPaused(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	h.happen(identity.LinkCreated, "a", "b")
	begun := h.now
	for h.now.Sub(begun) < identity.Patience {
		for _, e := range h.claim(1, 1) {
			h.fail(e, h.now.Add(time.Hour))
		}
		if !h.get(w).Enabled {
			t.Fatal("paused after", h.now.Sub(begun))
		}
		h.now = h.now.Add(6 * time.Hour)
	}
	h.fail(h.claim(1, 1)[0], h.now.Add(time.Hour))
	paused := h.get(w)
	if paused.Enabled || !strings.HasPrefix(paused.Reason, "Paused: no delivery has succeeded since "+begun.UTC().Format("2006-01-02 15:04")) ||
		!strings.HasSuffix(paused.Reason, "answered with status 500") {
		t.Fatalf("%+v", paused)
	}
	h.now = h.now.Add(time.Hour)
	if got := h.claim(8, 8); len(got) != 0 {
		t.Error("a paused webhook was sent", got)
	}
	on := true
	if back := must(h.Change(t.Context(), h.account, w.ID, identity.WebhookChange{Enabled: &on})); back.Reason != "" || !back.Failing.IsZero() {
		t.Errorf("%+v", back)
	}
	if got := h.claim(8, 8); len(got) != 2 {
		t.Error("what waited is lost", got)
	}
}

func TestGoneWebhookIsDisabled(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	h.happen(identity.LinkCreated, "a", "b")
	e := h.claim(8, 1)[0]
	if err := h.Gone(t.Context(), e, h.attempt(e, 410, "answered with status 410")); err != nil {
		t.Fatal(err)
	}
	if got := h.get(w); got.Enabled || !strings.Contains(got.Reason, "410") {
		t.Errorf("%+v", got)
	}
	if dead := h.of(w, identity.Dead); len(dead) != 1 || dead[0].ID != e.ID {
		t.Errorf("%+v", dead)
	}
}

func TestTestAndPrune(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make(identity.Clicked)
	d := must(h.Test(t.Context(), h.account, w.ID))
	if d.Kind != identity.Tested || d.State != identity.Pending || !strings.HasPrefix(string(d.Payload), `{"type":"test","timestamp":"20`) {
		t.Errorf("%+v %s", d, d.Payload)
	}
	h.happen(identity.Clicked, "a", "b")
	dead := h.claim(8, 1)[0]
	h.fail(dead, time.Time{})
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{identity.KeepDeliveries - time.Hour, 3}, {identity.KeepDeliveries + time.Hour, 1}, {identity.KeepDead + time.Hour, 0}} {
		if err := h.Prune(t.Context(), h.now.Add(step.after)); err != nil {
			t.Fatal(err)
		}
		if got := h.of(w, ""); len(got) != step.left {
			t.Errorf("%d deliveries are left after %s, want %d", len(got), step.after, step.left)
		}
	}
}
