package links

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

const (
	linkColumns = `l.number, l.domain, l.host, l.slug, l.destination, l.expires, l.status, l.account, l.version, l.created, l.updated`

	// maybeLinkColumns are those of an outer join that may have found nothing.
	maybeLinkColumns = `coalesce(l.number, 0), coalesce(l.domain, ''), coalesce(l.host, ''), coalesce(l.slug, ''),
		coalesce(l.destination, ''), l.expires, coalesce(l.status, 0), coalesce(l.account, ''), coalesce(l.version, 0), l.created, l.updated`

	linksByNumberSQL = `SELECT ` + linkColumns + ` FROM %s.link l WHERE number = ANY($1)`
)

// linkRow is a link as Postgres gives it.
type linkRow struct {
	number, version                          int64
	domain, host, slug, destination, account string
	status                                   int16
	expires, created, updated                *time.Time
}

// dest is where linkColumns are scanned to.
func (r *linkRow) dest() []any {
	return []any{
		&r.number, &r.domain, &r.host, &r.slug, &r.destination, &r.expires, &r.status, &r.account, &r.version, &r.created, &r.updated,
	}
}

func (r *linkRow) link() domain.Link {
	return domain.Link{
		Number: number(r.number), Domain: domain.Host(r.domain), Host: domain.Host(r.host), Slug: domain.Slug(r.slug),
		Destination: domain.Destination(r.destination), Expires: instant(r.expires), Status: domain.Status(r.status), //nolint:gosec // three values
		Account: domain.AccountID(r.account), Version: uint64(r.version), Created: instant(r.created), Updated: instant(r.updated), //nolint:gosec // see signed
	}
}

func scanLink(row pgx.CollectableRow) (domain.Link, error) {
	var r linkRow
	err := row.Scan(r.dest()...)
	return r.link(), err
}

func scanDomain(row pgx.CollectableRow) (domain.Domain, error) {
	var host, account string
	var cases int16
	err := row.Scan(&host, &account, &cases)
	return toDomain(host, account, cases), err
}

func toDomain(host, account string, cases int16) domain.Domain {
	return domain.Domain{Host: domain.Host(host), Account: domain.AccountID(account), Cases: domain.CasePolicy(cases)} //nolint:gosec // two values
}

func number(n int64) domain.LinkNumber { return domain.LinkNumber(n) } //nolint:gosec // see signed

// instant is a time that may be null.
func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
