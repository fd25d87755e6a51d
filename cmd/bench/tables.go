package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// days is how many rows the live clicks have, and how much disk they take.
func (s *site) days(ctx context.Context) (rows, size float64, err error) {
	conn, err := pgx.Connect(ctx, s.main.ready.Database)
	if err != nil {
		return 0, 0, fmt.Errorf("connect to look at tables: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var schema string
	if err := conn.QueryRow(ctx, `SELECT schema FROM projections.current_generation WHERE model = 'clicks'`).Scan(&schema); err != nil {
		return 0, 0, fmt.Errorf("find live clicks: %w", err)
	}
	for _, table := range []string{"day", "total", "recent"} {
		var n, bytes float64
		name := pgx.Identifier{schema, table}.Sanitize()
		if err := conn.QueryRow(ctx, `SELECT count(*), pg_total_relation_size($1::regclass) FROM `+name, name).Scan(&n, &bytes); err != nil {
			return 0, 0, fmt.Errorf("look at %s: %w", name, err)
		}
		rows, size = rows+n, size+bytes
	}
	return rows, size, nil
}
