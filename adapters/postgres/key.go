package postgres

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// KeyTTL is how long what a key says is believed before it is read again.
const KeyTTL = time.Second

// mostKeys bounds how many keys, good or bad, are remembered at a time.
const mostKeys = 10_000

// Key is what is known of an API key. The token itself is shown once, when it is made.
type Key struct {
	ID       domain.KeyID
	Account  domain.AccountID
	Name     string
	Prefix   string // the token's first characters
	Created  time.Time
	LastUsed time.Time // to the minute; zero: never
	Revoked  time.Time // zero: not revoked
	Expires  time.Time // zero: never
}

const keyColumns = `id, account, name, prefix, created, coalesce(last_used, '0001-01-01Z'),
	coalesce(revoked_at, '0001-01-01Z'), coalesce(expires_at, '0001-01-01Z')`

// Keys keeps the accounts' API keys and tells whose a token is.
type Keys struct {
	pool  *pgxpool.Pool
	known *recent[digest, domain.Caller]
}

// NewKeys keeps keys in pool's database.
func NewKeys(pool *pgxpool.Pool) *Keys {
	return &Keys{pool, newRecent[digest, domain.Caller](KeyTTL, mostKeys)}
}

// NewKey is what a key is to be.
type NewKey struct {
	Name    string
	Style   Style
	Expires time.Time // zero: never
}

// New makes a key and returns its token, which nobody can show again.
func (k *Keys) New(ctx context.Context, account domain.AccountID, wanted NewKey) (token string, key Key, err error) {
	token, key, err = insertKey(ctx, k.pool, account, wanted)
	if violates(err, "api_key_account_fkey") {
		return "", Key{}, domain.Errorf(domain.NotFound, "account", "no account has the id %q", account)
	}
	return token, key, err
}

// Rotate replaces a key by a new one of the same name, style and expiry; the old one ends at once.
func (k *Keys) Rotate(ctx context.Context, account domain.AccountID, id domain.KeyID) (token string, key Key, err error) {
	err = pgx.BeginFunc(ctx, k.pool, func(tx pgx.Tx) error {
		old, err := revoke(ctx, tx, account, id)
		if err != nil {
			return err
		}
		style, _ := styleOf(old.Prefix)
		token, key, err = insertKey(ctx, tx, account, NewKey{old.Name, style, old.Expires})
		return err
	})
	if err != nil {
		return "", Key{}, err
	}
	return token, key, nil
}

// Revoke ends a key: within [KeyTTL] no process lets it in any more.
func (k *Keys) Revoke(ctx context.Context, account domain.AccountID, id domain.KeyID) error {
	_, err := revoke(ctx, k.pool, account, id)
	return err
}

// List is every key of an account, newest first.
func (k *Keys) List(ctx context.Context, account domain.AccountID) ([]Key, error) {
	rows, _ := k.pool.Query(ctx, `SELECT `+keyColumns+` FROM identity.api_key WHERE account = $1 ORDER BY created DESC, id`, account)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Key])
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return all, nil
}

// Authenticate tells whose token it is. Unauthorized is the one answer to every token that does
// not work; any other error means that nobody could be asked.
func (k *Keys) Authenticate(ctx context.Context, token string) (domain.Caller, error) {
	if !WellFormed(token) {
		return domain.Caller{}, errNotAKey()
	}
	d := digest(sha256.Sum256([]byte(token)))
	caller, err := k.known.get(ctx, d, func(ctx context.Context) (domain.Caller, error) { return k.read(ctx, d) })
	if err != nil {
		return domain.Caller{}, err
	}
	if caller.Account == "" {
		return domain.Caller{}, errNotAKey()
	}
	return caller, nil
}

// read is the caller behind a digest, zero if there is none. That a key was used is noted once
// a minute.
func (k *Keys) read(ctx context.Context, d digest) (domain.Caller, error) {
	const query = `
		WITH used AS (
			UPDATE identity.api_key SET last_used = now()
			WHERE hash = $1 AND revoked_at IS NULL AND (last_used IS NULL OR last_used < now() - interval '1 minute'))
		SELECT k.hash, a.id, k.id, a.plan
		FROM identity.api_key k JOIN identity.account a ON a.id = k.account
		WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`
	var (
		hash   []byte
		caller domain.Caller
	)
	err := k.pool.QueryRow(ctx, query, d[:]).Scan(&hash, &caller.Account, &caller.Key, &caller.Plan)
	if errors.Is(err, pgx.ErrNoRows) {
		return domain.Caller{}, nil
	}
	if err != nil {
		return domain.Caller{}, fmt.Errorf("read API key: %w", err)
	}
	caller.Scopes = domain.AllScopes
	if subtle.ConstantTimeCompare(hash, d[:]) != 1 {
		return domain.Caller{}, nil
	}
	return caller, nil
}

func errNotAKey() error {
	return domain.Errorf(domain.Unauthorized, "Authorization", "The API key is missing or invalid.")
}

// querier is a pool or a transaction of one.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func insertKey(ctx context.Context, q querier, account domain.AccountID, wanted NewKey) (string, Key, error) {
	style := cmp.Or(wanted.Style, PocoLink)
	token := newToken(style)
	hash := sha256.Sum256([]byte(token))
	rows, _ := q.Query(ctx, `
		INSERT INTO identity.api_key (id, account, name, prefix, hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING `+keyColumns, newID("key_"), account, wanted.Name, token[:len(style)+tokenVisible], hash[:], orNull(wanted.Expires))
	key, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Key])
	if err != nil {
		return "", Key{}, fmt.Errorf("insert API key: %w", err)
	}
	return token, key, nil
}

func revoke(ctx context.Context, q querier, account domain.AccountID, id domain.KeyID) (Key, error) {
	rows, _ := q.Query(ctx, `
		UPDATE identity.api_key SET revoked_at = now() WHERE id = $1 AND account = $2 AND revoked_at IS NULL
		RETURNING `+keyColumns, id, account)
	key, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Key])
	if errors.Is(err, pgx.ErrNoRows) {
		return Key{}, domain.Errorf(domain.NotFound, "key", "the account has no live key %q", id)
	}
	if err != nil {
		return Key{}, fmt.Errorf("revoke API key: %w", err)
	}
	return key, nil
}

// orNull is t, or NULL for a zero time.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
