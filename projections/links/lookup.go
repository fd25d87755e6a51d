package links

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// bySlugSQL folds the slug as the domain that the host is part of does.
const bySlugSQL = `SELECT ` + linkColumns + ` FROM (VALUES (1)) AS always (one)
	LEFT JOIN LATERAL (SELECT cases FROM %[1]s.domain WHERE host = ANY($4) AND (account <> '' OR used) ORDER BY length(host) DESC LIMIT 1) d ON true
	JOIN %[1]s.claim c ON c.host = $1 AND c.key = CASE d.cases WHEN 1 THEN $3 ELSE $2 END AND c.freed IS NULL
	JOIN %[1]s.link l ON l.number = c.link`

// BySlug is the link that has a slug of a host, in whatever spelling the domain takes for the
// same; otherwise a domain.NotFound error.
func (r *Reader) BySlug(ctx context.Context, host domain.Host, slug string) (domain.Link, error) {
	l, err := r.one(ctx, bySlugSQL, clean(host), clean(slug), strings.ToLower(clean(slug)), parents(host))
	if err != nil {
		return domain.Link{}, fmt.Errorf("find slug: %w", err)
	}
	if l.Number == 0 {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the slug %q", slug)
	}
	return l, nil
}

// hostBySlugSQL goes from host to host of an account, and asks each for the slug as its domain folds it.
const hostBySlugSQL = `SELECT ` + linkColumns + ` FROM (` + hostsSQL + `) AS of
	JOIN %[1]s.claim c ON c.host = of.host AND c.key IN ($2, $3) AND c.freed IS NULL
	JOIN %[1]s.link l ON l.number = c.link AND l.account = $1
	LEFT JOIN %[1]s.domain d ON d.host = l.domain
	WHERE c.key = CASE d.cases WHEN 1 THEN $3 ELSE $2 END
	ORDER BY l.host <> $4, l.created, l.number LIMIT 1`

// OfSlug is the link of an account that has a slug of any host, in whatever spelling its domain
// takes for the same: of several the one on the host that is preferred, or else the oldest. If there
// is none, it is a domain.NotFound error.
func (r *Reader) OfSlug(ctx context.Context, account domain.AccountID, preferred domain.Host, slug string) (domain.Link, error) {
	l, err := r.one(ctx, hostBySlugSQL, clean(account), clean(slug), strings.ToLower(clean(slug)), clean(preferred))
	if err != nil {
		return domain.Link{}, fmt.Errorf("find slug of account: %w", err)
	}
	if l.Number == 0 {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link has the slug %q", slug)
	}
	return l, nil
}

// ByExternal is the link of an account on a short domain that has an id of its owner's; otherwise a
// domain.NotFound error.
func (r *Reader) ByExternal(ctx context.Context, account domain.AccountID, on domain.Host, id string) (domain.Link, error) {
	l, err := r.one(ctx, `SELECT `+linkColumns+` FROM %[1]s.external e JOIN %[1]s.link l ON l.number = e.link
		WHERE e.account = $1 AND e.id = $2 AND e.domain = $3 AND l.status <> 1`, clean(account), short(clean(id)), clean(on))
	if err != nil {
		return domain.Link{}, fmt.Errorf("find external id: %w", err)
	}
	if l.Number == 0 {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "no link on %s has the external id %q", on, id)
	}
	return l, nil
}

// one reads a link, or its zero value, by a query in which %[1]s is the schema.
func (r *Reader) one(ctx context.Context, sql string, args ...any) (l domain.Link, err error) {
	var found bool
	err = r.first(ctx, &found, sql, args, func(row pgx.CollectableRow) (err error) {
		l, err = scanLink(row)
		return err
	})
	if !found {
		return domain.Link{}, err
	}
	return l, err
}

// TagCount says how many links of an account have a tag.
type TagCount struct {
	Tag   string
	Links int // that are neither deleted nor archived, at least one
}

// Tags are the tags of an account's links, by name.
func (r *Reader) Tags(ctx context.Context, account domain.AccountID) (tags []TagCount, err error) {
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(`SELECT tag, sum(links)::bigint AS links FROM %s.mark
			WHERE account = $1 AND tag <> '' GROUP BY tag ORDER BY tag COLLATE "C"`, schema), clean(account)).Query(func(rows pgx.Rows) (err error) {
			tags, err = pgx.CollectRows(rows, pgx.RowToStructByPos[TagCount])
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	return tags, nil
}

// Usage is how many links an account has, on all domains together, that are not deleted.
func (r *Reader) Usage(ctx context.Context, account domain.AccountID) (links uint64, err error) {
	var found bool
	err = r.first(ctx, &found, `SELECT coalesce(sum(links), 0)::bigint FROM %s.usage WHERE account = $1`, []any{clean(account)},
		func(row pgx.CollectableRow) error { return row.Scan(&links) })
	if err != nil {
		return 0, fmt.Errorf("read usage: %w", err)
	}
	return links, nil
}
