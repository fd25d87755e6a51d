package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Webhooks keeps webhooks and what they were told. What an account doesn't have is a
// domain.NotFound error; a refusal is a domain.Validation error that names the field.
type Webhooks interface {
	List(ctx context.Context, account domain.AccountID) ([]identity.Webhook, error)
	Get(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Webhook, error)
	// New and Rotate return the secret that signs what is sent; it is shown only then.
	New(ctx context.Context, account domain.AccountID, wanted identity.NewWebhook) (secret string, w identity.Webhook, err error)
	Rotate(ctx context.Context, account domain.AccountID, id identity.WebhookID) (secret string, w identity.Webhook, err error)
	Change(ctx context.Context, account domain.AccountID, id identity.WebhookID, c identity.WebhookChange) (identity.Webhook, error)
	Delete(ctx context.Context, account domain.AccountID, id identity.WebhookID) error
	// Test has a sample sent.
	Test(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Delivery, error)
	// Deliveries are those below an id (0: all), newest first; an empty state is any.
	Deliveries(ctx context.Context, account domain.AccountID, id identity.WebhookID, state identity.DeliveryState, before identity.DeliveryID, limit int) ([]identity.Delivery, error)
	// Delivery is one with its payload and its attempts, oldest first.
	Delivery(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, []identity.DeliveryAttempt, error)
	// Redeliver has one sent once more.
	Redeliver(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, error)
}

// deliveriesShown is how many deliveries a page lists.
const deliveriesShown = 25

var eventChoices = []Choice{
	{Value: string(identity.LinkCreated), Label: "A link was made"},
	{Value: string(identity.LinkUpdated), Label: "A link was changed"},
	{Value: string(identity.LinkDeleted), Label: "A link was deleted"},
	{Value: string(identity.Clicked), Label: "Clicks", Hint: "up to a hundred at once"},
}

// hooked lets through to webhooks where they are sent.
func (s *Server) hooked(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Webhooks == nil {
			return domain.Errorf(domain.NotFound, "", "This installation sends no webhooks.")
		}
		return next(c)
	}
}

// webhooksView is what the list of webhooks shows.
type webhooksView struct {
	All    []identity.Webhook
	New    Form
	Secret string // of one that was just made
}

func (s *Server) showWebhooks(c echo.Context, refused error, v webhooksView) error {
	var err error
	if v.All, err = s.Webhooks.List(c.Request().Context(), account(c)); err != nil {
		return err
	}
	return s.settings(c, refused, settingsView{
		Title: "Webhooks", Intro: "Addresses of yours that are told what happens here, signed so that they can be sure.", Path: "/settings/webhooks", Body: webhooksPage(v),
	})
}

// getWebhooks is GET /settings/webhooks.
func (s *Server) getWebhooks(c echo.Context) error {
	return s.showWebhooks(c, nil, webhooksView{New: s.form(c).With("events", kindNames(identity.NoticeKinds())...)})
}

// postWebhook is POST /settings/webhooks: makes one, whose secret is in this answer and never again.
func (s *Server) postWebhook(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	w := identity.NewWebhook{URL: f.Get("url"), Description: f.Get("description")}
	secret := ""
	if w.Kinds, err = identity.ParseNoticeKinds(f.All("events")); err == nil {
		secret, _, err = s.Webhooks.New(c.Request().Context(), account(c), w)
	}
	if err != nil {
		return s.showWebhooks(c, err, webhooksView{New: f.With("events", f.All("events")...).refused(err)})
	}
	return s.showWebhooks(c, nil, webhooksView{New: s.form(c).With("events", kindNames(identity.NoticeKinds())...), Secret: secret})
}

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

// deliveryView is a delivery in full.
type deliveryView struct {
	Webhook  identity.WebhookID
	Delivery identity.Delivery
	Attempts []identity.DeliveryAttempt
	Form     Form
	Payload  string
}

// getDelivery is GET /settings/webhooks/:webhook/deliveries/:delivery.
func (s *Server) getDelivery(c echo.Context) error {
	number, err := deliveryID(c.Param("delivery"))
	if err != nil {
		return err
	}
	v := deliveryView{Webhook: webhookID(c), Form: s.form(c)}
	if v.Delivery, v.Attempts, err = s.Webhooks.Delivery(c.Request().Context(), account(c), v.Webhook, number); err != nil {
		return err
	}
	v.Payload = laidOut(v.Delivery.Payload)
	return s.settings(c, nil, settingsView{Title: "Delivery", Intro: v.Delivery.Message, Path: "/settings/webhooks", Body: deliveryPage(v)})
}

// postRedeliver is POST /settings/webhooks/:webhook/deliveries/:delivery: sends it once more.
func (s *Server) postRedeliver(c echo.Context) error {
	number, err := deliveryID(c.Param("delivery"))
	if err != nil {
		return err
	}
	_, err = s.Webhooks.Redeliver(c.Request().Context(), account(c), webhookID(c), number)
	return s.after(c, err, deliveryPath(webhookID(c), number), "It is sent once more.")
}

func deliveryID(raw string) (identity.DeliveryID, error) {
	if raw == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n <= 0 {
		return 0, domain.Errorf(domain.NotFound, "", "There is no such delivery.")
	}
	return identity.DeliveryID(n), nil
}

func webhookPath(id identity.WebhookID) string { return "/settings/webhooks/" + string(id) }

func deliveryPath(id identity.WebhookID, n identity.DeliveryID) string {
	return webhookPath(id) + "/deliveries/" + strconv.FormatInt(int64(n), 10)
}

// deliveriesOf is where the deliveries of a state are listed, from before one on.
func deliveriesOf(id identity.WebhookID, state string, before identity.DeliveryID) templ.SafeURL {
	v := url.Values{}
	if state != "" {
		v.Set("state", state)
	}
	if before != 0 {
		v.Set("before", strconv.FormatInt(int64(before), 10))
	}
	return templ.SafeURL(webhookPath(id) + "?" + v.Encode())
}

func kindNames(kinds []identity.NoticeKind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return names
}

// laidOut is JSON for people; anything else stays as it is.
func laidOut(raw []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// outcome is what came of an attempt, in a few words.
func outcome(a identity.DeliveryAttempt) string {
	switch {
	case a.At.IsZero():
		return "not tried yet"
	case a.Status == 0:
		return a.Error
	}
	return "answered " + strconv.Itoa(a.Status) + " in " + a.Took.Round(time.Millisecond).String()
}
