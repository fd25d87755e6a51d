package links_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

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
