package links

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

const (
	linkColumns = `l.number, l.domain, l.host, l.slug, l.destination, l.expires, l.status, l.account, l.version, l.created, l.updated, l.traits`

	// maybeLinkColumns are those of an outer join that may have found nothing.
	maybeLinkColumns = `coalesce(l.number, 0), coalesce(l.domain, ''), coalesce(l.host, ''), coalesce(l.slug, ''), coalesce(l.destination, ''),
		l.expires, coalesce(l.status, 0), coalesce(l.account, ''), coalesce(l.version, 0), l.created, l.updated, l.traits`

	linksByNumberSQL = `SELECT ` + linkColumns + ` FROM %s.link l WHERE number = ANY($1)`

	domainColumns = `host, account, cases, verified, used, version, settings`
)

// linkRow is a link as Postgres gives it.
type linkRow struct {
	number, version                          int64
	domain, host, slug, destination, account string
	status                                   int16
	expires, created, updated                *time.Time
	traits                                   *string
}

// dest is where linkColumns are scanned to.
func (r *linkRow) dest() []any {
	return []any{
		&r.number, &r.domain, &r.host, &r.slug, &r.destination, &r.expires, &r.status, &r.account, &r.version, &r.created, &r.updated, &r.traits,
	}
}

func (r *linkRow) link() (domain.Link, error) {
	traits, err := traitsOf(r.traits)
	return domain.Link{
		Number: number(r.number), Domain: domain.Host(r.domain), Host: domain.Host(r.host), Slug: domain.Slug(r.slug),
		Destination: domain.Destination(r.destination), Expires: instant(r.expires), Status: domain.Status(r.status), //nolint:gosec // three values
		Account: domain.AccountID(r.account), Version: uint64(r.version), Created: instant(r.created), Updated: instant(r.updated), //nolint:gosec // see signed
		Traits: traits,
	}, err
}

func scanLink(row pgx.CollectableRow) (domain.Link, error) {
	var r linkRow
	if err := row.Scan(r.dest()...); err != nil {
		return domain.Link{}, err
	}
	return r.link()
}

// scanDomain reads domainColumns.
func scanDomain(row pgx.CollectableRow) (d domain.Domain, err error) {
	var settings []byte
	var version int64
	if err = row.Scan(&d.Host, &d.Account, &d.Cases, &d.Verified, &d.Used, &version, &settings); err != nil {
		return d, err
	}
	d.Version = uint64(version)                     //nolint:gosec // see signed
	return d, json.Unmarshal(settings, &d.Settings) //nolint:musttag // see queueDomains
}

const domainsByHostSQL = `SELECT ` + domainColumns + ` FROM %s.domain WHERE host = ANY($1)`

// putDomains reads domainColumns into a state, which wants to know what was released as well.
func putDomains(rows pgx.Rows, s *domain.State) error {
	found, err := pgx.CollectRows(rows, scanDomain)
	for _, d := range found {
		host := d.Host
		if d.Account == "" {
			d.Host = ""
		}
		s.Domains[host] = d
	}
	return err
}

func number(n int64) domain.LinkNumber { return domain.LinkNumber(n) } //nolint:gosec // see signed

// instant is a time that may be null.
func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
