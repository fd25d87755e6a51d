package clicks

import (
	"context"
	"fmt"
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

// Analyse answers a question. What is wrong with the question itself is a
// [domain.Validation] error.
func (r *Reader) Analyse(ctx context.Context, q Question) (Analytics, error) {
	p, err := q.plan()
	if err != nil {
		return Analytics{}, err
	}
	var m *merger
	err = r.generation.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(`
			SELECT day - date 'epoch', counts, visitors FROM %s.day
			WHERE link = ANY($1) AND day BETWEEN date 'epoch' + $2::int AND date 'epoch' + $3::int`, schema),
			numbers(q.Links), p.firstDay(), p.lastDay()).
			Query(func(rows pgx.Rows) error {
				m = newMerger(p)
				var day int32
				var counts, visitors pgtype.DriverBytes
				_, err := pgx.ForEachRow(rows, []any{&day, &counts, &visitors}, func() error { return m.add(day, counts, visitors) })
				return err
			})
	})
	if err != nil {
		return Analytics{}, fmt.Errorf("read clicks of %d links from %s to %s: %w", len(q.Links), p.from.Format(time.RFC3339), p.to.Format(time.RFC3339), err)
	}
	return m.answer(), nil
}

func numbers(links []domain.LinkNumber) []int64 {
	n := make([]int64, len(links))
	for i, l := range links {
		n[i] = int64(l) //nolint:gosec // below 2^53
	}
	return n
}
