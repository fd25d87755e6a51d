package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain/identity"
)

// Claim hands out deliveries that are due, to one process each: nobody else gets them before the
// lease has run out. Of each webhook it hands out some at most, of one that fails a single one, and
// none of those that are busy.
func (h *Webhooks) Claim(
	ctx context.Context, now time.Time, lease time.Duration, busy []identity.WebhookID, each, most int,
) ([]identity.Errand, error) {
	rows, _ := h.pool.Query(ctx, `
		WITH picked AS (
			SELECT q.id FROM identity.webhook w CROSS JOIN LATERAL (
				SELECT id, due FROM identity.webhook_delivery
				WHERE webhook = w.id AND due <= $1 ORDER BY due
				LIMIT CASE WHEN w.failing IS NULL THEN $4::int ELSE 1 END FOR UPDATE SKIP LOCKED) q
			WHERE w.enabled AND w.id <> ALL(coalesce($3::text[], '{}')) ORDER BY q.due LIMIT $5::int)
		UPDATE identity.webhook_delivery d SET attempts = d.attempts + 1, due = $1 + $2::interval
		FROM picked, identity.webhook w WHERE d.id = picked.id AND w.id = d.webhook
		RETURNING d.id, d.webhook, d.message, d.payload, d.attempts, d.attempts - d.patience, w.url, w.secret,
			CASE WHEN w.old_until > $1 THEN w.old_secret END`, now, lease, busy, each, most)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Errand])
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return all, nil
}

// Delivered notes that an attempt succeeded.
func (h *Webhooks) Delivered(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt) error {
	return h.attempted(ctx, e, a, func(b *pgx.Batch) {
		b.Queue(`UPDATE identity.webhook_delivery SET state = 'delivered', due = NULL WHERE id = $1 AND attempts = $2`, e.ID, e.Attempt)
		b.Queue(`UPDATE identity.webhook SET failing = NULL WHERE id = $1 AND failing IS NOT NULL`, e.Webhook)
	})
}

// Failed notes that an attempt failed, and when the next one is due: if that is zero, never. A
// webhook at which everything failed for [identity.Patience] is paused.
func (h *Webhooks) Failed(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt, next time.Time) error {
	return h.attempted(ctx, e, a, func(b *pgx.Batch) {
		b.Queue(`
			UPDATE identity.webhook_delivery SET state = CASE WHEN $3::timestamptz IS NULL THEN 'dead' ELSE 'pending' END, due = $3
			WHERE id = $1 AND attempts = $2`, e.ID, e.Attempt, orNull(next))
		b.Queue(`
			UPDATE identity.webhook SET failing = coalesce(failing, $2),
				enabled = enabled AND coalesce(failing, $2) > $2 - $3::interval,
				reason = CASE WHEN enabled AND failing <= $2 - $3::interval
					THEN 'Paused: no delivery has succeeded since ' || to_char(failing AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC. Last: ' || $4
					ELSE reason END
			WHERE id = $1`, e.Webhook, a.At, identity.Patience, a.Error)
	})
}

// Gone notes that the endpoint wants nothing any more: the delivery is dead, the webhook disabled.
func (h *Webhooks) Gone(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt) error {
	return h.attempted(ctx, e, a, func(b *pgx.Batch) {
		b.Queue(`UPDATE identity.webhook_delivery SET state = 'dead', due = NULL WHERE id = $1 AND attempts = $2`, e.ID, e.Attempt)
		b.Queue(`UPDATE identity.webhook SET enabled = false, reason = 'Disabled: the endpoint answered 410 Gone.' WHERE id = $1 AND enabled`, e.Webhook)
	})
}

// attempted writes an attempt down, with what follows from it. If the delivery is gone, nothing does.
func (h *Webhooks) attempted(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt, follows func(*pgx.Batch)) error {
	var b pgx.Batch
	b.Queue(`
		INSERT INTO identity.webhook_attempt (delivery, number, at, took, status, answer, error)
		SELECT id, $2, $3, $4::interval, $5, $6, $7 FROM identity.webhook_delivery WHERE id = $1
		ON CONFLICT (delivery, number) DO NOTHING`, e.ID, e.Attempt, a.At, a.Took, a.Status, a.Answer, a.Error)
	follows(&b)
	err := pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error { return tx.SendBatch(ctx, &b).Close() })
	if err != nil {
		return fmt.Errorf("note attempt: %w", err)
	}
	return nil
}

// Prune deletes deliveries that nobody looks at any more.
func (h *Webhooks) Prune(ctx context.Context, now time.Time) error {
	_, err := h.pool.Exec(ctx, `
		DELETE FROM identity.webhook_delivery
		WHERE created < $1 AND (state <> 'dead' OR created < $2)`, now.Add(-identity.KeepDeliveries), now.Add(-identity.KeepDead))
	if err != nil {
		return fmt.Errorf("prune deliveries: %w", err)
	}
	return nil
}
