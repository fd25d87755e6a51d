package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// hasAPI reports whether a path is an API's, and no page's.
func (s *Server) hasAPI(path string) bool {
	under := func(prefix string) bool {
		rest, ok := strings.CutPrefix(path, prefix)
		return ok && (rest == "" || rest[0] == '/')
	}
	for _, d := range s.dialects {
		if under("/" + d.Name) {
			return true
		}
	}
	return under("/v1") || s.openAPI != nil && under("/openapi")
}

// signedIn is who reads the native API with the cookie of a session. Nothing is changed that way,
// and no other site gets anything: a browser sends cookies whoever made it send the request. Webhooks
// are left out: a role says what somebody may do with links, and webhooks are their owners' alone.
func (s *Server) signedIn(c echo.Context) domain.Caller {
	r := c.Request()
	if s.sessions == nil || dialectOf(c) != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return domain.Caller{}
	}
	if path := c.Path(); path == "/v1/webhooks" || strings.HasPrefix(path, "/v1/webhooks/") {
		return domain.Caller{}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin": // the first from what is no browser, or an old one
	default:
		return domain.Caller{}
	}
	if who, ok := s.sessions(r); ok {
		c.Response().Header().Set(echo.HeaderCacheControl, "no-store") // caches know keys for what they are, but not cookies
		return who
	}
	return domain.Caller{}
}
