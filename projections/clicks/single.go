package clicks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// Single is one click, as it was classified when it was counted.
type Single struct {
	Number  uint64 // of the link's clicks, counted from 1: the order they were counted in
	At      time.Time
	Traffic Traffic
	Values  map[Dimension]string // without those it has no value of
}

// MaxRecent is how many single clicks of a link are kept.
const MaxRecent = maxRecent

// Recent returns the newest single clicks of a link, newest first, among the last [MaxRecent].
// Before, if not zero, leaves out that number and what came after it.
func (r *Reader) Recent(ctx context.Context, link domain.LinkNumber, before uint64, limit int) ([]Single, error) {
	var rows []storedRow
	err := r.generation.Batch(ctx, func(schema string, b *pgx.Batch) {
		rows = nil
		number := numbers([]domain.LinkNumber{link})
		b.Queue(fmt.Sprintf(`SELECT (human + bot + heads) / %d, newest FROM %s.total WHERE link = ANY($1)`, perRow, schema), number).
			Query(func(found pgx.Rows) error { return collectRows(found, &rows) })
		b.Queue(fmt.Sprintf(`SELECT number, clicks FROM %s.recent WHERE link = ANY($1) ORDER BY number DESC`, schema), number).
			Query(func(found pgx.Rows) error { return collectRows(found, &rows) })
	})
	if err == nil {
		var all []Single
		if all, err = singles(rows, before, limit); err == nil {
			return all, nil
		}
	}
	return nil, fmt.Errorf("read clicks of link %s: %w", link, err)
}

// storedRow is a row of single clicks: it begins with click number·perRow of the link.
type storedRow struct {
	number uint64
	clicks []byte
}

func collectRows(found pgx.Rows, rows *[]storedRow) error {
	var row storedRow
	_, err := pgx.ForEachRow(found, []any{&row.number, &row.clicks}, func() error {
		*rows = append(*rows, storedRow{row.number, slices.Clone(row.clicks)})
		return nil
	})
	return err
}

// singles are the clicks in rows, which are newest first.
func singles(rows []storedRow, before uint64, limit int) ([]Single, error) {
	var all []Single
	var newest uint64
	for i, row := range rows {
		if before > 0 && row.number*perRow+1 >= before && i > 0 || len(all) >= limit {
			continue
		}
		in, err := row.singles()
		if err != nil {
			return nil, err
		}
		if i == 0 {
			newest = row.number*perRow + uint64(len(in))
		}
		for _, s := range slices.Backward(in) {
			if (before == 0 || s.Number < before) && s.Number+maxRecent > newest && len(all) < limit {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

func (r storedRow) singles() (all []Single, err error) {
	err = readRecent(r.clicks, func(c *recentClick) {
		s := Single{
			Number: r.number*perRow + uint64(len(all)) + 1, At: time.UnixMilli(c.millis).UTC(), Traffic: c.kind,
			Values: make(map[Dimension]string, dimensions),
		}
		for d, value := range c.values {
			if value != nil {
				s.Values[Dimension(d)] = string(value) //nolint:gosec // below 22
			}
		}
		all = append(all, s)
	})
	return all, err
}
