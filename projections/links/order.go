package links

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// order is how a list is sorted, and where it goes on.
type order struct {
	sort  Sort
	dir   string // of every key, and of the number after them
	after *cursor
	hosts []string // of the account, if it is sorted by slug
}

// leg is a part of a list that one index gives in order: links that meet a condition, by a key.
type leg struct {
	condition, key string
	value          any  // of the cursor; nil: the cursor lies in no link of the leg
	over           bool // the list has gone past the leg
}

// addressKey is a destination as it is sorted and looked for, without its scheme.
const addressKey = `lower(left(substr(%[1]s, strpos(%[1]s, '://') + 3), 200)) COLLATE "C"`

var linkAddress = fmt.Sprintf(addressKey, "l.destination")

const slugKey = `lower(l.slug) COLLATE "C"`

// order reads what must be known to sort.
func (l *listing) order(ctx context.Context, q ListQuery) (o order, err error) {
	o = order{sort: q.Sort, dir: "DESC"}
	switch q.Sort {
	case "":
		o.sort = ByCreated
	case ByCreated, ByUpdated, BySlugText, ByTitle, ByDestination:
	default:
		return o, domain.Errorf(domain.Validation, "sort", "links can't be sorted by %q", q.Sort)
	}
	if q.Ascending {
		o.dir = "ASC"
	}
	if o.after, err = parseCursor(q.After, o.sort, q.Ascending); err != nil {
		return o, err
	}
	if o.sort == BySlugText {
		o.hosts, err = l.hosts(ctx)
	}
	return o, err
}

// hostsSQL goes from host to host of an account by the index, without reading what lies between.
const hostsSQL = `WITH RECURSIVE step (host) AS (
	(SELECT l.host FROM %[1]s.link l WHERE l.account = $1 AND l.status <> 1 AND l.host <> '' ORDER BY l.host, lower(l.slug) COLLATE "C" LIMIT 1)
	UNION ALL
	SELECT (SELECT l.host FROM %[1]s.link l WHERE l.account = $1 AND l.status <> 1 AND l.host <> '' AND l.host > step.host
		ORDER BY l.host, lower(l.slug) COLLATE "C" LIMIT 1) FROM step WHERE step.host IS NOT NULL
) SELECT host FROM step WHERE host IS NOT NULL`

// hosts are those that the list's links may live on.
func (l *listing) hosts(ctx context.Context) ([]string, error) {
	if l.f.Host != "" {
		return []string{clean(l.f.Host)}, nil
	}
	rows, _ := l.tx.Query(ctx, fmt.Sprintf(hostsSQL, l.schema), clean(l.f.Account))
	hosts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read hosts: %w", err)
	}
	return hosts, nil
}

// legs are the parts of the list, in its order where they follow each other.
func (o order) legs(l *listing) []leg {
	c := o.after
	if c == nil {
		c = new(cursor)
	}
	switch o.sort {
	case ByUpdated:
		return []leg{{key: "l.updated", value: c.at()}}
	case BySlugText:
		return []leg{{key: slugKey, value: c.Text}}
	case ByDestination:
		return []leg{{key: linkAddress, value: c.Text}}
	case ByTitle: // those without come last, either way
		titled := leg{condition: "l.title <> ''", key: "l.title", value: c.Text, over: o.after != nil && c.Text == ""}
		rest := o.byCreation(l, "l.title = ''", c.at())
		if c.Text != "" {
			for i := range rest {
				rest[i].value = nil
			}
		}
		return append([]leg{titled}, rest...)
	}
	return o.byCreation(l, "", c.at())
}

// byCreation are the legs of a list by creation: archived links have an index of their own.
func (o order) byCreation(l *listing, also string, after time.Time) []leg {
	and := func(condition string) leg {
		if also != "" {
			condition += " AND (" + also + ") IS TRUE"
		}
		return leg{condition: condition, key: "l.created", value: after}
	}
	switch l.f.Life {
	case Any:
		return []leg{and("NOT l.archived"), and("l.archived")}
	case Archived:
		return []leg{and("l.archived")}
	}
	return []leg{and("NOT l.archived")}
}

// holds is the condition of a leg, for links behind the cursor.
func (o order) holds(l *listing, g leg) string {
	condition := g.condition
	if condition == "" {
		condition = "true"
	}
	switch {
	case g.over:
		return "false"
	case o.after == nil, g.value == nil:
		return condition
	}
	compare := "<"
	if o.dir == "ASC" {
		compare = ">"
	}
	return fmt.Sprintf("%s AND (%s, l.number) %s (%s, %s)", condition, g.key, compare, l.arg(g.value), l.arg(o.after.Number))
}

// rest is the condition of links behind the cursor.
func (o order) rest(l *listing) string {
	var all []string
	for _, g := range o.legs(l) {
		all = append(all, "("+o.holds(l, g)+")")
	}
	return "(" + strings.Join(all, " OR ") + ")"
}

// walk reads the numbers of the first n links behind the cursor of each leg, by its index.
func (o order) walk(l *listing, n int) string {
	var all []string
	for _, g := range o.legs(l) {
		on := ""
		if o.sort == BySlugText {
			on = "l.host = of.host"
		}
		walk := fmt.Sprintf(`SELECT l.number FROM %s.link l WHERE %s AND %s ORDER BY %s %s, l.number %s LIMIT %s`,
			l.schema, l.conditions(on), o.holds(l, g), g.key, o.dir, o.dir, l.arg(n))
		if o.sort == BySlugText {
			walk = fmt.Sprintf(`SELECT w.number FROM unnest(%s::text[]) AS of (host), LATERAL (%s) w`, l.arg(o.hosts), walk)
		}
		all = append(all, "("+walk+")")
	}
	return strings.Join(all, " UNION ALL ")
}

// by is the order of the whole list.
func (o order) by() string {
	keys := map[Sort]string{
		ByCreated: "l.created", ByUpdated: "l.updated", BySlugText: slugKey, ByDestination: linkAddress,
		ByTitle: fmt.Sprintf("(l.title = ''), l.title %s, CASE l.title WHEN '' THEN l.created END", o.dir),
	}
	return fmt.Sprintf("%s %s, l.number %s", keys[o.sort], o.dir, o.dir)
}
