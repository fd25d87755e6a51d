package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// Bounds of what is kept: an account's pictures that were asked for last, each for as long as it is.
const (
	mostLogos      = 50
	mostLogoBytes  = 10 << 20
	logoForgotten  = "1 year"
	logoForgetting = 100 // at a time, so that nobody waits for a clearance
)

// Logos keeps the pictures that accounts have sent for their QR codes.
type Logos struct{ pool *pgxpool.Pool }

// NewLogos keeps pictures in pool's database.
func NewLogos(pool *pgxpool.Pool) *Logos { return &Logos{pool} }

// KeepLogo keeps an account's picture and returns its SHA-256. An account's oldest are dropped for
// it when there are more than 50, or 10 MB of them, and everybody's that nobody wanted for a year.
func (l *Logos) KeepLogo(ctx context.Context, account domain.AccountID, picture []byte) ([32]byte, error) {
	sum := sha256.Sum256(picture)
	err := pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) error {
		// One after the other, or two could each overlook the other's.
		if _, err := tx.Exec(ctx, `SELECT FROM identity.account WHERE id = $1 FOR UPDATE`, account); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO identity.logo (account, digest, picture) SELECT id, $2, $3 FROM identity.account WHERE id = $1 AND erased IS NULL
			ON CONFLICT (account, digest) DO UPDATE SET used = now()`, account, sum[:], picture)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			DELETE FROM identity.logo l USING (
				SELECT digest, row_number() OVER newest AS place, sum(octet_length(picture)) OVER newest AS bytes
				FROM identity.logo WHERE account = $1
				WINDOW newest AS (ORDER BY digest = $2 DESC, used DESC, digest ROWS UNBOUNDED PRECEDING)) o
			WHERE l.account = $1 AND l.digest = o.digest AND (o.place > $3 OR o.bytes > $4)`, account, sum[:], mostLogos, mostLogoBytes)
		return err
	})
	if err == nil {
		_, err = l.pool.Exec(ctx, `
			DELETE FROM identity.logo WHERE (account, digest) IN (
				SELECT account, digest FROM identity.logo WHERE used < now() - interval '`+logoForgotten+`' LIMIT $1 FOR UPDATE SKIP LOCKED)`, logoForgetting)
	}
	if err != nil {
		return sum, fmt.Errorf("keep logo: %w", err)
	}
	return sum, nil
}

// Logo is an account's picture of that SHA-256, otherwise a NotFound error. That it was asked for is
// noted once a day.
func (l *Logos) Logo(ctx context.Context, account domain.AccountID, sum [32]byte) ([]byte, error) {
	var picture []byte
	err := l.pool.QueryRow(ctx, `
		WITH used AS (
			UPDATE identity.logo SET used = now() WHERE account = $1 AND digest = $2 AND used < now() - interval '1 day')
		SELECT picture FROM identity.logo WHERE account = $1 AND digest = $2`, account, sum[:]).Scan(&picture)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, domain.Errorf(domain.NotFound, "", "the account has no such picture")
	}
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	return picture, nil
}
