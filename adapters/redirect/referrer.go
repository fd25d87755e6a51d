package redirect

import (
	"bytes"
	"strings"

	"github.com/linklog/linklog/domain"
)

// referrer reads a Referer header: the host in lower case without port or user, and the path without query or fragment. Anything that
// isn't an absolute URL with a plausible host is nothing.
func referrer(raw []byte) (host, path string) {
	scheme, rest, ok := bytes.Cut(raw, []byte("://"))
	if !ok || len(scheme) == 0 || len(scheme) > 32 {
		return "", ""
	}
	end := bytes.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, rest := rest[:end], rest[end:]
	if at := bytes.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	name := withoutPort(authority)
	if len(name) == 0 || len(name) > domain.MaxReferrer || !hostText(name) {
		return "", ""
	}
	if end := bytes.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.ToLower(view(name)), tidy(rest, domain.MaxReferrer)
}

// withoutPort cuts the port and a trailing dot off the host of a URL or a Host header.
func withoutPort(authority []byte) []byte {
	if len(authority) > 0 && authority[0] == '[' {
		if end := bytes.IndexByte(authority, ']'); end >= 0 {
			return authority[:end+1]
		}
	}
	if colon := bytes.IndexByte(authority, ':'); colon >= 0 {
		authority = authority[:colon]
	}
	return bytes.TrimSuffix(authority, []byte("."))
}

// hostText reports whether b has only what host names and IP literals are written with.
func hostText(b []byte) bool {
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '-', c == '_', c == '[', c == ']', c == ':':
		default:
			return false
		}
	}
	return true
}
