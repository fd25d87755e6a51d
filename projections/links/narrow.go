package links

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"
)

// fewLinks is how many links are looked at one by one. A condition that more links meet is met by so
// many that walking an index until a page is full doesn't take long either, in an account of a
// million.
const fewLinks = 3000

// last sorts behind every other letter.
const last = "\U0010FFFF"

// way finds the links that meet one condition, at most l.few and one more.
type way func(ctx context.Context, l *listing) ([]int64, error)

// narrow looks for a condition that few links meet, and reads those. It finds none in accounts that
// have not many links at all.
func (l *listing) narrow(ctx context.Context, by Sort) (numbers []int64, narrow bool, err error) {
	if l.f.Numbers != nil {
		for _, n := range l.f.Numbers {
			numbers = append(numbers, signed(n))
		}
		return numbers, true, nil
	}
	if l.f.External != "" { // of which there is one on a domain
		numbers, err = l.numbers(ctx, `SELECT link FROM %[1]s.external WHERE account = $1 AND id = $2`, clean(l.f.Account), short(clean(l.f.External)))
		return numbers, true, err
	}
	var all int
	err = l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT coalesce(sum(links), 0)::bigint FROM %s.usage WHERE account = $1`, l.schema), clean(l.f.Account)).Scan(&all)
	if err != nil || all <= l.few {
		return nil, false, err
	}
	for _, w := range l.ways(by) {
		numbers, err := w(ctx, l)
		if err != nil || len(numbers) <= l.few {
			return numbers, err == nil, err
		}
	}
	return nil, false, nil
}

// ways to narrow the list, the most promising first.
func (l *listing) ways(by Sort) (all []way) {
	if l.f.Destination != "" {
		all = append(all, byDestination)
	}
	if len(l.marks()) > 0 {
		all = append(all, byMarks)
	}
	if l.f.Host != "" && by != BySlugText {
		all = append(all, byHost)
	}
	switch l.f.Life {
	case Archived:
		all = append(all, byCondition("l.archived"))
	case Disabled:
		all = append(all, byCondition("l.disabled"))
	case Expired:
		all = append(all, byCondition("l.expires <= coalesce($3::timestamptz, now())"))
	case Scheduled:
		all = append(all, byCondition("l.starts > coalesce($3::timestamptz, now())"))
	}
	if by != ByCreated && (!l.f.CreatedFrom.IsZero() || !l.f.CreatedTo.IsZero()) {
		all = append(all, byPeriod)
	}
	if l.f.Search != "" {
		all = append(all, bySearch)
	}
	return all
}

const ofAccountSQL = `SELECT l.number FROM %[1]s.link l WHERE l.account = $1 AND l.status <> 1 AND l.host <> ''`

func byDestination(ctx context.Context, l *listing) ([]int64, error) {
	return l.numbers(ctx, ofAccountSQL+` AND `+linkAddress+` = `+fmt.Sprintf(addressKey, "$3::text")+` AND l.destination = $3 LIMIT $2`,
		clean(l.f.Account), l.few+1, clean(l.f.Destination))
}

func byHost(ctx context.Context, l *listing) ([]int64, error) {
	return l.numbers(ctx, ofAccountSQL+` AND l.host = $3 ORDER BY `+slugKey+` LIMIT $2`, clean(l.f.Account), l.few+1, clean(l.f.Host))
}

// byCondition finds links that meet the condition of a partial index.
func byCondition(condition string) way {
	return func(ctx context.Context, l *listing) ([]int64, error) {
		return l.numbers(ctx, ofAccountSQL+` AND ($3::timestamptz IS NULL OR true) AND `+condition+` LIMIT $2`,
			clean(l.f.Account), l.few+1, moment(l.f.Now))
	}
}

func byPeriod(ctx context.Context, l *listing) ([]int64, error) {
	if l.f.Life == Any {
		return make([]int64, l.few+1), nil // no one index has them all
	}
	archived := "NOT l.archived"
	if l.f.Life == Archived {
		archived = "l.archived"
	}
	return l.numbers(ctx, ofAccountSQL+` AND `+archived+` AND l.created >= coalesce($3::timestamptz, '-infinity') AND l.created < coalesce($4::timestamptz, 'infinity') LIMIT $2`,
		clean(l.f.Account), l.few+1, moment(l.f.CreatedFrom), moment(l.f.CreatedTo))
}

// byMarks asks the counts first: the index of marks reads all links that carry one before it gives
// the first.
func byMarks(ctx context.Context, l *listing) ([]int64, error) {
	marks := l.marks()
	var least int64
	err := l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT coalesce(min(n), 0) FROM (SELECT mark.mark, coalesce(sum(m.links), 0)::bigint AS n
		FROM unnest($2::bigint[]) AS mark (mark) LEFT JOIN %s.mark m ON m.account = $1 AND m.mark = mark.mark GROUP BY 1) AS counts`, l.schema),
		clean(l.f.Account), marks).Scan(&least)
	if err != nil || least > int64(l.few) {
		return make([]int64, l.few+1), err
	}
	return l.carrying(ctx, marks)
}

