package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// clockSkew is how much earlier than a webhook something may have happened by other clocks and
// still be told to it.
const clockSkew = 5 * time.Second

// ErrOvertaken says that somebody else has recorded what was to be recorded: the partition went to
// another process. Whoever still has it asks for its place again.
var ErrOvertaken = errors.New("another process has gone further in the log")

// Listened tells since when somebody wants to be told of some of the kinds; zero: nobody does.
func (h *Webhooks) Listened(ctx context.Context, kinds []identity.NoticeKind) (since time.Time, err error) {
	var oldest *time.Time
	err = h.pool.QueryRow(ctx, `SELECT min(since) FROM identity.webhook WHERE enabled AND kinds && $1`, kinds).Scan(&oldest)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask who listens: %w", err)
	}
	if oldest == nil {
		return time.Time{}, nil
	}
	return oldest.Add(-clockSkew), nil
}

// Wanted are those kinds that some webhook of each account wants to be told of now. Accounts without
// are missing.
func (h *Webhooks) Wanted(ctx context.Context, accounts []domain.AccountID) (map[domain.AccountID][]identity.NoticeKind, error) {
	rows, _ := h.pool.Query(ctx, `
		SELECT account, array_agg(DISTINCT kind) FROM identity.webhook, unnest(kinds) kind
		WHERE enabled AND account = ANY($1) GROUP BY account`, accounts)
	wanted := map[domain.AccountID][]identity.NoticeKind{}
	var (
		account domain.AccountID
		kinds   []identity.NoticeKind
	)
	_, err := pgx.ForEachRow(rows, []any{&account, &kinds}, func() error {
		wanted[account], kinds = kinds, nil
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ask what is wanted: %w", err)
	}
	return wanted, nil
}

// Place is where the log goes on in a partition of a topic: 0 if that was never recorded.
func (h *Webhooks) Place(ctx context.Context, topic string, partition int32) (next int64, err error) {
	err = h.pool.QueryRow(ctx, `SELECT next FROM identity.webhook_checkpoint WHERE topic = $1 AND partition = $2`, topic, partition).Scan(&next)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("read place in the log: %w", err)
	}
	return next, nil
}

// Record makes deliveries of notices, and at the same time notes that a partition was read from one
// offset up to before another: [ErrOvertaken] if it was read further already. What a webhook has
// been told, it is not told again.
func (h *Webhooks) Record(ctx context.Context, topic string, partition int32, from, next int64, notices []identity.Notice) error {
	err := pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			INSERT INTO identity.webhook_checkpoint AS c (topic, partition, next) VALUES ($1, $2, $4)
			ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next WHERE c.next <= $3`, topic, partition, from, next)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrOvertaken
		}
		return insertDeliveries(ctx, tx, notices)
	})
	if err != nil {
		return fmt.Errorf("record notices: %w", err)
	}
	return nil
}

func insertDeliveries(ctx context.Context, tx pgx.Tx, notices []identity.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	var (
		accounts = make([]domain.AccountID, len(notices))
		kinds    = make([]identity.NoticeKind, len(notices))
		messages = make([]string, len(notices))
		times    = make([]time.Time, len(notices))
		payloads = make([][]byte, len(notices))
	)
	for i, n := range notices {
		accounts[i], kinds[i], messages[i], times[i], payloads[i] = n.Account, n.Kind, n.Message, n.At, n.Payload
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO identity.webhook_delivery (webhook, message, kind, payload, due)
		SELECT w.id, n.message, n.kind, n.payload, now()
		FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[]) WITH ORDINALITY AS n (account, kind, message, at, payload, place)
		JOIN identity.webhook w ON w.account = n.account AND w.enabled AND n.kind = ANY(w.kinds) AND n.at >= w.since - make_interval(secs => $6)
		ORDER BY n.place
		ON CONFLICT (webhook, message) DO NOTHING`, accounts, kinds, messages, times, payloads, clockSkew.Seconds())
	return err
}
