package httpapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// deliveryAnswer is a delivery. Attempts and payload are only of one that is asked for alone.
type deliveryAnswer struct {
	ID        string                 `json:"id"`
	Webhook   identity.WebhookID     `json:"webhook_id"`
	Message   string                 `json:"message_id"`
	Event     identity.NoticeKind    `json:"event"`
	State     identity.DeliveryState `json:"state"`
	Begun     int                    `json:"attempts_begun"`
	CreatedAt string                 `json:"created_at"`
	Next      any                    `json:"next_attempt_at"` // null: there will be none
	Last      *attemptAnswer         `json:"last_attempt"`    // null: none has ended
	Attempts  []attemptAnswer        `json:"attempts,omitempty"`
	Payload   json.RawMessage        `json:"payload,omitempty"`
}

type attemptAnswer struct {
	Number int     `json:"number"`
	At     string  `json:"at"`
	Took   int64   `json:"took_ms"`
	Status *int    `json:"status"` // null: there was no answer
	Answer string  `json:"answer"` // its beginning
	Error  *string `json:"error"`  // null: it succeeded
}

const deliveryPrefix = "dlv_"

func newDeliveryAnswer(d identity.Delivery) deliveryAnswer {
	a := deliveryAnswer{
		ID: deliveryPrefix + strconv.FormatInt(int64(d.ID), 10), Webhook: d.Webhook, Message: d.Message, Event: d.Kind, State: d.State,
		Begun: d.Attempts, CreatedAt: stamp(d.Created), Next: timeOrNil(d.Due), Payload: d.Payload,
	}
	if d.Last.Number > 0 {
		last := newAttemptAnswer(d.Last)
		a.Last = &last
	}
	return a
}

func newAttemptAnswer(t identity.DeliveryAttempt) attemptAnswer {
	a := attemptAnswer{Number: t.Number, At: stamp(t.At), Took: int64(t.Took / time.Millisecond), Answer: t.Answer}
	if t.Status != 0 {
		a.Status = &t.Status
	}
	if t.Error != "" {
		a.Error = &t.Error
	}
	return a
}

func answerDelivery(c echo.Context, status int, d identity.Delivery, attempts []identity.DeliveryAttempt) error {
	a := newDeliveryAnswer(d)
	for _, t := range attempts {
		a.Attempts = append(a.Attempts, newAttemptAnswer(t))
	}
	return answer(c, status, struct {
		Success  bool           `json:"success"`
		Delivery deliveryAnswer `json:"delivery"`
	}{true, a})
}

// listDeliveries is GET /v1/webhooks/:webhook/deliveries: newest first.
func (s *Server) listDeliveries(c echo.Context) error {
	limit, err := pageSize(c.QueryParam("limit"))
	if err != nil {
		return err
	}
	var before identity.DeliveryID
	if cursor := c.QueryParam("cursor"); cursor != "" {
		if before, err = parseDelivery(cursor); err != nil {
			return domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
		}
	}
	var state identity.DeliveryState
	if raw := c.QueryParam("state"); raw != "" {
		if state, err = identity.ParseDeliveryState(raw); err != nil {
			return err
		}
	}
	all, err := s.webhooks.Deliveries(c.Request().Context(), caller(c).Account, webhookOf(c), state, before, limit+1)
	if err != nil {
		return err
	}
	var next *string
	if len(all) > limit {
		all = all[:limit]
		last := newDeliveryAnswer(all[limit-1]).ID
		next = &last
	}
	shown := make([]deliveryAnswer, len(all))
	for i, d := range all {
		shown[i] = newDeliveryAnswer(d)
	}
	return answer(c, http.StatusOK, struct {
		Success    bool             `json:"success"`
		Deliveries []deliveryAnswer `json:"deliveries"`
		NextCursor *string          `json:"next_cursor"`
	}{true, shown, next})
}

// parseDelivery reads a delivery's id.
func parseDelivery(id string) (identity.DeliveryID, error) {
	digits, ok := strings.CutPrefix(id, deliveryPrefix)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n < 1 || strconv.FormatInt(n, 10) != digits {
		return 0, domain.Errorf(domain.NotFound, "delivery", "the webhook has no delivery %q", id)
	}
	return identity.DeliveryID(n), nil
}

// getDelivery is GET /v1/webhooks/:webhook/deliveries/:delivery: with its payload and all attempts.
func (s *Server) getDelivery(c echo.Context) error {
	id, err := parseDelivery(pathValue(c, "delivery"))
	if err != nil {
		return err
	}
	d, attempts, err := s.webhooks.Delivery(c.Request().Context(), caller(c).Account, webhookOf(c), id)
	if err != nil {
		return err
	}
	return answerDelivery(c, http.StatusOK, d, attempts)
}

// redeliver is POST /v1/webhooks/:webhook/deliveries/:delivery/redeliver.
func (s *Server) redeliver(c echo.Context) error {
	id, err := parseDelivery(pathValue(c, "delivery"))
	if err != nil {
		return err
	}
	d, err := s.webhooks.Redeliver(c.Request().Context(), caller(c).Account, webhookOf(c), id)
	if err != nil {
		return err
	}
	d.Payload = nil
	return answerDelivery(c, http.StatusAccepted, d, nil)
}
