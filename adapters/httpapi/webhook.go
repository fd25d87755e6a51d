package httpapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Webhooks keeps webhooks and what they were told. What an account doesn't have is a
// domain.NotFound error.
type Webhooks interface {
	List(ctx context.Context, account domain.AccountID) ([]identity.Webhook, error)
	Get(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Webhook, error)
	New(ctx context.Context, account domain.AccountID, wanted identity.NewWebhook) (secret string, w identity.Webhook, err error)
	Change(ctx context.Context, account domain.AccountID, id identity.WebhookID, c identity.WebhookChange) (identity.Webhook, error)
	Delete(ctx context.Context, account domain.AccountID, id identity.WebhookID) error
	Rotate(ctx context.Context, account domain.AccountID, id identity.WebhookID) (secret string, w identity.Webhook, err error)
	// Test has a sample sent.
	Test(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Delivery, error)
	// Deliveries are those below an id (0: all), newest first; an empty state is any.
	Deliveries(ctx context.Context, account domain.AccountID, id identity.WebhookID, state identity.DeliveryState, before identity.DeliveryID, limit int) ([]identity.Delivery, error)
	Delivery(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, []identity.DeliveryAttempt, error)
	Redeliver(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, error)
}

// webhookAnswer is a webhook as its account sees it. The secret is only in answers that made it.
type webhookAnswer struct {
	ID           identity.WebhookID    `json:"id"`
	URL          string                `json:"url"`
	Description  string                `json:"description"`
	Events       []identity.NoticeKind `json:"events"`
	Enabled      bool                  `json:"enabled"`
	Reason       *string               `json:"disabled_reason"`            // null: it is enabled, or somebody wanted it so
	FailingSince any                   `json:"failing_since"`              // null: the last attempt succeeded
	CreatedAt    string                `json:"created_at"`                 //
	Overlap      any                   `json:"previous_secret_expires_at"` // null: there is none
	Secret       string                `json:"secret,omitempty"`
}

func newWebhookAnswer(w identity.Webhook, secret string) webhookAnswer {
	a := webhookAnswer{
		ID: w.ID, URL: w.URL, Description: w.Description, Events: w.Kinds, Enabled: w.Enabled, CreatedAt: stamp(w.Created),
		FailingSince: timeOrNil(w.Failing), Overlap: timeOrNil(w.Overlap), Secret: secret,
	}
	if w.Reason != "" {
		a.Reason = &w.Reason
	}
	return a
}

func answerWebhook(c echo.Context, status int, w identity.Webhook, secret string) error {
	return answer(c, status, struct {
		Success bool          `json:"success"`
		Webhook webhookAnswer `json:"webhook"`
	}{true, newWebhookAnswer(w, secret)})
}

func webhookOf(c echo.Context) identity.WebhookID { return identity.WebhookID(pathValue(c, "webhook")) }

// listWebhooks is GET /v1/webhooks.
func (s *Server) listWebhooks(c echo.Context) error {
	all, err := s.webhooks.List(c.Request().Context(), caller(c).Account)
	if err != nil {
		return err
	}
	shown := make([]webhookAnswer, len(all))
	for i, w := range all {
		shown[i] = newWebhookAnswer(w, "")
	}
	return answer(c, http.StatusOK, struct {
		Success  bool            `json:"success"`
		Webhooks []webhookAnswer `json:"webhooks"`
	}{true, shown})
}

// createWebhook is POST /v1/webhooks.
func (s *Server) createWebhook(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	change, err := f.webhook()
	if err != nil {
		return err
	}
	if change.URL == nil {
		return domain.Errorf(domain.Validation, "url", "url is required")
	}
	wanted := identity.NewWebhook{URL: *change.URL, Kinds: change.Kinds}
	if change.Description != nil {
		wanted.Description = *change.Description
	}
	if wanted.Kinds == nil {
		wanted.Kinds = identity.NoticeKinds()
	}
	secret, w, err := s.webhooks.New(c.Request().Context(), caller(c).Account, wanted)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/v1/webhooks/"+string(w.ID))
	return answerWebhook(c, http.StatusCreated, w, secret)
}

// webhook is what a body says of a webhook.
func (f Fields) webhook() (w identity.WebhookChange, err error) {
	for name, to := range map[string]**string{"url": &w.URL, "description": &w.Description} {
		if !f.Has(name) {
			continue
		}
		text, err := f.Text(name)
		if err != nil {
			return w, err
		}
		*to = &text
	}
	if f.Has("enabled") {
		if err := f.Value("enabled", &w.Enabled, "true or false"); err != nil {
			return w, err
		}
	}
	if !f.Has("events") {
		return w, nil
	}
	var names []string
	if err := f.Value("events", &names, "a list of names of events"); err != nil {
		return w, err
	}
	w.Kinds, err = identity.ParseNoticeKinds(names)
	return w, err
}

// getWebhook is GET /v1/webhooks/:webhook.
func (s *Server) getWebhook(c echo.Context) error {
	w, err := s.webhooks.Get(c.Request().Context(), caller(c).Account, webhookOf(c))
	if err != nil {
		return err
	}
	return answerWebhook(c, http.StatusOK, w, "")
}

// changeWebhook is PATCH /v1/webhooks/:webhook.
func (s *Server) changeWebhook(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	change, err := f.webhook()
	if err != nil {
		return err
	}
	w, err := s.webhooks.Change(c.Request().Context(), caller(c).Account, webhookOf(c), change)
	if err != nil {
		return err
	}
	return answerWebhook(c, http.StatusOK, w, "")
}

// deleteWebhook is DELETE /v1/webhooks/:webhook.
func (s *Server) deleteWebhook(c echo.Context) error {
	if err := s.webhooks.Delete(c.Request().Context(), caller(c).Account, webhookOf(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// rotateWebhook is POST /v1/webhooks/:webhook/rotate.
func (s *Server) rotateWebhook(c echo.Context) error {
	secret, w, err := s.webhooks.Rotate(c.Request().Context(), caller(c).Account, webhookOf(c))
	if err != nil {
		return err
	}
	return answerWebhook(c, http.StatusOK, w, secret)
}

// testWebhook is POST /v1/webhooks/:webhook/test.
func (s *Server) testWebhook(c echo.Context) error {
	d, err := s.webhooks.Test(c.Request().Context(), caller(c).Account, webhookOf(c))
	if err != nil {
		return err
	}
	return answerDelivery(c, http.StatusAccepted, d, nil)
}
