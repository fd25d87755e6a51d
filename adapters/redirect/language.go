package redirect

import (
	"bytes"
	"strings"
)

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
