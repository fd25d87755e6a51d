package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// MaintenanceTTL is how long a process goes by what it last heard of [Maintenance].
const MaintenanceTTL = time.Second

// Maintenance is whether the operator has asked for quiet.
type Maintenance struct {
	pool  *pgxpool.Pool
	known *recent[struct{}, bool]
}

// NewMaintenance keeps the mode in pool's database.
func NewMaintenance(pool *pgxpool.Pool) *Maintenance {
	return &Maintenance{pool, newRecent[struct{}, bool](MaintenanceTTL, 1)}
}

// maintenance is the setting that is there while the mode is on.
const maintenance = "maintenance"

// On reports whether the mode is on, or was less than [MaintenanceTTL] ago.
func (m *Maintenance) On(ctx context.Context) (bool, error) {
	return m.known.get(ctx, struct{}{}, m.read)
}

func (m *Maintenance) read(ctx context.Context) (bool, error) {
	var on bool
	err := m.pool.QueryRow(ctx, `SELECT true FROM identity.setting WHERE name = $1`, maintenance).Scan(&on)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, fmt.Errorf("read maintenance mode: %w", err)
	}
	return on, nil
}

// Set turns the mode on or off, for all processes within [MaintenanceTTL].
func (m *Maintenance) Set(ctx context.Context, on bool) error {
	statement := `DELETE FROM identity.setting WHERE name = $1`
	if on {
		statement = `INSERT INTO identity.setting (name, value) VALUES ($1, '') ON CONFLICT DO NOTHING`
	}
	if _, err := m.pool.Exec(ctx, statement, maintenance); err != nil {
		return fmt.Errorf("set maintenance mode: %w", err)
	}
	return nil
}
