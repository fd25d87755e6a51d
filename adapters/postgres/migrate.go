package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/tern/v2/migrate"

	"github.com/linklog/linklog/domain"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaLock is the advisory lock under which the schema itself is made: CREATE SCHEMA IF NOT
// EXISTS is not safe against itself.
const schemaLock = 0x6c696e6b6c6f67 // "linklog"

// Migrate brings the schema identity up to date and makes sure of the installation's own accounts,
// [domain.SystemAccount] and [domain.AnonymousAccount]. Any
// number of processes may do so at once. A schema newer than this binary is an error.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(schemaLock)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS identity")
		return err
	})
	if err != nil {
		return fmt.Errorf("create schema identity: %w", err)
	}
	err = pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error { return migrateUp(ctx, c.Conn()) })
	if err != nil {
		return fmt.Errorf("migrate schema identity: %w", err)
	}
	for _, own := range []domain.AccountID{domain.SystemAccount, domain.AnonymousAccount} {
		if err := ensureAccount(ctx, pool, own, domain.Enterprise); err != nil {
			return err
		}
	}
	return nil
}

func migrateUp(ctx context.Context, conn *pgx.Conn) error {
	m, err := migrator(ctx, conn)
	if err != nil {
		return err
	}
	return m.Migrate(ctx)
}

func migrator(ctx context.Context, conn *pgx.Conn) (*migrate.Migrator, error) {
	m, err := migrate.NewMigrator(ctx, conn, "identity.schema_version")
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return m, m.LoadMigrations(files)
}
