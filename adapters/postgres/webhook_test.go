package postgres_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

type hooks struct {
	*postgres.Webhooks

	tb      testing.TB
	pool    *pgxpool.Pool
	account domain.AccountID
	now     time.Time
	read    int64
}

func setupHooks(t *testing.T) *hooks {
	t.Helper()
	pool := migrated(t)
	return &hooks{postgres.NewWebhooks(pool), t, pool, newAccount(t, pool), time.Now().Add(time.Second), 0}
}

func (h *hooks) make(kinds ...identity.NoticeKind) identity.Webhook {
	h.tb.Helper()
	_, w, err := h.New(h.tb.Context(), h.account, identity.NewWebhook{URL: "https://example.com/hook", Description: "mine", Kinds: kinds})
	if err != nil {
		h.tb.Fatal(err)
	}
	return w
}

// happen records notices of one kind.
func (h *hooks) happen(kind identity.NoticeKind, messages ...string) {
	h.tb.Helper()
	var all []identity.Notice
	for _, m := range messages {
		all = append(all, identity.Notice{Account: h.account, Kind: kind, Message: m, At: h.now, Payload: []byte(`{"m":"` + m + `"}`)})
	}
	h.read++
	if err := h.Record(h.tb.Context(), "t", 0, h.read-1, h.read, all); err != nil {
		h.tb.Fatal(err)
	}
}

func (h *hooks) claim(each, most int, busy ...identity.WebhookID) []identity.Errand {
	h.tb.Helper()
	all, err := h.Claim(h.tb.Context(), h.now, time.Minute, busy, each, most)
	if err != nil {
		h.tb.Fatal(err)
	}
	slices.SortFunc(all, func(a, b identity.Errand) int { return int(a.ID - b.ID) })
	return all
}

func (h *hooks) of(w identity.Webhook, state identity.DeliveryState) []identity.Delivery {
	h.tb.Helper()
	all, err := h.Deliveries(h.tb.Context(), h.account, w.ID, state, 0, 100)
	if err != nil {
		h.tb.Fatal(err)
	}
	return all
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestWebhookLife(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	secret, w, err := h.New(t.Context(), h.account, identity.NewWebhook{URL: "https://example.com/hook#x", Description: " my  hook "})
	if err != nil || w.URL != "https://example.com/hook" || w.Description != "my hook" || !w.Enabled || len(w.Kinds) != 4 || !w.Overlap.IsZero() {
		t.Fatalf("%+v, %v", w, err)
	}
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_")); err != nil || len(raw) != 32 {
		t.Errorf("secret %s", secret)
	}
	off, text := false, "other"
	changed := must(h.Change(t.Context(), h.account, w.ID, identity.WebhookChange{Enabled: &off, Description: &text, Kinds: []identity.NoticeKind{identity.Clicked}}))
	if changed.Enabled || changed.Description != text || changed.URL != w.URL || len(changed.Kinds) != 1 || !changed.Since.Equal(w.Since) {
		t.Errorf("changed to %+v", changed)
	}
	_, err = h.Test(t.Context(), h.account, w.ID)
	wantCode(t, err, domain.Validation)
	on := true
	if changed = must(h.Change(t.Context(), h.account, w.ID, identity.WebhookChange{Enabled: &on})); !changed.Enabled || !changed.Since.After(w.Since) {
		t.Errorf("enabled: %+v", changed)
	}
	rotated, w2, err := h.Rotate(t.Context(), h.account, w.ID)
	if err != nil || rotated == secret || w2.Overlap.IsZero() {
		t.Errorf("rotated to %s, %+v, %v", rotated, w2, err)
	}
	if all := must(h.List(t.Context(), h.account)); len(all) != 1 || all[0].ID != w.ID {
		t.Errorf("listed %+v", all)
	}
	if err := h.Delete(t.Context(), h.account, w.ID); err != nil {
		t.Error(err)
	}
	wantCode(t, h.Delete(t.Context(), h.account, w.ID), domain.NotFound)
}

func TestWebhooksOfOthers(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	h.happen(identity.LinkCreated, "a")
	d := h.of(w, "")[0]
	stranger := newAccount(t, h.pool)
	ctx := t.Context()
	_, err := h.Get(ctx, stranger, w.ID)
	wantCode(t, err, domain.NotFound)
	_, err = h.Change(ctx, stranger, w.ID, identity.WebhookChange{})
	wantCode(t, err, domain.NotFound)
	_, _, err = h.Rotate(ctx, stranger, w.ID)
	wantCode(t, err, domain.NotFound)
	_, err = h.Test(ctx, stranger, w.ID)
	wantCode(t, err, domain.NotFound)
	_, err = h.Deliveries(ctx, stranger, w.ID, "", 0, 10)
	wantCode(t, err, domain.NotFound)
	_, _, err = h.Delivery(ctx, stranger, w.ID, d.ID)
	wantCode(t, err, domain.NotFound)
	_, err = h.Redeliver(ctx, stranger, w.ID, d.ID)
	wantCode(t, err, domain.NotFound)
	wantCode(t, h.Delete(ctx, stranger, w.ID), domain.NotFound)
}

