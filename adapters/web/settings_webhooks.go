package web

import (
	"context"
	"net/url"
	"strconv"

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
