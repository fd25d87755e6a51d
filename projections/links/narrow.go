package links

import (
	"context"
	"fmt"
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
	if l.f.Search != "" {
		if err := l.look(ctx); err != nil {
			return nil, false, fmt.Errorf("read the newest links: %w", err)
		}
	}
	for _, w := range l.ways(by) {
		numbers, err := w(ctx, l)
		if err != nil || len(numbers) <= l.few {
			return numbers, err == nil, err
		}
	}
	if l.f.Search != "" {
		return l.search(ctx)
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
