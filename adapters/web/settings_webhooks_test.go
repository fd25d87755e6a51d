package web

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// hooks keeps webhooks in memory.
type hooks struct {
	now        func() time.Time
	all        []identity.Webhook
	deliveries []identity.Delivery
	drawn      int
}

// newHooks is a desk with webhooks.
func newHooks(t *testing.T) (*desk, *hooks) {
	t.Helper()
	d := newDesk(t)
	h := &hooks{now: func() time.Time { return d.Now }}
	d.server.Webhooks = h
	return d, h
}

func (h *hooks) secret() string {
	h.drawn++
	return fmt.Sprintf("whsec_%d", h.drawn)
}

func (h *hooks) find(account domain.AccountID, id identity.WebhookID) (*identity.Webhook, error) {
	for i := range h.all {
		if h.all[i].ID == id && h.all[i].Account == account {
			return &h.all[i], nil
		}
	}
	return nil, domain.Errorf(domain.NotFound, "", "no such webhook")
}

func (h *hooks) List(_ context.Context, account domain.AccountID) (all []identity.Webhook, err error) {
	for _, w := range h.all {
		if w.Account == account {
			all = append(all, w)
		}
	}
	return all, nil
}

func (h *hooks) Get(_ context.Context, account domain.AccountID, id identity.WebhookID) (identity.Webhook, error) {
	w, err := h.find(account, id)
	if err != nil {
		return identity.Webhook{}, err
	}
	return *w, nil
}

func (h *hooks) New(_ context.Context, account domain.AccountID, n identity.NewWebhook) (string, identity.Webhook, error) {
	address, err := identity.ParseWebhookURL(n.URL)
	if err != nil {
		return "", identity.Webhook{}, err
	}
	w := identity.Webhook{
		ID: identity.WebhookID(fmt.Sprintf("whk_%d", len(h.all)+1)), Account: account, URL: address, Description: n.Description, Kinds: n.Kinds, Enabled: true, Created: h.now(),
	}
	h.all = append(h.all, w)
	return h.secret(), w, nil
}

func (h *hooks) Rotate(_ context.Context, account domain.AccountID, id identity.WebhookID) (string, identity.Webhook, error) {
	w, err := h.find(account, id)
	if err != nil {
		return "", identity.Webhook{}, err
	}
	w.Overlap = h.now().Add(identity.SecretOverlap)
	return h.secret(), *w, nil
}

func (h *hooks) Change(_ context.Context, account domain.AccountID, id identity.WebhookID, c identity.WebhookChange) (identity.Webhook, error) {
	w, err := h.find(account, id)
	if err != nil {
		return identity.Webhook{}, err
	}
	if c.URL != nil {
		if w.URL, err = identity.ParseWebhookURL(*c.URL); err != nil {
			return *w, err
		}
		w.Description, w.Kinds = *c.Description, c.Kinds
	}
	if c.Enabled != nil {
		w.Enabled = *c.Enabled
	}
	return *w, nil
}

func (h *hooks) Delete(_ context.Context, account domain.AccountID, id identity.WebhookID) error {
	_, err := h.find(account, id)
	h.all = slices.DeleteFunc(h.all, func(w identity.Webhook) bool { return w.ID == id && w.Account == account })
	return err
}

func (h *hooks) Test(_ context.Context, account domain.AccountID, id identity.WebhookID) (identity.Delivery, error) {
	if _, err := h.find(account, id); err != nil {
		return identity.Delivery{}, err
	}
	n := identity.DeliveryID(len(h.deliveries) + 1)
	d := identity.Delivery{
		ID: n, Webhook: id, Message: fmt.Sprintf("msg_%d", n), Kind: identity.Tested, State: identity.Dead, Attempts: 1, Created: h.now(), Payload: []byte(`{"type":"test"}`),
		Last: identity.DeliveryAttempt{Number: 1, At: h.now(), Took: 120 * time.Millisecond, Status: 500, Answer: "<b>oops</b>", Error: "answered 500"},
	}
	h.deliveries = append(h.deliveries, d)
	return d, nil
}

func (h *hooks) Deliveries(
	_ context.Context, _ domain.AccountID, id identity.WebhookID, state identity.DeliveryState, before identity.DeliveryID, limit int,
) (all []identity.Delivery, err error) {
	for _, d := range slices.Backward(h.deliveries) {
		if d.Webhook == id && (state == "" || d.State == state) && (before == 0 || d.ID < before) && len(all) < limit {
			all = append(all, d)
		}
	}
	return all, nil
}

func (h *hooks) Delivery(_ context.Context, account domain.AccountID, id identity.WebhookID, n identity.DeliveryID) (identity.Delivery, []identity.DeliveryAttempt, error) {
	if _, err := h.find(account, id); err != nil || int(n) > len(h.deliveries) {
		return identity.Delivery{}, nil, domain.Errorf(domain.NotFound, "", "no such delivery")
	}
	d := h.deliveries[n-1]
	return d, []identity.DeliveryAttempt{d.Last}, nil
}

func (h *hooks) Redeliver(ctx context.Context, account domain.AccountID, id identity.WebhookID, n identity.DeliveryID) (identity.Delivery, error) {
	d, _, err := h.Delivery(ctx, account, id, n)
	if err == nil {
		h.deliveries[n-1].State = identity.Pending
	}
	return d, err
}

