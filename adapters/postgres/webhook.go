package postgres

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Webhooks keeps webhooks, what they are to be told, and what came of it. Three ask it for
// different things: their owners (this file and webhook_delivery.go), who turns the log into
// notices (webhook_record.go), and who sends them (webhook_send.go).
type Webhooks struct{ pool *pgxpool.Pool }

// NewWebhooks keeps webhooks in pool's database.
func NewWebhooks(pool *pgxpool.Pool) *Webhooks { return &Webhooks{pool} }

const webhookColumns = `w.id, w.account, w.url, w.description, w.kinds, w.enabled, w.reason, w.created, w.since,
	coalesce(w.failing, '0001-01-01Z'), CASE WHEN w.old_until > now() THEN w.old_until ELSE '0001-01-01Z' END`

// List is every webhook of an account, oldest first.
func (h *Webhooks) List(ctx context.Context, account domain.AccountID) ([]identity.Webhook, error) {
	rows, _ := h.pool.Query(ctx, `SELECT `+webhookColumns+` FROM identity.webhook w WHERE w.account = $1 ORDER BY w.created, w.id`, account)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Webhook])
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return all, nil
}

// Get is one webhook of an account; otherwise a NotFound error.
func (h *Webhooks) Get(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Webhook, error) {
	rows, _ := h.pool.Query(ctx, `SELECT `+webhookColumns+` FROM identity.webhook w WHERE w.account = $1 AND w.id = $2`, account, id)
	return oneWebhook(rows, "read webhook", id)
}

// New makes a webhook and returns the secret that signs what it is sent, as in whsec_….
func (h *Webhooks) New(ctx context.Context, account domain.AccountID, wanted identity.NewWebhook) (secret string, made identity.Webhook, err error) {
	if made, err = parseWebhook(wanted); err != nil {
		return "", identity.Webhook{}, err
	}
	key := newSecret()
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		if err := roomForWebhook(ctx, tx, account); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			INSERT INTO identity.webhook AS w (id, account, url, description, kinds, secret) VALUES ($1, $2, $3, $4, $5, $6)
			RETURNING `+webhookColumns, newID("whk_"), account, made.URL, made.Description, made.Kinds, key)
		made, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.Webhook])
		return err
	})
	if err != nil {
		return "", identity.Webhook{}, fmt.Errorf("make webhook: %w", err)
	}
	return shownSecret(key), made, nil
}

// roomForWebhook locks the account's row, so that of two who ask at once the second counts what the
// first has made.
func roomForWebhook(ctx context.Context, tx pgx.Tx, account domain.AccountID) error {
	tag, err := tx.Exec(ctx, `SELECT FROM identity.account WHERE id = $1 AND erased IS NULL FOR UPDATE`, account)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return domain.Errorf(domain.NotFound, "account", "no account has the id %q", account)
	}
	var has int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM identity.webhook WHERE account = $1`, account).Scan(&has); err != nil {
		return err
	}
	if has >= identity.MaxWebhooks {
		return domain.Errorf(domain.LimitReached, "", "an account has at most %d webhooks", identity.MaxWebhooks)
	}
	return nil
}

func parseWebhook(wanted identity.NewWebhook) (w identity.Webhook, err error) {
	if w.URL, err = identity.ParseWebhookURL(wanted.URL); err != nil {
		return w, err
	}
	if w.Description, err = parseName("description", wanted.Description); err != nil {
		return w, err
	}
	if w.Kinds = wanted.Kinds; w.Kinds == nil {
		w.Kinds = identity.NoticeKinds()
	}
	return w, nil
}

