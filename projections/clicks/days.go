package clicks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/linklog/linklog/domain"
)

// DayCounts is what one link did on one UTC day.
type DayCounts struct {
	Link domain.LinkNumber
	Day  time.Time
	Counts
	Visitors uint64
	Values   []ValueCounts // by first appearance; only if a dimension was asked for
}

// ValueCounts is one value and its clicks. The empty value stands for those beyond what a day
// can keep.
type ValueCounts struct {
	Value string
	Counts
}

// Days hands each link's days to each, in the order of links and then of days: those of UTC
// that the range touches and that have clicks. With a dimension other than zero, each comes
// with that dimension's values. It is for exports: what was handed out is forgotten. An error
// of each ends it.
func (r *Reader) Days(ctx context.Context, links []domain.LinkNumber, from, to time.Time, d Dimension, each func(DayCounts) error) error {
	days := widen(from, to, 24*time.Hour)
	sorted := numbers(links)
	slices.Sort(sorted)
	err := r.generation.Read(ctx, func(ctx context.Context, tx pgx.Tx, schema string) error {
		for some := range slices.Chunk(sorted, linksAtOnce) {
			rows, _ := tx.Query(ctx, fmt.Sprintf(`
				SELECT link, day - date 'epoch', human, bot, heads, visitors, counts FROM %s.day
				WHERE link = ANY($1) AND day >= date 'epoch' + $2::int AND day < date 'epoch' + $3::int ORDER BY link, day`, schema),
				some, days.first/slotsPerDay, days.end/slotsPerDay)
			if err := eachDay(rows, d, each); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read days of %d links: %w", len(links), err)
	}
	return nil
}

func eachDay(rows pgx.Rows, d Dimension, each func(DayCounts) error) error {
	var day int32
	var c DayCounts
	var counts pgtype.DriverBytes
	_, err := pgx.ForEachRow(rows, []any{&c.Link, &day, &c.Human, &c.Bot, &c.Heads, &c.Visitors, &counts}, func() error {
		c.Day = slotStart(int64(day) * slotsPerDay)
		if d != slots {
			v := valuesSink{dimension: d}
			if err := readCounts(counts, nil, &v); err != nil {
				return err
			}
			c.Values = v.values
		}
		return each(c)
	})
	return err
}

// valuesSink collects the values of one dimension.
type valuesSink struct {
	dimension Dimension
	values    []ValueCounts
}

func (s *valuesSink) wants(_ Traffic, d Dimension) bool { return d == s.dimension }

func (*valuesSink) slot(Traffic, int, uint32) {}

func (s *valuesSink) value(t Traffic, _ Dimension, text []byte, h storedHours) error {
	i := slices.IndexFunc(s.values, func(v ValueCounts) bool { return v.Value == string(text) })
	if i < 0 {
		i = len(s.values)
		s.values = append(s.values, ValueCounts{Value: string(text)})
	}
	s.values[i].add(t, uint64(h.total))
	return nil
}
