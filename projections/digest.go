package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Digest sums up every row of every table of a generation, by table, but for its checkpoints:
// two generations are the same exactly if their digests are. It reads everything, in one
// snapshot.
func Digest(ctx context.Context, pool *pgxpool.Pool, g Generation) (map[string]string, error) {
	digests := map[string]string{}
	err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{BeginQuery: beginSQL}, func(tx pgx.Tx) error {
		tables, err := tablesOf(ctx, tx, g.Schema)
		if err != nil {
			return err
		}
		for _, table := range tables {
			// A sum doesn't depend on the order of rows.
			sql := fmt.Sprintf(`SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s t`,
				pgx.Identifier{g.Schema, table}.Sanitize())
			var digest string
			if err := tx.QueryRow(ctx, sql).Scan(&digest); err != nil {
				return fmt.Errorf("sum up table %s: %w", table, err)
			}
			digests[table] = digest
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("digest %s: %w", g.Schema, err)
	}
	return digests, nil
}

// tablesOf lists the tables of a generation that hold rows of its model, by name.
func tablesOf(ctx context.Context, q queryer, schema string) ([]string, error) {
	rows, _ := q.Query(ctx, `SELECT tablename::text FROM pg_tables WHERE schemaname = $1 AND tablename <> 'checkpoint' ORDER BY 1`, schema)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list tables of %s: %w", schema, err)
	}
	return tables, nil
}
