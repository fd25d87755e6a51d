package links_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/projections/links"
)

// TestOutcomesAreFoundByID: statements are planned while tables are empty and keep their plan,
// so the load before every decision must look outcomes up by id even then. (It went through all
// outcomes of the partition, and deciding became slower with every command of the last days.)
func TestOutcomesAreFoundByID(t *testing.T) {
	b := setup(t)
	err := pgx.BeginFunc(t.Context(), b.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SET LOCAL enable_seqscan = off`); err != nil {
			return err
		}
		sql := fmt.Sprintf(links.OutcomesSQL, b.generation.Schema)
		ids := strings.Repeat(",x", 64)[1:]
		rows, _ := tx.Query(t.Context(), `EXPLAIN `+strings.Replace(sql, "$1", fmt.Sprintf("'{%s}'", ids), 1))
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if all := strings.Join(plan, "\n"); !strings.Contains(all, "outcome_pkey") {
			t.Errorf("plan:\n%s", all)
		}
		return err
	})
	b.must(err)
}

// TestListsReadLittle: in an account of 100,000 links no list reads more than a small part of them,
// whatever is rare or common in it. (With the planner left to itself most of these fail.)
func TestListsReadLittle(t *testing.T) {
	t.Parallel()
	b := setup(t)
	config := b.pool.Config()
	config.MaxConns = 1 // a connection tells what it read when it is asked to
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	b.must(err)
	t.Cleanup(pool.Close)
	b.pool, b.reader = pool, links.NewReader(pool, nil)
	b.many(100_000)
	for name, q := range lists {
		q.Account, q.Limit = "ann", 50
		before := b.fetched()
		page, err := b.reader.List(t.Context(), q)
		b.must(err)
		n := b.fetched() - before
		if n > 8_000 {
			t.Errorf("%s: %d rows were read for %d links", name, n, len(page.Links))
		}
	}
}

// fetched is how many links have been read so far, by whatever index.
func (b *bundle) fetched() (n int) {
	b.Helper()
	_, err := b.pool.Exec(b.Context(), `SELECT pg_stat_force_next_flush()`)
	b.must(err)
	b.must(b.pool.QueryRow(b.Context(), `SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables
		WHERE schemaname = $1 AND relname = 'link'`, b.generation.Schema).Scan(&n))
	return n
}