func TestWebhooksAreMadeAndChanged(t *testing.T) {
	t.Parallel()
	d, h := newHooks(t)
	s := d.get("/settings/webhooks").want(200, "No webhooks yet", "A link was deleted", "API keys")
	f := s.form("/settings/webhooks").set("url", "https://example.com/hook").set("description", "the shop").set("events", "click", "link.created")
	s = f.send().want(200, "The secret that signs", "example.com/hook", "link.created, click", "the shop")
	if secret := s.form("/settings/webhooks").values.Get("secret"); secret != "" || attr(s.byID("secret"), "value") != "whsec_1" {
		t.Errorf("the secret is shown as %q", attr(s.byID("secret"), "value"))
	}
	d.get("/settings/webhooks").want(200).lacks("whsec_1", "The secret")
	s = d.get("/settings/webhooks/whk_1").want(200, "What it is told", "Nothing was sent yet")
	s.form("/settings/webhooks/whk_1").set("url", "nonsense").send().want(422, "must be the http or https address").form("/settings/webhooks/whk_1", "nonsense")
	s.form("/settings/webhooks/whk_1").set("events").send().want(422, "at least one event")
	s.form("/settings/webhooks/whk_1").set("url", "https://example.com/other").set("events", "link.deleted").send().want(200, "The webhook is changed", "example.com/other")
	if w := h.all[0]; w.URL != "https://example.com/other" || len(w.Kinds) != 1 || !w.Enabled {
		t.Errorf("the webhook is %+v", w)
	}
	f = d.get("/settings/webhooks").form("/settings/webhooks")
	f.set("url", "ftp://x").send().want(422, "http or https").form("/settings/webhooks", "ftp://x")
}

// do presses a button of the webhook's page.
func (s *shown) press(action string) *shown {
	s.d.t.Helper()
	f := s.form("/settings/webhooks/whk_1/do")
	f.values["do"] = []string{action}
	return f.send()
}

func TestWebhooksArePausedTestedRotatedDeleted(t *testing.T) {
	t.Parallel()
	d, h := newHooks(t)
	if _, _, err := h.New(t.Context(), "acc_ann", identity.NewWebhook{URL: "https://example.com/hook", Kinds: identity.NoticeKinds()}); err != nil {
		t.Fatal(err)
	}
	s := d.get("/settings/webhooks/whk_1").press("pause").want(200, "is paused", "Go on")
	s = s.press("resume").want(200, "The webhook goes on")
	s = s.press("rotate").want(200, "The new secret", "old secret, too", "signs until")
	if attr(s.byID("secret"), "value") != "whsec_2" {
		t.Error("the new secret is not shown")
	}
	s = s.press("test").want(200, "A sample is on its way", "test", "dead", "answered 500 in 120ms")
	d.get("/settings/webhooks/whk_1?state=delivered").want(200).lacks("answered 500")
	d.get("/settings/webhooks/whk_1?state=lost").want(422)
	page := d.get("/settings/webhooks/whk_1/deliveries/1").want(200, `"type": "test"`, "<b>oops</b>", "msg_1")
	page.form("/settings/webhooks/whk_1/deliveries/1").send().want(200, "It is sent once more", "pending")
	h.all[0].Enabled, h.all[0].Reason = false, "it failed for three days"
	d.get("/settings/webhooks/whk_1").want(200, "it failed for three days")
	s.press("nonsense").want(422)
	s.press("delete").want(200, "The webhook is gone", "No webhooks yet")
}

func TestWebhooksHaveManyDeliveries(t *testing.T) {
	t.Parallel()
	d, h := newHooks(t)
	h.all = []identity.Webhook{{ID: "whk_1", Account: "acc_ann", URL: "https://example.com/hook", Enabled: true}}
	for range deliveriesShown + 5 {
		if _, err := h.Test(t.Context(), "acc_ann", "whk_1"); err != nil {
			t.Fatal(err)
		}
	}
	older := d.get("/settings/webhooks/whk_1?state=dead").where("Older ones")
	if older != "/settings/webhooks/whk_1?before=6&state=dead" {
		t.Errorf("older ones are at %s", older)
	}
	d.get(older).want(200).lacks("Older ones")
	d.get("/settings/webhooks/whk_1?before=x").want(404)
}

func TestWebhooksAreTheOwners(t *testing.T) {
	t.Parallel()
	d, h := newHooks(t)
	h.all = []identity.Webhook{{ID: "whk_1", Account: "acc_bob", URL: "https://example.com/hook", Enabled: true}}
	d.get("/settings/webhooks").want(200, "No webhooks yet")
	d.get("/settings/webhooks/whk_1").want(404)
	d.get("/settings/webhooks/whk_1/deliveries/1").want(404)
	d.house.accounts["acc_ann"].members["usr_ann"] = identity.Editor
	d.get("/settings/webhooks").want(403)
	newDoor(t).get("/settings/webhooks").want(200, "Sign in")
	newDesk(t).get("/settings/webhooks").want(404, "sends no webhooks")
}

// TestWebhookPages looks at what every page has to keep to.
func TestWebhookPages(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/settings/webhooks", "/settings/webhooks/whk_1", "/settings/webhooks/whk_1/deliveries/1"} {
		d, h := newHooks(t)
		h.all = []identity.Webhook{{ID: "whk_1", Account: "acc_ann", URL: "https://example.com/hook", Enabled: true}}
		_, _ = h.Test(t.Context(), "acc_ann", "whk_1")
		s := d.get(path).want(200)
		checkHeaders(t, s)
		checkWeight(t, s)
		checkTree(t, s)
	}
}
