package postgres

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// secretBytes is the length of every secret, salt and sealing key.
const secretBytes = 32

func newSecret() []byte {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails: it would end the process
	return b
}

// Secret is the installation's secret of that name: 32 bytes, drawn by whoever asks first and
// the same for ever after.
func Secret(ctx context.Context, pool *pgxpool.Pool, name string) ([]byte, error) {
	const draw = `INSERT INTO identity.setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	if _, err := pool.Exec(ctx, draw, name, newSecret()); err != nil {
		return nil, fmt.Errorf("draw secret %s: %w", name, err)
	}
	var value []byte
	if err := pool.QueryRow(ctx, `SELECT value FROM identity.setting WHERE name = $1`, name).Scan(&value); err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	return value, nil
}
