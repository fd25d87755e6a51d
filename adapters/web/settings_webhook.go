package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// webhookView is what the page of one webhook shows.
type webhookView struct {
	Webhook    identity.Webhook
	Form       Form
	Plain      Form // of the buttons
	Secret     string
	Deliveries []identity.Delivery
	State      string // of the deliveries that are listed; empty: any
	Older      identity.DeliveryID
}

func webhookID(c echo.Context) identity.WebhookID { return identity.WebhookID(c.Param("webhook")) }

func (s *Server) showWebhook(c echo.Context, refused error, change func(*webhookView)) error {
	ctx := c.Request().Context()
	w, err := s.Webhooks.Get(ctx, account(c), webhookID(c))
	if err != nil {
		return err
	}
	v := webhookView{Webhook: w, Plain: s.form(c), State: c.QueryParam("state")}
	v.Form = s.form(c).With("url", w.URL).With("description", w.Description).With("events", kindNames(w.Kinds)...)
	var state identity.DeliveryState
	if v.State != "" {
		if state, err = identity.ParseDeliveryState(v.State); err != nil {
			return err
		}
	}
	before, err := deliveryID(c.QueryParam("before"))
	if err != nil {
		return err
	}
	if v.Deliveries, err = s.Webhooks.Deliveries(ctx, account(c), w.ID, state, before, deliveriesShown); err != nil {
		return err
	}
	if n := len(v.Deliveries); n == deliveriesShown {
		v.Older = v.Deliveries[n-1].ID
	}
	change(&v)
	return s.settings(c, refused, settingsView{Title: "Webhook", Intro: w.URL, Path: "/settings/webhooks", Body: webhookPage(v)})
}

// getWebhook is GET /settings/webhooks/:webhook.
func (s *Server) getWebhook(c echo.Context) error {
	return s.showWebhook(c, nil, func(*webhookView) {})
}

// postChangeWebhook is POST /settings/webhooks/:webhook.
func (s *Server) postChangeWebhook(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	address, description := f.Get("url"), f.Get("description")
	change := identity.WebhookChange{URL: &address, Description: &description}
	if change.Kinds, err = identity.ParseNoticeKinds(f.All("events")); err == nil {
		_, err = s.Webhooks.Change(c.Request().Context(), account(c), webhookID(c), change)
	}
	if err != nil {
		return s.showWebhook(c, err, func(v *webhookView) { v.Form = f.With("events", f.All("events")...).refused(err) })
	}
	return s.done(c, webhookPath(webhookID(c)), "The webhook is changed.")
}

// postWebhookDo is POST /settings/webhooks/:webhook/do: pauses it, lets it go on, tests it, gives
// it another secret, or ends it.
func (s *Server) postWebhookDo(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	ctx, id, here := c.Request().Context(), webhookID(c), webhookPath(webhookID(c))
	switch f.Get("do") {
	case "pause":
		_, err = s.Webhooks.Change(ctx, account(c), id, identity.WebhookChange{Enabled: new(bool)})
		return s.after(c, err, here, "The webhook is paused: it is told nothing until it goes on.")
	case "resume":
		on := true
		_, err = s.Webhooks.Change(ctx, account(c), id, identity.WebhookChange{Enabled: &on})
		return s.after(c, err, here, "The webhook goes on.")
	case "test":
		_, err = s.Webhooks.Test(ctx, account(c), id)
		return s.after(c, err, here, "A sample is on its way.")
	case "delete":
		return s.after(c, s.Webhooks.Delete(ctx, account(c), id), "/settings/webhooks", "The webhook is gone.")
	case "rotate":
		secret, _, err := s.Webhooks.Rotate(ctx, account(c), id)
		if err != nil {
			return err
		}
		return s.showWebhook(c, nil, func(v *webhookView) { v.Secret = secret })
	}
	return domain.Errorf(domain.Validation, "", "Nothing is called that.")
}

// after goes on to a page with what was done, or answers with why it wasn't.
func (s *Server) after(c echo.Context, err error, to, message string) error {
	if err != nil {
		return err
	}
	return s.done(c, to, message)
}
