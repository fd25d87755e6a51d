package domain

import (
	"net/url"
	"strings"
)

// writing is a destination while things are added to it.
type writing struct {
	strings.Builder

	asks  bool // the question mark is there
	fresh bool // nothing follows it, or an ampersand did
	utm   [len(utmNames)]bool
}

// path writes a URL's beginning with what followed the slug behind its path.
func (w *writing) path(base, extra string) {
	if strings.Trim(extra, "/") == "" {
		w.WriteString(base)
		return
	}
	w.WriteString(strings.TrimRight(base, "/"))
	for segment := range strings.SplitSeq(extra, "/") {
		if segment != "" {
			w.WriteByte('/')
			w.escaped(segment, "?#")
		}
	}
	if strings.HasSuffix(extra, "/") {
		w.WriteByte('/')
	}
}

// own writes the destination's own parameters as they are, with the link's UTM values in place of
// theirs.
func (w *writing) own(query string, utm [len(utmNames)]string) {
	first := true
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		i := utmIndex(name)
		replaced := i >= 0 && utm[i] != ""
		if replaced && w.utm[i] {
			continue
		}
		if !first {
			w.WriteByte('&')
		}
		if replaced {
			w.addUTM(i, utm[i])
		} else {
			w.WriteString(pair)
		}
		first, w.fresh = false, pair == ""
	}
}

// visitors writes the visitor's parameters that the owner has not set.
func (w *writing) visitors(query, own string, utm [len(utmNames)]string) {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, _, _ := strings.Cut(pair, "=")
		if pair == "" || hasName(own, name) {
			continue
		}
		if i := utmIndex(name); i >= 0 {
			if utm[i] != "" || w.utm[i] {
				continue
			}
			w.utm[i] = true
		}
		w.next()
		w.escaped(pair, "#")
	}
}

func (w *writing) addUTM(i int, value string) {
	w.utm[i] = true
	w.WriteString(utmNames[i])
	w.WriteByte('=')
	w.WriteString(url.QueryEscape(value))
}

// next writes what separates a parameter from what is there.
func (w *writing) next() {
	switch {
	case !w.asks:
		w.WriteByte('?')
	case !w.fresh:
		w.WriteByte('&')
	}
	w.asks, w.fresh = true, false
}

// escaped is for what strangers wrote: besides what must be, the bytes in special are encoded, and
// a percent sign that encodes nothing.
func (w *writing) escaped(s, special string) {
	for i := range len(s) {
		c := s[i]
		_, n := decode(s[i:])
		if mustEscape(c) || c == '%' && n == 1 || strings.IndexByte(special, c) >= 0 {
			w.WriteByte('%')
			w.WriteByte(upperHex[c>>4])
			w.WriteByte(upperHex[c&15])
		} else {
			w.WriteByte(c)
		}
	}
}
