package httpapi

import (
	"net/http"
	"slices"
	"strings"
)

// What pages of other origins may send and see. They call with a key: a cookie is never asked for.
const (
	corsMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-ID"
	corsExposed = "Command-Fate, ETag, Error-Field, Idempotency-Key, Location, Retry-After, " +
		headerLimit + ", " + headerRemaining + ", " + headerReset + ", X-Request-ID, " + headerWarning
	corsAge = "86400" // seconds; browsers take less
)

// anyOrigin lets every page call.
const anyOrigin = "*"

// shareWith lets a page of another origin see the answer if its origin is one of those that may
// call, and reports whether all it asked is whether it may.
func (s *Server) shareWith(h http.Header, r *http.Request) (preflight bool) {
	if len(s.origins) == 0 {
		return false
	}
	all := slices.Contains(s.origins, anyOrigin)
	if !all {
		h.Add("Vary", "Origin") // for caches, whoever asks
	}
	origin := r.Header.Get("Origin")
	known := func(o string) bool { return strings.EqualFold(o, origin) }
	switch {
	case origin == "":
		return false
	case all:
		h.Set("Access-Control-Allow-Origin", anyOrigin)
	case slices.ContainsFunc(s.origins, known):
		h.Set("Access-Control-Allow-Origin", origin)
	default:
		return false
	}
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposed)
		return false
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsAge)
	return true
}
