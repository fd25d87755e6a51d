package links

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// ParkedEvent is an event that could not be applied, or waits behind such a one of its link.
// It is in the log as it was: the next rebuild applies it, if it can be read by then.
type ParkedEvent struct {
	Position domain.Position // in links.events
	Link     domain.LinkNumber
	Reason   string
}

// Parked lists the events that wait, in the order of the log, at most limit.
func (r *Reader) Parked(ctx context.Context, limit int) (events []ParkedEvent, err error) {
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(`SELECT partition, event_offset, link, reason FROM %s.parked ORDER BY partition, event_offset LIMIT $1`, schema), limit).
			Query(func(rows pgx.Rows) (err error) {
				events, err = pgx.CollectRows(rows, scanParked)
				return err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("read parked events: %w", err)
	}
	return events, nil
}

func scanParked(row pgx.CollectableRow) (e ParkedEvent, err error) {
	var link int64
	err = row.Scan(&e.Position.Partition, &e.Position.Offset, &link, &e.Reason)
	e.Link = number(link)
	return e, err
}
