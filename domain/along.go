package domain

import (
	"bytes"
	"net/url"
	"strings"
)

// along adds to a destination what goes along with the visitor: what followed the slug, the
// visitor's parameters, the UTM values. What the owner wrote stays as written, its fragment stays
// at the end, and no parameter of the owner's is set by a visitor. A UTM value of the link takes
// the place of one that the destination has, since two would contradict each other and the
// link's is the one its owner sees beside it. What would make the URL longer than [MaxURL] is left
// out: first what the visitor brought, then the rest.
func (t *Traits) along(to Destination, v *Visit) Destination {
	e := extension{utm: t.UTM.values()}
	if t.ForwardPath && len(v.Path) <= MaxURL && descends(v.Path) {
		e.path = v.Path
	}
	if t.ForwardQuery && len(v.Query) <= MaxURL {
		e.query = v.Query
	}
	if e == (extension{}) {
		return to
	}
	if longer, ok := e.add(to); ok {
		return longer
	}
	e.path, e.query = "", ""
	if longer, ok := e.add(to); ok {
		return longer
	}
	return to
}

// extension is what is to be added to a destination.
type extension struct {
	path, query string // as sent
	utm         [len(utmNames)]string
}

var utmNames = [...]string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"}

// values are in the order of utmNames.
func (u UTM) values() [len(utmNames)]string {
	return [...]string{u.Source, u.Medium, u.Campaign, u.Term, u.Content}
}

// utmIndex is which UTM parameter an escaped name stands for; -1: none.
func utmIndex(name string) int {
	for i, n := range utmNames {
		if sameName(name, n) {
			return i
		}
	}
	return -1
}

// add is the destination with the extension; ok is false if that is too long.
func (e *extension) add(to Destination) (longer Destination, ok bool) {
	var room [MaxURL]byte
	rest, fragment, marked := strings.Cut(string(to), "#")
	base, own, asks := strings.Cut(rest, "?")
	b := appendPath(append(room[:0], base...), e.path)
	if asks {
		b = append(b, '?')
	}
	q := parameters{b: b, fresh: true, asks: asks}
	e.addOwn(&q, own)
	e.addVisitors(&q, own)
	for i, value := range e.utm {
		if value != "" && !q.utm[i] {
			q.addUTM(i, value)
		}
	}
	b = q.b
	if marked {
		b = append(append(b, '#'), fragment...)
	}
	if len(b) > MaxURL {
		return "", false
	}
	return Destination(b), true
}

// addOwn adds the destination's own parameters, with the link's UTM values in place of theirs.
func (e *extension) addOwn(q *parameters, own string) {
	for pair := range strings.SplitSeq(own, "&") {
		name, _, _ := strings.Cut(pair, "=")
		switch i := utmIndex(name); {
		case i < 0 || e.utm[i] == "":
			q.next()
			q.b = append(q.b, pair...)
		case !q.utm[i]:
			q.addUTM(i, e.utm[i])
		}
	}
}

// addVisitors adds the visitor's parameters that the owner has not set.
func (e *extension) addVisitors(q *parameters, own string) {
	for pair := range strings.SplitSeq(e.query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair == "" || hasName(own, name) {
			continue
		}
		if i := utmIndex(name); i >= 0 {
			if e.utm[i] != "" || q.utm[i] {
				continue
			}
			q.utm[i] = true
		}
		q.next()
		q.b = appendEscaped(q.b, pair, "#")
	}
}

// parameters is a URL whose query is being written.
type parameters struct {
	b     []byte
	asks  bool // the question mark is there
	fresh bool // nothing follows it
	utm   [len(utmNames)]bool
}

// next puts what separates a parameter from what is there.
func (q *parameters) next() {
	switch {
	case !q.asks:
		q.b = append(q.b, '?')
	case !q.fresh && q.b[len(q.b)-1] != '&':
		q.b = append(q.b, '&')
	}
	q.asks, q.fresh = true, false
}

func (q *parameters) addUTM(i int, value string) {
	q.next()
	q.utm[i] = true
	q.b = append(append(append(q.b, utmNames[i]...), '='), url.QueryEscape(value)...)
}

// hasName reports whether a query has a parameter that a server may take for name. Some don't
// tell capitals from small letters.
func hasName(query, name string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		if theirs, _, _ := strings.Cut(pair, "="); pair != "" && sameName(theirs, name) {
			return true
		}
	}
	return false
}

// appendPath puts what followed the slug behind a URL's path.
func appendPath(b []byte, path string) []byte {
	if strings.Trim(path, "/") == "" {
		return b
	}
	b = bytes.TrimRight(b, "/")
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" {
			b = appendEscaped(append(b, '/'), segment, "?#")
		}
	}
	if strings.HasSuffix(path, "/") {
		b = append(b, '/')
	}
	return b
}

// descends reports whether a path leads down from where it is put, however often a server
// decodes it and whatever it takes for a slash.
func descends(path string) bool {
	for {
		for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			if name, _, _ := strings.Cut(part, ";"); name == "." || name == ".." {
				return false
			}
		}
		plain := unescape(path)
		if plain == path {
			return true
		}
		path = plain
	}
}
