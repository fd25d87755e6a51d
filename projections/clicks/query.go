package clicks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// Reader answers questions about clicks from the live generation. It knows nothing of who may
// ask, nor whether a link still exists.
type Reader struct{ generation *projections.Reader }

// NewReader makes a reader of the clicks model in the database of pool.
func NewReader(pool *pgxpool.Pool) *Reader {
	return &Reader{generation: projections.NewReader(pool, Model().Name)}
}

// Totals returns how often each of the links was visited since it exists. Links without
// clicks are missing.
func (r *Reader) Totals(ctx context.Context, links []domain.LinkNumber) (map[domain.LinkNumber]Counts, error) {
	var totals map[domain.LinkNumber]Counts
	err := r.generation.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(`SELECT link, human, bot, heads FROM %s.total WHERE link = ANY($1) AND NOT deleted`, schema), numbers(links)).
			Query(func(rows pgx.Rows) error {
				totals = make(map[domain.LinkNumber]Counts, len(links))
				var link domain.LinkNumber
				var c Counts
				_, err := pgx.ForEachRow(rows, []any{&link, &c.Human, &c.Bot, &c.Heads}, func() error {
					totals[link] = c
					return nil
				})
				return err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("read totals of %d links: %w", len(links), err)
	}
	return totals, nil
}

// linksAtOnce is how many links' rows one statement reads.
const linksAtOnce = 5_000

// Analyse answers a question. What is wrong with the question itself is a
// [domain.Validation] error.
func (r *Reader) Analyse(ctx context.Context, q Question) (Analytics, error) {
	p, err := q.plan()
	if err != nil {
		return Analytics{}, err
	}
	var m *merger
	if len(q.Links) <= linksAtOnce {
		err = r.generation.Batch(ctx, func(schema string, b *pgx.Batch) {
			m = newMerger(p)
			b.Queue(p.sql(schema), numbers(q.Links), p.firstDay(), p.lastDay()).Query(m.addAll)
		})
	} else {
		err = r.generation.Read(ctx, func(ctx context.Context, tx pgx.Tx, schema string) error {
			m = newMerger(p)
			return m.addLinks(ctx, tx, schema)
		})
	}
	if err != nil {
		return Analytics{}, fmt.Errorf("read clicks of %d links from %s to %s: %w", len(q.Links), p.from.Format(time.RFC3339), p.to.Format(time.RFC3339), err)
	}
	return m.answer(), nil
}

// sql reads the rows of a question: of what few questions need only what this one needs.
func (p *plan) sql(schema string) string {
	visitors, pairs := "visitors", "''::bytea"
	if p.question.Filter.on() {
		visitors, pairs = "''::bytea", "pairs"
	}
	return fmt.Sprintf(`
		SELECT day - date 'epoch', counts, %s, %s FROM %s.day
		WHERE link = ANY($1) AND day BETWEEN date 'epoch' + $2::int AND date 'epoch' + $3::int`, visitors, pairs, schema)
}

// addLinks adds the rows of many links, some links at a time.
func (m *merger) addLinks(ctx context.Context, tx pgx.Tx, schema string) error {
	for links := range slices.Chunk(m.plan.question.Links, linksAtOnce) {
		rows, _ := tx.Query(ctx, m.plan.sql(schema), numbers(links), m.plan.firstDay(), m.plan.lastDay())
		if err := m.addAll(rows); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) addAll(rows pgx.Rows) error {
	var day int32
	var counts, visitors, pairs pgtype.DriverBytes
	_, err := pgx.ForEachRow(rows, []any{&day, &counts, &visitors, &pairs}, func() error { return m.add(day, counts, visitors, pairs) })
	return err
}

func numbers(links []domain.LinkNumber) []int64 {
	n := make([]int64, len(links))
	for i, l := range links {
		n[i] = int64(l) //nolint:gosec // below 2^53
	}
	return n
}
