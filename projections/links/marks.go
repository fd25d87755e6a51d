package links

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/linklog/linklog/domain"
)

// A mark is a digest of something that a link is found by: a tag, a key of its metadata alone or
// with its value, three letters of its title. The account goes into it, so that one account's
// links are found without looking at those of others. What two marks stand for differs but for a
// chance of one in 2⁶⁴.
type mark = int64

// Kinds of marks.
const (
	markTag      = 't'
	markKey      = 'k'
	markValue    = 'v'
	markTrigram  = '3'
	titleLetters = 200 // of a title are searched and sorted by
)

func markOf(account domain.AccountID, kind byte, parts ...string) mark {
	h := fnv.New64a()
	_, _ = h.Write([]byte(account))
	_, _ = h.Write([]byte{0, kind})
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	return mark(h.Sum64()) //nolint:gosec // all 64 bits, with whatever sign
}

// marked are the marks of one link: all, and of those the ones that are counted, with the name of
// a tag.
type marked struct {
	all     []mark
	counted map[mark]string
}

// marksOf are a link's marks. It has none if nobody may find it.
func marksOf(l *domain.Link) (m marked) {
	if bare(&l.Traits) || !l.Counts() {
		return m
	}
	m.counted = map[mark]string{}
	for _, tag := range l.Tags {
		m.counted[markOf(l.Account, markTag, tag)] = short(clean(tag))
	}
	for key, value := range entries(l.Metadata) {
		m.counted[markOf(l.Account, markKey, key)] = ""
		m.counted[markOf(l.Account, markValue, key, value)] = ""
	}
	for k := range m.counted {
		m.all = append(m.all, k)
	}
	for t := range trigrams(foldTitle(l.Title)) {
		m.all = append(m.all, markOf(l.Account, markTrigram, t))
	}
	slices.Sort(m.all)
	m.all = slices.Compact(m.all)
	if l.Archived {
		m.counted = nil
	}
	return m
}

// entries are the members of metadata: a string's text, any other value as JSON.
func entries(m domain.Metadata) map[string]string {
	var members map[string]json.RawMessage
	if m == "" || json.Unmarshal([]byte(m), &members) != nil {
		return nil
	}
	all := make(map[string]string, len(members))
	for key, raw := range members {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		all[key] = text
	}
	return all
}

// foldTitle is a title as it is searched and sorted by.
func foldTitle(title string) string {
	folded := strings.ToLower(clean(title))
	if utf8.RuneCountInString(folded) > titleLetters {
		folded = string([]rune(folded)[:titleLetters])
	}
	return folded
}

// trigrams yields every three letters that follow each other.
func trigrams(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		letters := []rune(text)
		for i := range len(letters) - 2 {
			if !yield(string(letters[i : i+3])) {
				return
			}
		}
	}
}