// carrying are links that carry marks, which hold the account.
func (l *listing) carrying(ctx context.Context, marks []mark) ([]int64, error) {
	return l.numbers(ctx, `SELECT l.number FROM %[1]s.link l WHERE l.marks @> $1::bigint[] LIMIT $2`, marks, l.few+1)
}

// bySearch finds links whose title holds the text, whose slug or destination begins with it, and
// among the newest those that hold it anywhere.
func bySearch(ctx context.Context, l *listing) ([]int64, error) {
	text := foldTitle(l.f.Search)
	found, err := l.newest(ctx, text, l.few/10)
	if err != nil || len(found) > l.few/200 {
		return make([]int64, l.few+1), err // so many will be met on the way
	}
	if found, err = l.newest(ctx, text, l.few); err != nil {
		return nil, err
	}
	hosts, err := l.hosts(ctx)
	if err != nil {
		return nil, err
	}
	address := func(begins string) func() ([]int64, error) {
		return func() ([]int64, error) {
			return l.numbers(ctx, ofAccountSQL+` AND `+linkAddress+` >= $3 AND `+linkAddress+` < $4 LIMIT $2`,
				clean(l.f.Account), l.few+1, begins, begins+last)
		}
	}
	queries := []func() ([]int64, error){
		func() ([]int64, error) {
			return l.numbers(ctx, `SELECT w.number FROM unnest($2::text[]) AS of (host), LATERAL (SELECT l.number FROM %[1]s.link l
				WHERE l.account = $1 AND l.status <> 1 AND l.host <> '' AND l.host = of.host AND `+slugKey+` >= $3 AND `+slugKey+` < $4
				LIMIT $5) w LIMIT $5`, clean(l.f.Account), hosts, text, text+last, l.few+1)
		},
		address(text), address("www." + text),
		func() ([]int64, error) { return l.titled(ctx, text) },
	}
	for _, query := range queries {
		more, err := query()
		if err != nil || len(more) > l.few {
			return more, err
		}
		found = append(found, more...)
	}
	l.partial = true
	slices.Sort(found)
	return slices.Compact(found), nil
}

// newest are those of the n newest links that hold a text anywhere.
func (l *listing) newest(ctx context.Context, text string, n int) ([]int64, error) {
	return l.numbers(ctx, `SELECT number FROM (SELECT number, slug, destination, title FROM %[1]s.link l
		WHERE l.account = $1 AND l.status <> 1 AND l.host <> '' AND NOT l.archived ORDER BY l.created DESC, l.number DESC LIMIT $2) AS newest
		WHERE lower(slug) LIKE $3 OR lower(destination) LIKE $3 OR title LIKE $3`, clean(l.f.Account), n, "%"+escapeLike(text)+"%")
}

// titled are links whose title holds all letters of a text; of less than three, that begins with it.
func (l *listing) titled(ctx context.Context, text string) ([]int64, error) {
	if utf8.RuneCountInString(text) < 3 {
		return l.numbers(ctx, ofAccountSQL+` AND l.title <> '' AND l.title >= $3 AND l.title < $4 LIMIT $2`, clean(l.f.Account), l.few+1, text, text+last)
	}
	var marks []mark
	for t := range trigrams(text) {
		marks = append(marks, markOf(l.f.Account, markTrigram, t))
	}
	return l.carrying(ctx, marks)
}
