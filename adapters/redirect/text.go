package redirect

import (
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// view is b as a string without a copy: true only as long as the request's memory is.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// tidy is what a click keeps of a text that a stranger chose: at most limit bytes of valid UTF-8 without control characters, which no
// codec or table downstream can choke on. It copies only if it must.
func tidy(b []byte, limit int) string {
	if len(b) > limit {
		b = b[:cutAt(b, limit)]
	}
	if printable(b) {
		return view(b)
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, string(b))
}

// cutAt is the last place at or before limit that doesn't split a character.
func cutAt(b []byte, limit int) int {
	for at := limit; at > limit-utf8.UTFMax && at > 0; at-- {
		if utf8.RuneStart(b[at]) {
			return at
		}
	}
	return limit
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
