package clicks_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

// table is a generation of the model in a database of its own, fed without a runner: what is
// tested here is the fold.
type table struct {
	pool   *pgxpool.Pool
	schema string
	fold   *clicks.Fold
}

func newTable(tb testing.TB) *table {
	tb.Helper()
	config, err := pgxpool.ParseConfig(embeddedtest.Database(tb))
	if err != nil {
		tb.Fatal(err)
	}
	config.MaxConns = 1 // benchmarks ask what the one backend has spent
	pool := newPool(tb, config)
	g, err := projections.Ensure(tb.Context(), pool, clicks.Model())
	if err != nil {
		tb.Fatal(err)
	}
	return &table{pool: pool, schema: g.Schema, fold: clicks.NewFold()}
}

func newPool(tb testing.TB, config *pgxpool.Config) *pgxpool.Pool {
	tb.Helper()
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return pool
}

// another is a second generation in the same database.
func (t *table) another(tb testing.TB) *table {
	tb.Helper()
	g, err := projections.Create(tb.Context(), t.pool, clicks.Model())
	if err != nil {
		tb.Fatal(err)
	}
	return &table{pool: t.pool, schema: g.Schema, fold: clicks.NewFold()}
}

// apply is one batch of partition 0.
func (t *table) apply(tb testing.TB, batch []domain.Click) {
	tb.Helper()
	records := make([]projections.Record[domain.Click], len(batch))
	for i := range batch {
		records[i].Event = batch[i]
	}
	if err := t.tryApply(tb.Context(), projections.Batch[domain.Click]{Records: records}); err != nil {
		tb.Fatal(err)
	}
}

func (t *table) tryApply(ctx context.Context, b projections.Batch[domain.Click]) error {
	return pgx.BeginFunc(ctx, t.pool, func(tx pgx.Tx) error {
		var writes pgx.Batch
		if err := t.fold.Apply(ctx, tx, t.schema, b, &writes); err != nil {
			return err
		}
		return tx.SendBatch(ctx, &writes).Close()
	})
}

// hash stands for all rows, byte for byte.
func (t *table) hash(tb testing.TB) string {
	tb.Helper()
	var h string
	err := t.pool.QueryRow(tb.Context(), fmt.Sprintf(`
		SELECT md5(coalesce(string_agg(r, E'\n' ORDER BY r), '')) FROM (
			SELECT 'day' || d::text AS r FROM %[1]s.day d
			UNION ALL SELECT 'total' || t::text FROM %[1]s.total t
			UNION ALL SELECT 'recent' || x::text FROM %[1]s.recent x
			UNION ALL SELECT 'recorder' || x::text FROM %[1]s.recorder x
			UNION ALL SELECT 'set aside' || s::text FROM %[1]s.set_aside s) all_rows`, t.schema)).Scan(&h)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// counts stands for the rows that answers come from.
func (t *table) counts(tb testing.TB) string {
	tb.Helper()
	var all string
	err := t.pool.QueryRow(tb.Context(), fmt.Sprintf(`
		SELECT coalesce(string_agg(r, E'\n' ORDER BY r), '') FROM (
			SELECT 'day' || d::text AS r FROM %[1]s.day d
			UNION ALL SELECT 'total' || t::text FROM %[1]s.total t
			UNION ALL SELECT 'recent' || x::text FROM %[1]s.recent x) all_rows`, t.schema)).Scan(&all)
	if err != nil {
		tb.Fatal(err)
	}
	return all
}
