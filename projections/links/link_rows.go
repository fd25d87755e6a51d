package links

import (
	"encoding/json"
	"time"

	"github.com/linklog/linklog/domain"
)

// linkRows are links by columns. Those without traits are written without the columns of traits.
type linkRows struct {
	number, version                               []int64
	status                                        []int16
	host, on, slug, destination, account, by, via []string
	expires, created, updated                     []*time.Time
	traits, marks                                 []*string
	title                                         []string
	disabled, archived                            []bool
	starts                                        []*time.Time
}

func (r *linkRows) add(l *domain.Link, m maker) {
	r.number, r.version, r.status = append(r.number, signed(l.Number)), append(r.version, signed(l.Version)), append(r.status, int16(l.Status))
	r.on, r.host, r.slug = append(r.on, clean(l.Domain)), append(r.host, clean(l.Host)), append(r.slug, clean(l.Slug))
	r.destination, r.account = append(r.destination, clean(l.Destination)), append(r.account, clean(l.Account))
	r.expires, r.created, r.updated = append(r.expires, moment(l.Expires)), append(r.created, moment(l.Created)), append(r.updated, moment(l.Updated))
	if l.Status == domain.Deleted {
		m = maker{}
	}
	r.by, r.via = append(r.by, clean(m.by)), append(r.via, clean(m.via))
}

func (r *linkRows) addTraits(l *domain.Link, traits *string) {
	r.traits, r.marks = append(r.traits, traits), append(r.marks, marksText(marksOf(l).all))
	r.title, r.starts = append(r.title, foldTitle(l.Title)), append(r.starts, moment(l.Starts))
	r.disabled, r.archived = append(r.disabled, l.Disabled), append(r.archived, l.Archived)
}

// A link's maker is known only while it is created; it stays until the link is deleted.
const (
	bareColumns = `number, domain, host, slug, destination, expires, status, account, version, created, updated, maker, via`
	richColumns = bareColumns + `, traits, title, disabled, archived, starts, marks`

	bareArrays = `$1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::smallint[], $8::text[], $9::bigint[],
		$10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[]`
	richArrays = bareArrays + `, $14::text[], $15::text[], $16::boolean[], $17::boolean[], $18::timestamptz[], $19::text[]`

	insertBareSQL = `INSERT INTO %[1]s.link AS was (` + bareColumns + `) SELECT * FROM unnest(` + bareArrays + `)` + replaceLinkSQL
	insertRichSQL = `INSERT INTO %[1]s.link AS was (` + richColumns + `)
		SELECT ` + bareColumns + `, traits, title, disabled, archived, starts, marks::bigint[]
		FROM unnest(` + richArrays + `) AS now (` + richColumns + `)` + replaceLinkSQL

	replaceLinkSQL = ` ON CONFLICT (number) DO UPDATE SET domain = excluded.domain, host = excluded.host, slug = excluded.slug,
		destination = excluded.destination, expires = excluded.expires, status = excluded.status, account = excluded.account,
		version = excluded.version, created = excluded.created, updated = excluded.updated,
		maker = CASE excluded.status WHEN 1 THEN '' ELSE was.maker END, via = CASE excluded.status WHEN 1 THEN '' ELSE was.via END,
		traits = excluded.traits, title = excluded.title, disabled = excluded.disabled, archived = excluded.archived,
		starts = excluded.starts, marks = excluded.marks`
)

func (c *change) queueLinks(s statements) {
	var bare, rich linkRows
	for n, l := range c.state.Links {
		if l.Number == 0 {
			continue // nothing happened to it, or nothing that could be told
		}
		traits := traitsText(&l.Traits)
		if traits == nil {
			bare.add(&l, c.makers[n])
			continue
		}
		rich.add(&l, c.makers[n])
		rich.addTraits(&l, traits)
	}
	s.add(len(bare.number), insertBareSQL, bare.args()...)
	s.add(len(rich.number), insertRichSQL, append(rich.args(), rich.traits, rich.title, rich.disabled, rich.archived, rich.starts, rich.marks)...)
}

func (r *linkRows) args() []any {
	return []any{
		r.number, r.on, r.host, r.slug, r.destination, r.expires, r.status, r.account, r.version, r.created, r.updated, r.by, r.via,
	}
}

// marksText is a list of marks as Postgres reads it.
func marksText(marks []mark) *string {
	if len(marks) == 0 {
		return nil
	}
	text, err := json.Marshal(marks)
	if err != nil { // numbers always have an encoding
		return nil
	}
	text[0], text[len(text)-1] = '{', '}'
	return new(string(text))
}

// markRow names a count of links that carry a mark.
type markRow struct {
	account domain.AccountID
	domain  domain.Host
	mark    mark
}

// queueMarks counts the links that have got or lost a mark. A count that comes to nothing leaves no
// row: it would tell the tags of deleted links.
func (c *change) queueMarks(s statements) {
	deltas, names := map[markRow]int64{}, map[mark]string{}
	note := func(l *domain.Link, delta int64) {
		for m, tag := range marksOf(l).counted {
			deltas[markRow{l.Account, l.Domain, m}] += delta
			names[m] = tag
		}
	}
	for n, l := range c.state.Links {
		before := c.before[n]
		note(&before, -1)
		note(&l, 1)
	}
	var account, on, tag []string
	var marks, links []int64
	for k, n := range deltas {
		if n != 0 {
			account, on, tag = append(account, clean(k.account)), append(on, clean(k.domain)), append(tag, names[k.mark])
			marks, links = append(marks, k.mark), append(links, n)
		}
	}
	s.add(len(marks), `INSERT INTO %[1]s.mark AS m (account, domain, mark, tag, links)
		SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
		ON CONFLICT (account, mark, domain) DO UPDATE SET links = m.links + excluded.links`, account, on, marks, tag, links)
	s.add(len(marks), `DELETE FROM %[1]s.mark m USING unnest($1::text[], $2::text[], $3::bigint[]) AS touched (account, domain, mark)
		WHERE m.account = touched.account AND m.mark = touched.mark AND m.domain = touched.domain AND m.links = 0`, account, on, marks)
}

func (c *change) queueExternals(s statements) {
	var account, on, id []string
	var link []int64
	for k, l := range c.state.External {
		account, on, id, link = append(account, clean(k.Account)), append(on, clean(k.Domain)), append(id, short(clean(k.ID))), append(link, signed(l))
	}
	s.add(len(link), `INSERT INTO %[1]s.external (account, domain, id, link)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
		ON CONFLICT (account, id, domain) DO UPDATE SET link = excluded.link`, account, on, id, link)
	s.add(len(link), `DELETE FROM %[1]s.external e USING unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS freed (account, domain, id, link)
		WHERE freed.link = 0 AND e.account = freed.account AND e.id = freed.id AND e.domain = freed.domain`, account, on, id, link)
}
