package links

import (
	"fmt"
	"strings"

	"github.com/linklog/linklog/domain"
)

// Words are what lies between characters of ASCII that are neither letters nor digits. Links are
// found by how their words begin, through an index over an expression: so a link's row, and what
// writes it, know nothing of it. The account stands in front of each word, so that one account's
// links are found without looking at those of others.
const wordsSQL = `array_to_tsvector(string_to_array(left(account, 40) || '.' || replace(regexp_replace(
	lower(left(slug, 100)) || ' ' || lower(left(substr(destination, strpos(destination, '://') + 3), 500)) || ' ' || title,
	'[\x01-/:-@[-` + "`" + `{-\x7f]+', ' ', 'g'), ' ', ' ' || left(account, 40) || '.'), ' '))`

// wordIndexSQL holds back less than Postgres would by itself: what is held back every search reads.
const wordIndexSQL = `
CREATE INDEX link_by_word ON link USING gin ((` + wordsSQL + `)) WITH (gin_pending_list_limit = 512) WHERE status <> 1 AND host <> '';
`

// maxWords is how many words of a text are looked for.
const maxWords = 8

// words are those of a text that is folded already.
func words(text string) []string {
	all := strings.FieldsFunc(text, func(r rune) bool {
		return r < 0x80 && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	return all[:min(len(all), maxWords)]
}

// wordQuery asks for links of an account in which each of some words is the beginning of one.
func wordQuery(account domain.AccountID, all []string) string {
	owner := []rune(clean(account))
	quote := strings.NewReplacer(`'`, `''`, `\`, `\\`)
	terms := make([]string, len(all))
	for i, w := range all {
		terms[i] = fmt.Sprintf(`'%s.%s':*`, quote.Replace(string(owner[:min(len(owner), 40)])), quote.Replace(w))
	}
	return strings.Join(terms, " & ")
}