// Change makes a webhook another one. Enabled again, it is told what happens from now on, is
// forgiven that it failed, and gets what waited for it.
func (h *Webhooks) Change(ctx context.Context, account domain.AccountID, id identity.WebhookID, c identity.WebhookChange) (identity.Webhook, error) {
	if c.URL != nil {
		parsed, err := identity.ParseWebhookURL(*c.URL)
		if err != nil {
			return identity.Webhook{}, err
		}
		c.URL = &parsed
	}
	if c.Description != nil {
		parsed, err := parseName("description", *c.Description)
		if err != nil {
			return identity.Webhook{}, err
		}
		c.Description = &parsed
	}
	rows, _ := h.pool.Query(ctx, `
		UPDATE identity.webhook w SET
			url = coalesce($3, w.url), description = coalesce($4, w.description), kinds = coalesce($5, w.kinds),
			enabled = coalesce($6, w.enabled),
			reason = CASE WHEN $6 THEN '' ELSE w.reason END,
			failing = CASE WHEN $6 AND NOT w.enabled THEN NULL ELSE w.failing END,
			since = CASE WHEN $6 AND NOT w.enabled THEN now() ELSE w.since END
		WHERE w.account = $1 AND w.id = $2 RETURNING `+webhookColumns, account, id, c.URL, c.Description, c.Kinds, c.Enabled)
	return oneWebhook(rows, "change webhook", id)
}

// Delete ends a webhook and forgets what it was told.
func (h *Webhooks) Delete(ctx context.Context, account domain.AccountID, id identity.WebhookID) error {
	tag, err := h.pool.Exec(ctx, `DELETE FROM identity.webhook WHERE account = $1 AND id = $2`, account, id)
	if err != nil {
		return fmt.Errorf("delete webhook: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return noWebhook(id)
	}
	return nil
}

// Rotate gives a webhook another secret. For [identity.SecretOverlap] the old one signs too.
func (h *Webhooks) Rotate(ctx context.Context, account domain.AccountID, id identity.WebhookID) (secret string, w identity.Webhook, err error) {
	key := newSecret()
	rows, _ := h.pool.Query(ctx, `
		UPDATE identity.webhook w SET old_secret = w.secret, secret = $3, old_until = now() + make_interval(secs => $4)
		WHERE w.account = $1 AND w.id = $2 RETURNING `+webhookColumns, account, id, key, identity.SecretOverlap.Seconds())
	if w, err = oneWebhook(rows, "rotate secret of webhook", id); err != nil {
		return "", identity.Webhook{}, err
	}
	return shownSecret(key), w, nil
}

// Test has a sample sent, which is no news to anybody, and returns its delivery.
func (h *Webhooks) Test(ctx context.Context, account domain.AccountID, id identity.WebhookID) (identity.Delivery, error) {
	w, err := h.Get(ctx, account, id)
	if err != nil {
		return identity.Delivery{}, err
	}
	if !w.Enabled {
		return identity.Delivery{}, domain.Errorf(domain.Validation, "enabled", "enabled must be true: a webhook that is not enabled is sent nothing")
	}
	payload := fmt.Appendf(nil, `{"type":%q,"timestamp":%q,"data":{"webhook_id":%q}}`, identity.Tested, time.Now().UTC().Format(time.RFC3339Nano), id)
	var made identity.DeliveryID
	err = h.pool.QueryRow(ctx, `
		INSERT INTO identity.webhook_delivery (webhook, message, kind, payload, due) VALUES ($1, $2, $3, $4, now()) RETURNING id`,
		id, newID("msg_"), identity.Tested, payload).Scan(&made)
	if err != nil {
		return identity.Delivery{}, fmt.Errorf("test webhook: %w", err)
	}
	d, _, err := h.Delivery(ctx, account, id, made)
	return d, err
}

func oneWebhook(rows pgx.Rows, doing string, id identity.WebhookID) (identity.Webhook, error) {
	w, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.Webhook])
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Webhook{}, noWebhook(id)
	}
	if err != nil {
		return identity.Webhook{}, fmt.Errorf("%s: %w", doing, err)
	}
	return w, nil
}

func noWebhook(id identity.WebhookID) error {
	return domain.Errorf(domain.NotFound, "webhook", "the account has no webhook %q", id)
}

// shownSecret is a secret as receivers' libraries take it.
func shownSecret(key []byte) string { return "whsec_" + base64.StdEncoding.EncodeToString(key) }
