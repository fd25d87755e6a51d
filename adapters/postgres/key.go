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
	"github.com/linklog/linklog/domain/identity"
)

// KeyTTL is how long what a key says is believed before it is read again.
const KeyTTL = time.Second

// mostKeys bounds how many keys, good or bad, are remembered at a time.
const mostKeys = 10_000

const keyColumns = `id, account, name, prefix, scopes, created, coalesce(last_used, '0001-01-01Z'),
	coalesce(revoked_at, '0001-01-01Z'), coalesce(expires_at, '0001-01-01Z')`

// longestOverlap bounds how long a key may go on working after it was rotated.
const longestOverlap = 30 * 24 * time.Hour

// Keys keeps the accounts' API keys and tells whose a token is.
type Keys struct {
	pool  *pgxpool.Pool
	known *recent[digest, domain.Caller]
}

// NewKeys keeps keys in pool's database.
func NewKeys(pool *pgxpool.Pool) *Keys {
	return &Keys{pool, newRecent[digest, domain.Caller](KeyTTL, mostKeys)}
}

// New makes a key and returns its token, which nobody can show again.
func (k *Keys) New(ctx context.Context, account domain.AccountID, wanted identity.NewKey) (token string, key identity.Key, err error) {
	like, err := parseStyle(cmp.Or(wanted.Style, nativeStyle))
	if err != nil {
		return "", identity.Key{}, err
	}
	if !wanted.Expires.IsZero() && !wanted.Expires.After(time.Now()) {
		return "", identity.Key{}, domain.Errorf(domain.Validation, "expires", "expires must lie in the future")
	}
	name, err := parseName("name", wanted.Name)
	if err != nil {
		return "", identity.Key{}, err
	}
	return insertKey(ctx, k.pool, like, identity.Key{
		Account: account, Name: cmp.Or(name, "API key"), Scopes: cmp.Or(wanted.Scopes, domain.AllScopes), Expires: wanted.Expires,
	})
}

// Rotate replaces a key by a new one of the same name, style, scopes and expiry. The old one ends
// after overlap, at most 30 days; at once if that is 0.
func (k *Keys) Rotate(ctx context.Context, account domain.AccountID, id domain.KeyID, overlap time.Duration) (token string, key identity.Key, err error) {
	if overlap < 0 || overlap > longestOverlap {
		return "", identity.Key{}, domain.Errorf(domain.Validation, "overlap", "overlap must be between 0 and 30 days")
	}
	err = pgx.BeginFunc(ctx, k.pool, func(tx pgx.Tx) error {
		old, err := end(ctx, tx, account, id, overlap)
		if err != nil {
			return err
		}
		like, _ := styleOf(old.Prefix)
		token, key, err = insertKey(ctx, tx, like, old)
		return err
	})
	if err != nil {
		return "", identity.Key{}, err
	}
	return token, key, nil
}

// Revoke ends a key: within [KeyTTL] no process lets it in any more.
func (k *Keys) Revoke(ctx context.Context, account domain.AccountID, id domain.KeyID) error {
	_, err := end(ctx, k.pool, account, id, 0)
	return err
}

// List is every key of an account, newest first.
func (k *Keys) List(ctx context.Context, account domain.AccountID) ([]identity.Key, error) {
	rows, _ := k.pool.Query(ctx, `SELECT `+keyColumns+` FROM identity.api_key WHERE account = $1 ORDER BY created DESC, id`, account)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity.Key])
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
		SELECT k.hash, a.id, k.id, a.plan, a.requests, k.scopes
		FROM identity.api_key k JOIN identity.account a ON a.id = k.account
		WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`
	var (
		hash   []byte
		caller domain.Caller
	)
	err := k.pool.QueryRow(ctx, query, d[:]).Scan(&hash, &caller.Account, &caller.Key, &caller.Plan, &caller.Requests, &caller.Scopes)
	if errors.Is(err, pgx.ErrNoRows) {
		return domain.Caller{}, nil
	}
	if err != nil {
		return domain.Caller{}, fmt.Errorf("read API key: %w", err)
	}
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

// insertKey makes a key like the one given, of which the account, the name, the scopes and the
// expiry mean something.
func insertKey(ctx context.Context, q querier, begins style, like identity.Key) (string, identity.Key, error) {
	token := newToken(begins)
	hash := sha256.Sum256([]byte(token))
	rows, _ := q.Query(ctx, `
		INSERT INTO identity.api_key (id, account, name, prefix, hash, scopes, expires_at)
		SELECT $1, id, $3, $4, $5, $6, $7 FROM identity.account WHERE id = $2 AND erased IS NULL
		RETURNING `+keyColumns, newID("key_"), like.Account, like.Name, token[:len(begins)+tokenVisible], hash[:], like.Scopes, orNull(like.Expires))
	key, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.Key])
	if errors.Is(err, pgx.ErrNoRows) {
		return "", identity.Key{}, domain.Errorf(domain.NotFound, "account", "no account has the id %q", like.Account)
	}
	if err != nil {
		return "", identity.Key{}, fmt.Errorf("insert API key: %w", err)
	}
	return token, key, nil
}

// end ends a live key after some time, and returns it as it was.
func end(ctx context.Context, q querier, account domain.AccountID, id domain.KeyID, after time.Duration) (identity.Key, error) {
	rows, _ := q.Query(ctx, `
		WITH live AS (
			SELECT * FROM identity.api_key
			WHERE id = $1 AND account = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) FOR UPDATE),
		ended AS (
			UPDATE identity.api_key k SET
				revoked_at = CASE WHEN $3::float8 = 0 THEN now() END,
				expires_at = CASE WHEN $3::float8 = 0 THEN k.expires_at ELSE least(k.expires_at, now() + make_interval(secs => $3::float8)) END
			FROM live WHERE k.id = live.id)
		SELECT `+keyColumns+` FROM live`, id, account, after.Seconds())
	key, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[identity.Key])
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Key{}, domain.Errorf(domain.NotFound, "key", "the account has no live key %q", id)
	}
	if err != nil {
		return identity.Key{}, fmt.Errorf("end API key: %w", err)
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
