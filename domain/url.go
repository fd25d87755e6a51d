package domain

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// MaxURL is the longest destination we keep, in bytes after normalisation.
const MaxURL = 2048

// Destination is a URL a link may lead to: http or https, a host in ASCII, no user
// information, nothing a header could not carry. Path, query and fragment stay as they were
// given, but for bytes that must be percent-encoded.
type Destination string

// ParseDestination checks and normalises a destination. Every refusal is InvalidURL and
// names the field "url".
func ParseDestination(raw string) (Destination, error) {
	if err := plainText(raw); err != nil {
		return "", err
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return "", badURL("url must include its protocol, as in https://example.com")
	}
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" {
		return "", badURL("url must start with http:// or https://")
	}
	if _, err := url.Parse(raw); err != nil {
		return "", badURL("url is malformed")
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority := rest[:end]
	if strings.Contains(authority, "@") {
		return "", badURL("url must not carry a user name or password")
	}
	host, port, err := splitHost(authority)
	if err != nil {
		return "", badURL("url must name a valid host")
	}
	if port != "" {
		port = ":" + port
	}
	d := scheme + "://" + string(host) + port + escape(rest[end:])
	if len(d) > MaxURL {
		return "", badURL("url must be at most 2048 bytes long")
	}
	return Destination(d), nil
}

// Host is the destination's host, without its port.
func (d Destination) Host() Host {
	_, rest, _ := strings.Cut(string(d), "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	h, _, err := splitHost(rest)
	if err != nil {
		return ""
	}
	return h
}

func badURL(message string) *Error {
	return &Error{Code: InvalidURL, Field: "url", Message: message}
}

// plainText refuses what no URL may contain, before anything tries to read it.
func plainText(raw string) error {
	switch {
	case raw == "":
		return badURL("url is required")
	case len(raw) > 4*MaxURL:
		return badURL("url must be at most 2048 bytes long")
	case !utf8.ValidString(raw):
		return badURL("url must be valid UTF-8")
	case strings.ContainsFunc(raw, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }):
		return badURL("url must not contain control characters")
	case strings.TrimSpace(raw) != raw:
		return badURL("url must not begin or end with a space")
	}
	return nil
}
