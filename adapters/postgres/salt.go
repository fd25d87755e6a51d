package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Salts has the salts that visitors are hashed with, one per UTC day.
type Salts struct{ pool *pgxpool.Pool }

// NewSalts keeps salts in pool's database.
func NewSalts(pool *pgxpool.Pool) *Salts { return &Salts{pool} }

// ErrSaltGone says that the day is over: nobody has its salt any more, nor will.
var ErrSaltGone = errors.New("the day's salt was destroyed")

// Salt is the salt of the UTC day that t lies in: 32 bytes, drawn by whoever asks first. A day's
// salt is destroyed by the first call later than five minutes past the day's end.
func (s *Salts) Salt(ctx context.Context, t time.Time) ([]byte, error) {
	day := t.UTC().Truncate(24 * time.Hour)
	var salt []byte
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const today = `(now() AT TIME ZONE 'UTC' - interval '5 minutes')::date`
		if _, err := tx.Exec(ctx, `DELETE FROM identity.daily_salt WHERE day < `+today); err != nil {
			return err
		}
		const draw = `INSERT INTO identity.daily_salt (day, salt) SELECT $1, $2 WHERE $1 >= ` + today + ` ON CONFLICT DO NOTHING`
		if _, err := tx.Exec(ctx, draw, day, newSecret()); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT salt FROM identity.daily_salt WHERE day = $1`, day).Scan(&salt)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrSaltGone
	}
	if err != nil {
		return nil, fmt.Errorf("read salt: %w", err)
	}
	return salt, nil
}
