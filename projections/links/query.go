package links

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// Reader answers from the live generation of the links read model.
type Reader struct {
	model *projections.Reader
	watch *projections.Watch
	links together
	few   int // see fewLinks; less in tests
}

// NewReader makes a reader. Only Await needs watch, which must be running then.
func NewReader(pool *pgxpool.Pool, watch *projections.Watch) *Reader {
	r := &Reader{model: projections.NewReader(pool, name), watch: watch, few: fewLinks}
	r.links.read, r.links.turn = r.byNumber, make(chan struct{}, 1)
	return r
}

// Await returns once the model has applied the events of the command at p, or any later one of
// its partition, or with ctx's error.
func (r *Reader) Await(ctx context.Context, p domain.Position) error {
	return r.watch.Await(ctx, name, p.Partition, p.Offset)
}

// Outcome is what became of an accepted command; ok is false if the model doesn't know it (any
// more).
func (r *Reader) Outcome(ctx context.Context, id domain.CommandID) (reply domain.Reply, ok bool, err error) {
	reply.Command = id
	err = r.first(ctx, &ok, `SELECT account, partition, command, link, version, fingerprint, items
		FROM %s.outcome WHERE id = $1 ORDER BY at DESC, partition LIMIT 1`, []any{clean(id)}, func(row pgx.CollectableRow) error {
		var account string
		var link, version int64
		var fingerprint []byte
		var items *string
		err := row.Scan(&account, &reply.Position.Partition, &reply.Position.Offset, &link, &version, &fingerprint, &items)
		if err != nil {
			return err
		}
		reply.Account, reply.Link, reply.Version = domain.AccountID(account), number(link), uint64(version) //nolint:gosec // see signed
		copy(reply.Fingerprint[:], fingerprint)
		reply.Items, err = itemsOf(items)
		return err
	})
	if err != nil {
		return domain.Reply{}, false, fmt.Errorf("read outcome of command: %w", err)
	}
	return reply, ok, nil
}

// Link is the link of that number, also if it is deleted or parked; otherwise a domain.NotFound
// error.
func (r *Reader) Link(ctx context.Context, n domain.LinkNumber) (domain.Link, error) {
	l, found, err := r.links.link(ctx, n)
	if err != nil {
		return domain.Link{}, fmt.Errorf("read link %s: %w", n, err)
	}
	if !found {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the id %q", n)
	}
	return l, nil
}

// byNumber reads links in one query; those that don't exist are missing.
func (r *Reader) byNumber(ctx context.Context, numbers []domain.LinkNumber) (links map[domain.LinkNumber]domain.Link, err error) {
	wanted := make([]int64, len(numbers))
	for i, n := range numbers {
		wanted[i] = signed(n)
	}
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		links = make(map[domain.LinkNumber]domain.Link, len(numbers))
		b.Queue(fmt.Sprintf(linksByNumberSQL, schema), wanted).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				l, err := scanLink(rows)
				if err != nil {
					return err
				}
				links[l.Number] = l
			}
			return rows.Err()
		})
	})
	return links, err
}

// first reads at most one row of a query in which %s is the schema.
func (r *Reader) first(ctx context.Context, found *bool, sql string, args []any, scan func(pgx.CollectableRow) error) error {
	return r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		*found = false
		b.Queue(fmt.Sprintf(sql, schema), args...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				*found = true
				if err := scan(rows); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	})
}
