package links

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// findSQL always gives one row: what is known of the host's partition, with or without a link.
const findSQL = `SELECT coalesce(d.partition, -1), coalesce(c.next, 0), ` + maybeLinkColumns + `
	FROM (VALUES (1)) AS always (one)
	LEFT JOIN LATERAL (SELECT partition FROM %[1]s.domain WHERE host = ANY($3) AND (account <> '' OR used) ORDER BY length(host) DESC LIMIT 1) d ON true
	LEFT JOIN %[1]s.checkpoint c ON c.partition = d.partition
	LEFT JOIN %[1]s.link l ON l.number = (SELECT link FROM %[1]s.claim WHERE host = $1 AND key = $2 AND freed IS NULL)`

// Find reads the link that holds a slug key (its zero value if none does) and, in the same
// statement, the first offset of links.events that is not in the model yet, in the partition
// that the key belongs to. The partition of a host that is part of no short domain is -1.
func (r *Reader) Find(ctx context.Context, host domain.Host, text string) (link domain.Link, partition int32, next int64, err error) {
	var found bool
	err = r.first(ctx, &found, findSQL, []any{clean(host), clean(text), parents(host)}, func(row pgx.CollectableRow) error {
		var l linkRow
		if err := row.Scan(append([]any{&partition, &next}, l.dest()...)...); err != nil {
			return err
		}
		var err error
		link, err = l.link()
		return err
	})
	if err != nil {
		return domain.Link{}, 0, 0, fmt.Errorf("find slug: %w", err)
	}
	return link, partition, next, nil
}

// parents are a host and the domains above it: one of them may be the registered one.
func parents(host domain.Host) []string {
	all := []string{clean(host)}
	for rest := all[0]; ; {
		_, above, ok := strings.Cut(rest, ".")
		if !ok {
			return all
		}
		all, rest = append(all, above), above
	}
}

const allSQL = `SELECT c.host, c.key, ` + linkColumns + ` FROM %[1]s.claim c JOIN %[1]s.link l ON l.number = c.link
	WHERE c.freed IS NULL AND l.status <> 1 LIMIT $1`

// Snapshot is what belongs to all links together, as of one moment.
type Snapshot struct {
	Next     map[int32]int64 // the first offset that is not in it, by partition; one that isn't there was never read
	Domains  []domain.Domain // every registered short domain
	Blocks   []Blocked
	Complete bool // no link was left out for the limit
}

// All calls each for at most limit links that are not deleted, with the slug key each holds. It is
// [Reader.Snapshot] for those who need no blocks.
func (r *Reader) All(ctx context.Context, limit int, each func(domain.SlugKey, domain.Link) error) (
	next map[int32]int64, domains []domain.Domain, complete bool, err error,
) {
	s, err := r.Snapshot(ctx, limit, each)
	return s.Next, s.Domains, s.Complete, err
}

// Snapshot calls each for at most limit links that are not deleted, with the slug key each holds,
// and returns what belongs to them. An error of each ends it and is returned.
func (r *Reader) Snapshot(ctx context.Context, limit int, each func(domain.SlugKey, domain.Link) error) (s Snapshot, err error) {
	err = r.model.Read(ctx, func(ctx context.Context, tx pgx.Tx, schema string) (err error) {
		if s, err = frame(ctx, tx, schema); err != nil {
			return err
		}
		s.Complete, err = stream(ctx, tx, schema, limit, each)
		return err
	})
	if err != nil {
		return Snapshot{}, fmt.Errorf("read all links: %w", err)
	}
	return s, nil
}

// frame reads checkpoints, domains and blocks.
func frame(ctx context.Context, tx pgx.Tx, schema string) (Snapshot, error) {
	s := Snapshot{Next: map[int32]int64{}}
	var partition int32
	var at int64
	rows, _ := tx.Query(ctx, fmt.Sprintf(`SELECT partition, next FROM %s.checkpoint`, schema))
	_, err := pgx.ForEachRow(rows, []any{&partition, &at}, func() error { s.Next[partition] = at; return nil })
	if err != nil {
		return Snapshot{}, fmt.Errorf("read checkpoints: %w", err)
	}
	rows, _ = tx.Query(ctx, fmt.Sprintf(domainsSQL, schema))
	if s.Domains, err = pgx.CollectRows(rows, scanDomain); err != nil {
		return Snapshot{}, fmt.Errorf("read domains: %w", err)
	}
	rows, _ = tx.Query(ctx, fmt.Sprintf(blocksSQL, schema))
	if s.Blocks, err = pgx.CollectRows(rows, scanBlock); err != nil {
		return Snapshot{}, fmt.Errorf("read blocks: %w", err)
	}
	return s, nil
}

// errLimit ends a stream that has more than was asked for.
var errLimit = errors.New("there are more links")

// stream reads links with their slug keys, one more than limit to know whether there are more.
func stream(ctx context.Context, tx pgx.Tx, schema string, limit int, each func(domain.SlugKey, domain.Link) error) (complete bool, err error) {
	var host, key string
	var l linkRow
	n := 0
	rows, _ := tx.Query(ctx, fmt.Sprintf(allSQL, schema), int64(limit)+1)
	_, err = pgx.ForEachRow(rows, append([]any{&host, &key}, l.dest()...), func() error {
		if n++; n > limit {
			return errLimit
		}
		link, err := l.link()
		if err != nil {
			return err
		}
		return each(domain.SlugKey{Host: domain.Host(host), Text: key}, link)
	})
	if errors.Is(err, errLimit) {
		return false, nil
	}
	return err == nil, err
}
