package redirect

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what is read of an Accept-Language header.
const (
	maxLanguages = 16
	maxTag       = 35 // what RFC 5646 asks programs to bear
)

// languages are the tags of an Accept-Language header in lower case, the preferred first, as "de-ch", "de", "en" for
// "de-CH,en;q=0.5,de;q=0.9".
func languages(raw []byte) []string {
	type wish struct {
		tag   string
		worth float64
	}
	var wishes []wish
	for part := range bytes.SplitSeq(raw, []byte(",")) {
		name, parameter, _ := bytes.Cut(part, []byte(";"))
		w := wish{strings.ToLower(view(bytes.TrimSpace(name))), 1}
		if q, ok := bytes.CutPrefix(bytes.TrimSpace(parameter), []byte("q=")); ok {
			w.worth, _ = strconv.ParseFloat(view(q), 64)
		}
		if w.worth > 0 && w.worth <= 1 && languageTag(w.tag) && len(wishes) < maxLanguages {
			wishes = append(wishes, w)
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.worth, a.worth) })
	tags := make([]string, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	return tags
}

func languageTag(s string) bool {
	return s != "" && len(s) <= maxTag && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// language is the primary tag of an Accept-Language header, such as "de" for "de-CH,de;q=0.9": browsers list the preferred one first.
func language(raw []byte) string {
	if end := bytes.IndexAny(raw, ",;-_"); end >= 0 {
		raw = raw[:end]
	}
	raw = bytes.TrimSpace(raw)
	if len(raw) < 2 || len(raw) > 8 {
		return ""
	}
	for _, c := range raw {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return ""
		}
	}
	return strings.ToLower(view(raw))
}
