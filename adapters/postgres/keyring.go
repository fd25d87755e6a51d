package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// KeyringTTL is how long a destroyed sealing key may still be in a process's memory.
const KeyringTTL = 30 * time.Second

// mostSealingKeys bounds the memory: some 20 MB.
const mostSealingKeys = 100_000

// Keyring has the keys that seal the accounts' content in the log.
type Keyring struct {
	pool  *pgxpool.Pool
	known *recent[domain.AccountID, []byte]
}

// NewKeyring reads keys from pool's database.
func NewKeyring(pool *pgxpool.Pool) *Keyring {
	return &Keyring{pool, newRecent[domain.AccountID, []byte](KeyringTTL, mostSealingKeys)}
}

// Key is the account's key: 32 bytes, not to be written to. [domain.ErrNoKey] says that it was
// destroyed; after any other error the key may be had later. That includes an account nobody
// knows: the database may be older than the log.
func (k *Keyring) Key(ctx context.Context, account domain.AccountID) ([]byte, error) {
	key, err := k.known.get(ctx, account, func(ctx context.Context) ([]byte, error) { return k.read(ctx, account) })
	if err == nil && key == nil {
		return nil, domain.ErrNoKey
	}
	return key, err
}

// read is the account's key, nil if it was destroyed.
func (k *Keyring) read(ctx context.Context, account domain.AccountID) ([]byte, error) {
	var key []byte
	err := k.pool.QueryRow(ctx, `
		SELECT k.key FROM identity.account a LEFT JOIN identity.account_key k ON k.account = a.id
		WHERE a.id = $1`, account).Scan(&key)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("read key of account %s: the account is not in this database", account)
	case err != nil:
		return nil, fmt.Errorf("read key of account %s: %w", account, err)
	}
	return key, nil
}

// Preload remembers the keys of all accounts, as far as there is room: for a process about to
// read the log of all of them.
func (k *Keyring) Preload(ctx context.Context) error {
	until := time.Now().Add(KeyringTTL)
	rows, _ := k.pool.Query(ctx, `SELECT account, key FROM identity.account_key LIMIT $1`, mostSealingKeys)
	var (
		account domain.AccountID
		key     []byte
	)
	_, err := pgx.ForEachRow(rows, []any{&account, &key}, func() error {
		k.known.put(account, bytes.Clone(key), until)
		return nil
	})
	if err != nil {
		return fmt.Errorf("preload sealing keys: %w", err)
	}
	return nil
}
