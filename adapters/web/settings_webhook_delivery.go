package web

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

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
