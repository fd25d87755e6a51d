package domain

import "strings"

const upperHex = "0123456789ABCDEF"

// escape percent-encodes what is not allowed in a URL and leaves everything else alone: a
// destination must reach its server the way its owner wrote it.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; mustEscape(c) {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func mustEscape(c byte) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0
}

// decode is the byte that a text begins with, and how many it is written with.
func decode(s string) (c byte, n int) {
	if s[0] == '%' && len(s) > 2 {
		high, ok1 := hexDigit(s[1])
		low, ok2 := hexDigit(s[2])
		if ok1 && ok2 {
			return high<<4 | low, 3
		}
	}
	return s[0], 1
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// decodeQuery is decode for a part of a query, where a plus is a space.
func decodeQuery(s string) (c byte, n int) {
	if s[0] == '+' {
		return ' ', 1
	}
	return decode(s)
}

// unescape decodes what is percent-encoded and lets stray percent signs stand.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for s != "" {
		c, n := decode(s)
		b, s = append(b, c), s[n:]
	}
	return string(b)
}

// spells reports whether an escaped part of a query stands for text.
func spells(escaped, text string) bool {
	for ; escaped != ""; text = text[1:] {
		c, n := decodeQuery(escaped)
		if text == "" || text[0] != c {
			return false
		}
		escaped = escaped[n:]
	}
	return text == ""
}

// sameName reports whether two escaped names of parameters are one to a server that doesn't tell
// capitals from small letters.
func sameName(a, b string) bool {
	for a != "" && b != "" {
		x, n := decodeQuery(a)
		y, m := decodeQuery(b)
		if lower(x) != lower(y) {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
