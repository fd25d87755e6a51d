package links

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// listing is a list being read, in one snapshot.
type listing struct {
	tx     pgx.Tx
	schema string
	f      Filter
	few    int // links that are looked at one by one
	args   []any

	young *frontier // of a large account; nil: a text is looked for letter by letter everywhere
}

// listingSQL has every statement planned with the values it gets: what is rare for one account is
// all that another has. Where an index gives the order, sorting instead would read everything; and
// helpers take longer to come than a page does to read.
const listingSQL = `SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
	set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
	set_config('max_parallel_workers_per_gather', '0', true)`

// listing calls f with a list to read.
func (r *Reader) listing(ctx context.Context, filter Filter, f func(ctx context.Context, l *listing) error) error {
	return r.model.Read(ctx, func(ctx context.Context, tx pgx.Tx, schema string) error {
		if _, err := tx.Exec(ctx, listingSQL); err != nil {
			return fmt.Errorf("set planner: %w", err)
		}
		return f(ctx, &listing{tx: tx, schema: schema, f: filter, few: r.few})
	})
}

// arg is a placeholder for a value.
func (l *listing) arg(v any) string {
	l.args = append(l.args, v)
	return fmt.Sprintf("$%d", len(l.args))
}

// numbers reads the link numbers of a query in which %[1]s is the schema.
func (l *listing) numbers(ctx context.Context, sql string, args ...any) ([]int64, error) {
	rows, _ := l.tx.Query(ctx, fmt.Sprintf(sql, l.schema), args...)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// List is a page of an account's links that are not deleted. A page goes on where the one before it
// ended, even if the link there has been changed or deleted since. (A link that changes what it is
// sorted by may be seen twice, or not at all.)
func (r *Reader) List(ctx context.Context, q ListQuery) (page Page, err error) {
	err = r.listing(ctx, q.Filter, func(ctx context.Context, l *listing) (err error) {
		page, err = l.page(ctx, q)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list links: %w", err)
	}
	return page, nil
}

// page reads the links of a page, and one more to know whether there is: out of those that a narrow
// condition leaves, or in the order of an index until the page is full.
func (l *listing) page(ctx context.Context, q ListQuery) (page Page, err error) {
	o, err := l.order(ctx, q)
	if err != nil {
		return page, err
	}
	few, narrow, err := l.narrow(ctx, o.sort)
	if err != nil {
		return page, err
	}
	var from string
	if narrow {
		from = "ANY(" + l.arg(few) + ") AND " + l.conditions("") + " AND " + o.rest(l)
	} else {
		from = "ANY(ARRAY(" + o.walk(l, q.Offset+q.Limit+1) + "))"
	}
	// OFFSET 0 keeps the planner from walking an index until it meets the numbers.
	sql := fmt.Sprintf(`SELECT %s, %s FROM (SELECT * FROM %s.link l WHERE l.number = %s OFFSET 0) l ORDER BY %s LIMIT %s OFFSET %s`,
		o.keys(), linkColumns, l.schema, from, o.by(), l.arg(q.Limit+1), l.arg(q.Offset))
	rows, _ := l.tx.Query(ctx, sql, l.args...)
	found, err := pgx.CollectRows(rows, o.scan)
	if page.More = len(found) > q.Limit; page.More && q.Limit > 0 {
		found = found[:q.Limit]
		page.Next = found[q.Limit-1].at.String()
	}
	page.Partial = l.partial()
	for _, p := range found {
		page.Links = append(page.Links, p.link)
	}
	return page, err
}

// conditions are all that the filter asks for. Those that could tempt the planner to another index
// than the one that gives the order are hidden from it; indexed is what the index begins with.
func (l *listing) conditions(indexed string) string {
	all := []string{fmt.Sprintf("l.account = %s AND l.status <> 1 AND l.host <> ''", l.arg(clean(l.f.Account)))}
	hidden := func(format string, args ...any) { all = append(all, "("+fmt.Sprintf(format, args...)+") IS TRUE") }
	if indexed != "" {
		all = append(all, indexed)
	}
	if l.f.Host != "" {
		hidden("l.host = %s", l.arg(clean(l.f.Host)))
	}
	if marks := l.marks(); len(marks) > 0 {
		hidden("l.marks @> %s::bigint[]", l.arg(marks))
	}
	if l.f.Search != "" {
		hidden("%s", l.searched())
	}
	if l.f.Destination != "" {
		hidden("l.destination = %s", l.arg(clean(l.f.Destination)))
	}
	if !l.f.CreatedFrom.IsZero() {
		all = append(all, "l.created >= "+l.arg(l.f.CreatedFrom))
	}
	if !l.f.CreatedTo.IsZero() {
		all = append(all, "l.created < "+l.arg(l.f.CreatedTo))
	}
	return strings.Join(append(all, l.life()...), " AND ")
}

// marks are what a link must carry.
func (l *listing) marks() (all []mark) {
	if l.f.Tag != "" {
		all = append(all, markOf(l.f.Account, markTag, l.f.Tag))
	}
	switch {
	case l.f.MetadataKey != "" && l.f.MetadataValue != "":
		all = append(all, markOf(l.f.Account, markValue, l.f.MetadataKey, l.f.MetadataValue))
	case l.f.MetadataKey != "":
		all = append(all, markOf(l.f.Account, markKey, l.f.MetadataKey))
	}
	return all
}

// life are the conditions of where links are in their lives.
func (l *listing) life() []string {
	switch l.f.Life {
	case Any:
		return nil
	case Shown:
		return []string{"NOT l.archived"}
	case Archived:
		return []string{"l.archived"}
	case Disabled:
		return []string{"NOT l.archived", "l.disabled IS TRUE"}
	}
	now := "now()"
	if !l.f.Now.IsZero() {
		now = l.arg(l.f.Now) + "::timestamptz"
	}
	switch l.f.Life {
	case Expired:
		return []string{"NOT l.archived", "(l.expires <= " + now + ") IS TRUE"}
	case Scheduled:
		return []string{"NOT l.archived", "(l.starts > " + now + ") IS TRUE"}
	case Working:
		return []string{"NOT l.archived", "NOT l.disabled", "l.status = 0", "(l.expires <= " + now + ") IS NOT TRUE", "(l.starts > " + now + ") IS NOT TRUE"}
	}
	return []string{"NOT l.archived"}
}

// escapeLike is a text of which LIKE takes every character for itself.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// Count is how many links a list has on all pages. All links of an account, or those that it shows,
// are counted already; otherwise links that match are gone through, all of them.
func (r *Reader) Count(ctx context.Context, f Filter) (n int, err error) {
	err = r.listing(ctx, f, func(ctx context.Context, l *listing) error {
		if l.whole() {
			return l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT coalesce(sum(CASE WHEN $2 THEN links ELSE links - archived END), 0)::bigint
				FROM %s.usage WHERE account = $1`, l.schema), clean(f.Account), f.Life == Any).Scan(&n)
		}
		where, err := l.matching(ctx)
		if err != nil {
			return err
		}
		return l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM %s.link l WHERE %s`, l.schema, where), l.args...).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count links: %w", err)
	}
	return n, nil
}

// whole reports whether nothing narrows the list.
func (l *listing) whole() bool {
	f := l.f
	return (f.Life == Shown || f.Life == Any) && f.Host == "" && f.Tag == "" && f.Search == "" && f.External == "" &&
		f.MetadataKey == "" && f.CreatedFrom.IsZero() && f.CreatedTo.IsZero() && f.Destination == "" && f.Numbers == nil
}

// matching are the conditions that all links of the list meet, and no others.
func (l *listing) matching(ctx context.Context) (string, error) {
	few, narrow, err := l.narrow(ctx, "")
	if err != nil {
		return "", err
	}
	if narrow {
		return "l.number = ANY(" + l.arg(few) + ") AND " + l.conditions(""), nil
	}
	return l.conditions(""), nil
}

// NumbersOf are the links of a list, by number: what is summed up for all of them is summed up by
// number.
func (r *Reader) NumbersOf(ctx context.Context, f Filter) (all []domain.LinkNumber, err error) {
	err = r.listing(ctx, f, func(ctx context.Context, l *listing) error {
		where, err := l.matching(ctx)
		if err != nil {
			return err
		}
		rows, _ := l.tx.Query(ctx, fmt.Sprintf(`SELECT l.number FROM %s.link l WHERE %s ORDER BY l.number`, l.schema, where), l.args...)
		all, err = pgx.CollectRows(rows, pgx.RowTo[domain.LinkNumber])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list link numbers: %w", err)
	}
	return all, nil
}
