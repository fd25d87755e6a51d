package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// deliveries reads them with their last attempt; what comes behind it says which.
const deliveries = `
	SELECT d.id, d.webhook, d.message, d.kind, d.state, d.attempts, d.created, coalesce(d.due, '0001-01-01Z'), %s,
		coalesce(a.number, 0), coalesce(a.at, '0001-01-01Z'), coalesce(a.took, '0'), coalesce(a.status, 0), coalesce(a.answer, ''), coalesce(a.error, '')
	FROM identity.webhook w
	JOIN identity.webhook_delivery d ON d.webhook = w.id
	LEFT JOIN LATERAL (SELECT * FROM identity.webhook_attempt a WHERE a.delivery = d.id ORDER BY a.number DESC LIMIT 1) a ON true
	WHERE w.account = $1 AND w.id = $2 `

func scanDelivery(row pgx.CollectableRow) (d identity.Delivery, err error) {
	err = row.Scan(&d.ID, &d.Webhook, &d.Message, &d.Kind, &d.State, &d.Attempts, &d.Created, &d.Due, &d.Payload,
		&d.Last.Number, &d.Last.At, &d.Last.Took, &d.Last.Status, &d.Last.Answer, &d.Last.Error)
	return d, err
}

// Deliveries are those of a webhook below an id (0: all), newest first, without their payloads.
// An empty state is any.
func (h *Webhooks) Deliveries(
	ctx context.Context, account domain.AccountID, id identity.WebhookID, state identity.DeliveryState, before identity.DeliveryID, limit int,
) ([]identity.Delivery, error) {
	if _, err := h.Get(ctx, account, id); err != nil {
		return nil, err
	}
	rows, _ := h.pool.Query(ctx, fmt.Sprintf(deliveries, "NULL::bytea")+`
		AND ($3 = '' OR d.state = $3) AND ($4 = 0 OR d.id < $4) ORDER BY d.id DESC LIMIT $5`, account, id, state, before, limit)
	all, err := pgx.CollectRows(rows, scanDelivery)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return all, nil
}

// Delivery is one delivery with its payload and its attempts, oldest first; otherwise a NotFound
// error.
func (h *Webhooks) Delivery(
	ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID,
) (identity.Delivery, []identity.DeliveryAttempt, error) {
	rows, _ := h.pool.Query(ctx, fmt.Sprintf(deliveries, "d.payload")+`AND d.id = $3`, account, id, number)
	d, err := pgx.CollectExactlyOneRow(rows, scanDelivery)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, nil, noDelivery(id)
	}
	if err != nil {
		return d, nil, fmt.Errorf("read delivery: %w", err)
	}
	rows, _ = h.pool.Query(ctx, `SELECT number, at, took, status, answer, error FROM identity.webhook_attempt WHERE delivery = $1 ORDER BY number`, number)
	attempts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.DeliveryAttempt])
	if err != nil {
		return d, nil, fmt.Errorf("read attempts: %w", err)
	}
	return d, attempts, nil
}

// Redeliver has a delivery sent once more, whatever became of it, under the same message id. If
// that fails it is attempted again for as long as a new one.
func (h *Webhooks) Redeliver(ctx context.Context, account domain.AccountID, id identity.WebhookID, number identity.DeliveryID) (identity.Delivery, error) {
	tag, err := h.pool.Exec(ctx, `
		UPDATE identity.webhook_delivery d SET state = 'pending', due = now(), patience = d.attempts
		FROM identity.webhook w WHERE d.webhook = w.id AND w.account = $1 AND w.id = $2 AND d.id = $3`, account, id, number)
	if err != nil {
		return identity.Delivery{}, fmt.Errorf("redeliver: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return identity.Delivery{}, noDelivery(id)
	}
	d, _, err := h.Delivery(ctx, account, id, number)
	return d, err
}

func noDelivery(id identity.WebhookID) error {
	return domain.Errorf(domain.NotFound, "delivery", "the webhook %q has no such delivery", id)
}