func TestWebhookLimits(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	_, _, err := h.New(t.Context(), h.account, identity.NewWebhook{URL: "gopher://x"})
	wantCode(t, err, domain.Validation)
	_, _, err = h.New(t.Context(), "acc_nobody", identity.NewWebhook{URL: "https://example.com"})
	wantCode(t, err, domain.NotFound)
	var racing sync.WaitGroup
	for range identity.MaxWebhooks + 5 {
		racing.Go(func() {
			_, _, _ = h.New(t.Context(), h.account, identity.NewWebhook{URL: "https://example.com"})
		})
	}
	racing.Wait()
	if all := must(h.List(t.Context(), h.account)); len(all) != identity.MaxWebhooks {
		t.Errorf("%d webhooks", len(all))
	}
	_, _, err = h.New(t.Context(), h.account, identity.NewWebhook{URL: "https://example.com"})
	wantCode(t, err, domain.LimitReached)
}

func TestNoticesReachWhoWantsThem(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	all, clicks, off := h.make(), h.make(identity.Clicked), h.make()
	no := false
	must(h.Change(t.Context(), h.account, off.ID, identity.WebhookChange{Enabled: &no}))
	wanted := must(h.Wanted(t.Context(), []domain.AccountID{h.account, "acc_other"}))
	if len(wanted) != 1 || len(wanted[h.account]) != 4 {
		t.Errorf("wanted: %v", wanted)
	}
	h.happen(identity.LinkCreated, "created", "created")
	h.happen(identity.LinkCreated, "created")
	h.happen(identity.Clicked, "clicked")
	h.now = h.now.Add(-time.Hour)
	h.happen(identity.Clicked, "long ago")
	for _, want := range []struct {
		w identity.Webhook
		n int
	}{{all, 2}, {clicks, 1}, {off, 0}} {
		if got := h.of(want.w, identity.Pending); len(got) != want.n {
			t.Errorf("%v has %d deliveries, want %d", want.w.Kinds, len(got), want.n)
		}
	}
}

func TestListened(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	kinds := []identity.NoticeKind{identity.Clicked}
	if since := must(h.Listened(t.Context(), kinds)); !since.IsZero() {
		t.Error("somebody listens", since)
	}
	h.make(identity.LinkCreated)
	w := h.make(identity.Clicked, identity.LinkDeleted)
	h.make(identity.Clicked)
	since := must(h.Listened(t.Context(), kinds))
	if before := w.Since.Sub(since); before < 0 || before > 10*time.Second {
		t.Errorf("since %s, want %s or a little before", since, w.Since)
	}
}

func TestPlaceInTheLog(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	w := h.make()
	notice := func(m string) []identity.Notice {
		return []identity.Notice{{Account: h.account, Kind: identity.Clicked, Message: m, At: h.now, Payload: []byte("{}")}}
	}
	ctx := t.Context()
	if next := must(h.Place(ctx, "clicks", 3)); next != 0 {
		t.Error(next)
	}
	if err := h.Record(ctx, "clicks", 3, 40, 50, notice("a")); err != nil {
		t.Error(err)
	}
	if err := h.Record(ctx, "clicks", 3, 45, 55, notice("b")); !errors.Is(err, postgres.ErrOvertaken) {
		t.Error("a process that lost its partition recorded:", err)
	}
	if err := h.Record(ctx, "clicks", 3, 60, 70, notice("c")); err != nil { // what nobody wanted isn't recorded
		t.Error(err)
	}
	if next := must(h.Place(ctx, "clicks", 3)); next != 70 {
		t.Error(next)
	}
	if got := h.of(w, ""); len(got) != 2 {
		t.Errorf("%d deliveries", len(got))
	}
}

func TestDeliveriesEndWithTheAccount(t *testing.T) {
	t.Parallel()
	h := setupHooks(t)
	h.make()
	h.happen(identity.LinkCreated, "a", "b")
	for _, e := range h.claim(5, 5) {
		if err := h.Delivered(t.Context(), e, identity.DeliveryAttempt{Number: e.Attempt, At: h.now, Answer: "secret"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := postgres.NewAccounts(h.pool).Erase(t.Context(), h.account); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"webhook", "webhook_delivery", "webhook_attempt"} {
		if n := one[int](t, h.pool, "SELECT count(*) FROM identity."+table); n != 0 {
			t.Errorf("%d rows of %s outlive the account", n, table)
		}
	}
	_, _, err := h.New(t.Context(), h.account, identity.NewWebhook{URL: "https://example.com"})
	wantCode(t, err, domain.NotFound)
}
