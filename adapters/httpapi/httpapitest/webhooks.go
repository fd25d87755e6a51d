package httpapitest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// webhooks are those of a world. Nothing is sent: each has one delivery that is dead, of clicks,
// and one for each test.
type webhooks struct {
	*World

	all        map[identity.WebhookID]*identity.Webhook
	deliveries map[identity.WebhookID][]identity.Delivery
}

func newWebhooks(w *World) *webhooks {
	return &webhooks{w, map[identity.WebhookID]*identity.Webhook{}, map[identity.WebhookID][]identity.Delivery{}}
}

func (h *webhooks) own(account domain.AccountID, id identity.WebhookID) (*identity.Webhook, error) {
	w := h.all[id]
	if h.Fault == "reads away" {
		return nil, context.DeadlineExceeded
	}
	if w == nil || w.Account != account {
		return nil, domain.Errorf(domain.NotFound, "webhook", "the account has no webhook %q", id)
	}
	return w, nil
}

// List implements httpapi.Webhooks.
func (h *webhooks) List(_ context.Context, account domain.AccountID) (all []identity.Webhook, err error) {
	for _, w := range h.all {
		if w.Account == account {
			all = append(all, *w)
		}
	}
	slices.SortFunc(all, func(a, b identity.Webhook) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// Get implements httpapi.Webhooks.
func (h *webhooks) Get(_ context.Context, account domain.AccountID, id identity.WebhookID) (identity.Webhook, error) {
	w, err := h.own(account, id)
	if err != nil {
		return identity.Webhook{}, err
	}
	return *w, nil
}

// New implements httpapi.Webhooks.
func (h *webhooks) New(_ context.Context, account domain.AccountID, wanted identity.NewWebhook) (string, identity.Webhook, error) {
	to, err := identity.ParseWebhookURL(wanted.URL)
	if err != nil {
		return "", identity.Webhook{}, err
	}
	id := identity.WebhookID(fmt.Sprintf("whk_%d", len(h.all)+1))
	h.all[id] = &identity.Webhook{ID: id, Account: account, URL: to, Description: wanted.Description, Kinds: wanted.Kinds, Enabled: true, Created: h.Now, Since: h.Now}
	failed := identity.DeliveryAttempt{Number: 10, At: h.Now, Took: 120 * time.Millisecond, Status: 500, Answer: "oops", Error: "answered with status 500"}
	h.deliveries[id] = []identity.Delivery{{
		ID: 1, Webhook: id, Message: "msg_1", Kind: identity.Clicked, State: identity.Dead, Attempts: 10, Created: h.Now, Last: failed,
	}}
	return "whsec_c2VjcmV0", *h.all[id], nil
}

// Change implements httpapi.Webhooks.
func (h *webhooks) Change(_ context.Context, account domain.AccountID, id identity.WebhookID, c identity.WebhookChange) (identity.Webhook, error) {
	w, err := h.own(account, id)
	if err != nil {
		return identity.Webhook{}, err
	}
	if c.URL != nil {
		if w.URL, err = identity.ParseWebhookURL(*c.URL); err != nil {
			return identity.Webhook{}, err
		}
	}
	if c.Description != nil {
		w.Description = *c.Description
	}
	if c.Kinds != nil {
		w.Kinds = c.Kinds
	}
	if c.Enabled != nil {
		w.Enabled = *c.Enabled
	}
	return *w, nil
}

// Delete implements httpapi.Webhooks.
func (h *webhooks) Delete(_ context.Context, account domain.AccountID, id identity.WebhookID) error {
	_, err := h.own(account, id)
	if err == nil {
		delete(h.all, id)
	}
	return err
}

// Rotate implements httpapi.Webhooks.
func (h *webhooks) Rotate(_ context.Context, account domain.AccountID, id identity.WebhookID) (string, identity.Webhook, error) {
	w, err := h.own(account, id)
	if err != nil {
		return "", identity.Webhook{}, err
	}
	w.Overlap = h.Now.Add(identity.SecretOverlap)
	return "whsec_bmV3", *w, nil
}

// Test implements httpapi.Webhooks.
func (h *webhooks) Test(_ context.Context, account domain.AccountID, id identity.WebhookID) (identity.Delivery, error) {
	if _, err := h.own(account, id); err != nil {
		return identity.Delivery{}, err
	}
	d := identity.Delivery{ID: identity.DeliveryID(len(h.deliveries[id]) + 1), Webhook: id, Message: "msg_2", Kind: identity.Tested, State: identity.Pending, Created: h.Now, Due: h.Now}
	h.deliveries[id] = slices.Insert(h.deliveries[id], 0, d)
	d.Payload = []byte(`{"type":"test"}`)
	return d, nil
}

// Deliveries implements httpapi.Webhooks.
func (h *webhooks) Deliveries(
	_ context.Context, account domain.AccountID, id identity.WebhookID, state identity.DeliveryState, before identity.DeliveryID, limit int,
) ([]identity.Delivery, error) {
	if _, err := h.own(account, id); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(h.deliveries[id]), func(d identity.Delivery) bool {
		return state != "" && d.State != state || before != 0 && d.ID >= before
	})
	return all[:min(limit, len(all))], nil
}

// Delivery implements httpapi.Webhooks.
func (h *webhooks) Delivery(
	_ context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID,
) (d identity.Delivery, attempts []identity.DeliveryAttempt, err error) {
	if _, err := h.own(account, id); err != nil {
		return d, nil, err
	}
	i := slices.IndexFunc(h.deliveries[id], func(d identity.Delivery) bool { return d.ID == number })
	if i < 0 {
		return d, nil, domain.Errorf(domain.NotFound, "delivery", "the webhook %q has no such delivery", id)
	}
	d = h.deliveries[id][i]
	d.Payload = []byte(`{"type":"` + string(d.Kind) + `"}`)
	away := identity.DeliveryAttempt{Number: 1, At: h.Now, Took: 10 * time.Second, Error: "no answer within 10s"}
	return d, []identity.DeliveryAttempt{away, d.Last}, nil
}

// Redeliver implements httpapi.Webhooks.
func (h *webhooks) Redeliver(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, error) {
	d, _, err := h.Delivery(ctx, account, id, number)
	d.State, d.Due = identity.Pending, h.Now
	return d, err
}
