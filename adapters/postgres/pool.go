package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options of a pool. What the URL says about the same thing is overruled, but for zero values.
type Options struct {
	Application string // application_name: what pg_stat_activity shows
	Connections int32  // most connections at a time; 0: what the URL or pgx says
}

// Open makes a pool and proves that it reaches the database. Prepared statements are cached per
// connection, so a statement is planned once. The caller closes the pool.
func Open(ctx context.Context, url string, o Options) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database URL: %w", err)
	}
	if o.Connections > 0 {
		c.MaxConns = o.Connections
	}
	if o.Application != "" {
		c.ConnConfig.RuntimeParams["application_name"] = o.Application
	}
	c.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	c.MaxConnLifetime, c.MaxConnLifetimeJitter = time.Hour, 10*time.Minute // so a fail-over is followed
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	return pool, nil
}
