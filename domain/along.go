package domain

import "strings"

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
	rest, fragment, marked := strings.Cut(string(to), "#")
	base, own, asks := strings.Cut(rest, "?")
	var w writing
	w.Grow(len(to) + len(e.path) + len(e.query) + e.utmRoom())
	w.path(base, e.path)
	if asks {
		w.WriteByte('?')
	}
	w.asks, w.fresh = asks, true
	w.own(own, e.utm)
	w.visitors(e.query, own, e.utm)
	for i, value := range e.utm {
		if value != "" && !w.utm[i] {
			w.next()
			w.addUTM(i, value)
		}
	}
	if marked {
		w.WriteByte('#')
		w.WriteString(fragment)
	}
	return Destination(w.String()), w.Len() <= MaxURL
}

// utmRoom is about how long the UTM parameters are.
func (e *extension) utmRoom() int {
	n := 0
	for i, value := range e.utm {
		if value != "" {
			n += len("&=") + len(utmNames[i]) + len(value)
		}
	}
	return n
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
