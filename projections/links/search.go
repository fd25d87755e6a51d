package links

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// frontier is the oldest of the links in which a text is looked for letter by letter.
type frontier struct {
	created time.Time
	number  int64
}

// searched is the condition that a link holds the text: anywhere in its title (one or two letters, in
// a large account, at its beginning); anywhere in its slug or address, in a large account only if it
// is one of the newest; or in words that begin like those of the text.
func (l *listing) searched() string {
	text := foldTitle(l.f.Search)
	like := func(text string) string { return l.arg("%" + escapeLike(text) + "%") }
	whole := like(text)
	anywhere := fmt.Sprintf("lower(l.slug) LIKE %[1]s OR lower(l.destination) LIKE %[1]s", whole)
	if y := l.young; y != nil {
		anywhere = fmt.Sprintf("NOT l.archived AND (l.created, l.number) >= (%s, %s) AND (%s)", l.arg(y.created), l.arg(y.number), anywhere)
	}
	title := whole
	if l.young != nil && tiny(text) {
		title = l.arg(escapeLike(text) + "%")
	}
	condition := fmt.Sprintf("l.title LIKE %s OR %s", title, anywhere)
	if all := words(text); len(all) > 0 {
		longest := slices.MaxFunc(all, func(a, b string) int { return len(a) - len(b) })
		// Taking a link apart costs more than seeing that it doesn't hold the letters.
		condition += fmt.Sprintf(" OR (lower(l.slug || ' ' || l.destination) || ' ' || l.title LIKE %s AND %s @@ %s::tsquery)",
			like(longest), wordsSQL, l.arg(wordQuery(l.f.Account, all)))
	}
	return condition
}

// search looks for the few links that hold the text, in a large account. They are not few if many
// of the newest hold it otherwise than among letters, or too many do in all: then they are met soon
// by walking an index.
func (l *listing) search(ctx context.Context) (numbers []int64, narrow bool, err error) {
	text := foldTitle(l.f.Search)
	rare, common, err := l.sample(ctx, text)
	if err != nil || common {
		return nil, false, err
	}
	for _, query := range []func() ([]int64, error){
		func() ([]int64, error) { return l.worded(ctx, rare) },
		func() ([]int64, error) { return l.titled(ctx, text) },
		func() ([]int64, error) { return l.newest(ctx, text) },
	} {
		more, err := query()
		if err != nil || len(more) > l.few {
			return nil, false, err
		}
		numbers = append(numbers, more...)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), true, nil
}

// look finds out how far back a text is looked for letter by letter.
func (l *listing) look(ctx context.Context) error {
	l.young = &frontier{created: time.UnixMicro(firstTime)}
	err := l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT l.created, l.number FROM %s.link l WHERE l.account = $1 AND l.status <> 1 AND l.host <> '' AND NOT l.archived
		ORDER BY l.created DESC, l.number DESC OFFSET $2 LIMIT 1`, l.schema), clean(l.f.Account), l.few-1).Scan(&l.young.created, &l.young.number)
	if errors.Is(err, pgx.ErrNoRows) { // the others are archived
		return nil
	}
	return err
}

// sample looks at some of the newest links: whether many of them hold the text in their words or
// title, and which of its words few do. (The index goes through all that have a common word, so it
// is better not asked for one.)
func (l *listing) sample(ctx context.Context, text string) (rare []string, common bool, err error) {
	all := words(text)
	args := []any{clean(l.f.Account), l.few / 10, "%" + escapeLike(text) + "%", wordQuery(l.f.Account, all)}
	held := make([]int, 1+len(all)) // by how many: the text, each word
	into := []any{&held[0]}
	asked := []string{"count(*) FILTER (WHERE l.title LIKE $3 OR l.words @@ $4::tsquery)"}
	for i, w := range all {
		args, into = append(args, wordQuery(l.f.Account, []string{w})), append(into, &held[1+i])
		asked = append(asked, fmt.Sprintf("count(*) FILTER (WHERE l.words @@ $%d::tsquery)", len(args)))
	}
	err = l.tx.QueryRow(ctx, fmt.Sprintf(`SELECT %[3]s FROM (SELECT title, %[2]s AS words FROM %[1]s.link
		WHERE account = $1 AND status <> 1 AND host <> '' AND NOT archived ORDER BY created DESC, number DESC LIMIT $2) AS l`,
		l.schema, wordsSQL, strings.Join(asked, ", ")), args...).Scan(into...)
	if err != nil {
		return nil, false, fmt.Errorf("sample the newest links: %w", err)
	}
	many := l.few / 200
	for i, w := range all {
		if held[1+i] <= many {
			rare = append(rare, w)
		}
	}
	if len(rare) == 0 { // at least the rarest
		rare = all
	}
	return rare, held[0] > many, nil
}

// worded are links with a word that begins like each of some words.
func (l *listing) worded(ctx context.Context, all []string) ([]int64, error) {
	if len(all) == 0 {
		return nil, nil
	}
	return l.numbers(ctx, `SELECT l.number FROM %[1]s.link l WHERE l.status <> 1 AND l.host <> '' AND `+wordsSQL+` @@ $1::tsquery LIMIT $2`,
		wordQuery(l.f.Account, all), l.few+1)
}

// titled are links whose title holds all letters of a text; of less than three, that begins with it.
func (l *listing) titled(ctx context.Context, text string) ([]int64, error) {
	if tiny(text) {
		return l.numbers(ctx, ofAccountSQL+` AND l.title <> '' AND l.title >= $3 AND l.title < $4 LIMIT $2`, clean(l.f.Account), l.few+1, text, text+last)
	}
	var marks []mark
	for t := range trigrams(text) {
		marks = append(marks, markOf(l.f.Account, markTrigram, t))
	}
	return l.carrying(ctx, marks)
}

// tiny reports whether a text has no three letters, by which titles are found.
func tiny(text string) bool { return utf8.RuneCountInString(text) < 3 }

// newest are those of the newest links that hold a text anywhere.
func (l *listing) newest(ctx context.Context, text string) ([]int64, error) {
	return l.numbers(ctx, ofAccountSQL+` AND NOT l.archived AND (l.created, l.number) >= ($3, $4) AND (lower(slug) LIKE $5 OR lower(destination) LIKE $5) LIMIT $2`,
		clean(l.f.Account), l.few+1, l.young.created, l.young.number, "%"+escapeLike(text)+"%")
}

// carrying are links that carry marks, which hold the account.
func (l *listing) carrying(ctx context.Context, marks []mark) ([]int64, error) {
	return l.numbers(ctx, `SELECT l.number FROM %[1]s.link l WHERE l.marks @> $1::bigint[] LIMIT $2`, marks, l.few+1)
}

// partial reports whether a text is not looked for letter by letter everywhere.
func (l *listing) partial() bool { return l.young != nil && strings.TrimSpace(l.f.Search) != "" }
