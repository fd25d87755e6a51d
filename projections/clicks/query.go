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
			sql, args := p.query(schema, q.Links)
			b.Queue(sql, args...).Query(m.addAll)
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

// query reads the rows of some links: of the large columns only what the question needs.
func (p *plan) query(schema string, links []domain.LinkNumber) (sql string, args []any) {
	args = []any{numbers(links), p.firstDay(), p.lastDay()}
	hours, pairs := "hours", "pairs"
	if !p.question.Filter.on() {
		hours, pairs = "CASE WHEN day - date 'epoch' = ANY($4::int[]) THEN hours ELSE '' END", "''::bytea"
		args = append(args, p.daysInPart())
	}
	return fmt.Sprintf(`
		SELECT day - date 'epoch', visitors, counts, %s, %s FROM %s.day
		WHERE link = ANY($1) AND day BETWEEN date 'epoch' + $2::int AND date 'epoch' + $3::int`, hours, pairs, schema), args
}

// daysInPart are the days of which a breakdown's range has only some hours.
func (p *plan) daysInPart() []int32 {
	days := []int32{}
	if floorDiv(p.broken.first, slotsPerDay)*slotsPerDay != p.broken.first {
		days = append(days, p.firstDay())
	}
	if floorDiv(p.broken.end, slotsPerDay)*slotsPerDay != p.broken.end {
		days = append(days, p.lastDay())
	}
	return days
}

// addLinks adds the rows of many links, some links at a time.
func (m *merger) addLinks(ctx context.Context, tx pgx.Tx, schema string) error {
	for links := range slices.Chunk(m.plan.question.Links, linksAtOnce) {
		sql, args := m.plan.query(schema, links)
		rows, _ := tx.Query(ctx, sql, args...)
		if err := m.addAll(rows); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) addAll(rows pgx.Rows) error {
	var day, visitors int32
	var counts, hours, pairs pgtype.DriverBytes
	_, err := pgx.ForEachRow(rows, []any{&day, &visitors, &counts, &hours, &pairs}, func() error {
		return m.add(day, visitors, counts, hours, pairs)
	})
	return err
}

func numbers(links []domain.LinkNumber) []int64 {
	n := make([]int64, len(links))
	for i, l := range links {
		n[i] = int64(l) //nolint:gosec // below 2^53
	}
	return n
}
