package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// permitted lets a caller through who may do what the route does. It says nothing of callers
// without a key: whether those are let in is another question.
func permitted(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if who, want := caller(c), scopeOf(c); who.Account != "" && !who.Scopes.Has(want) {
			return domain.Errorf(domain.Forbidden, "", "The API key lacks the scope %s, which this request needs.", want&^who.Scopes)
		}
		return next(c)
	}
}

// scopeOf is what a request needs to be allowed to, none where there is no such path.
func scopeOf(c echo.Context) domain.Scopes {
	if d := dialectOf(c); d != nil {
		if own, ok := d.Scopes[d.route(c)]; ok {
			return own
		}
	}
	if c.Path() == "" {
		return 0
	}
	return scopeOfRoute(c.Request().Method, c.Path())
}

// scopeOfRoute goes by what routes of all dialects have in common: clicks are to be found at few
// words, and what changes something isn't asked for with GET.
func scopeOfRoute(method, path string) domain.Scopes {
	read := method == http.MethodGet || method == http.MethodHead
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "analytics", part == "clicks", part == "stats":
			return domain.ScopeAnalytics
		case part == "domains" && !read:
			return domain.ScopeDomains
		case part == "webhooks": // they send on what all of these show, and outlive the key
			return domain.ScopeRead | domain.ScopeWrite | domain.ScopeAnalytics
		}
	}
	if read {
		return domain.ScopeRead
	}
	return domain.ScopeWrite
}
