package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// MigrateTo brings the schema identity to a version, forth or back.
func MigrateTo(ctx context.Context, pool *pgxpool.Pool, version int32) error {
	if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS identity"); err != nil {
		return err
	}
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		m, err := migrator(ctx, c.Conn())
		if err != nil {
			return err
		}
		return m.MigrateTo(ctx, version)
	})
}
