package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/linkpack"
	"github.com/linklog/linklog/adapters/httpapi/linxly"
	"github.com/linklog/linklog/adapters/httpapi/smartlinks"
	"github.com/linklog/linklog/adapters/httpapi/spotify"
	"github.com/linklog/linklog/domain"
)

// Every route, asked with each scope alone and with all, is refused unless that is all it needs. In Link
// Pack's table, which has no 403, what a key may not do is 400.
func TestScopes(t *testing.T) {
	for _, c := range []struct {
		request string
		needs   domain.Scopes // 0: nothing
	}{
		{"GET /v1/links", domain.ScopeRead},
		{"GET /v1/account", domain.ScopeRead},
		{"GET /v1/domains", domain.ScopeRead},
		{"GET /v1/links/lnk_1x2y3z/qr", domain.ScopeRead},
		{"GET /v1/links/lnk_1x2y3z/analytics", domain.ScopeAnalytics},
		{"GET /v1/links/lnk_1x2y3z/clicks", domain.ScopeAnalytics},
		{"GET /v1/analytics/export", domain.ScopeAnalytics},
		{"POST /v1/links", domain.ScopeWrite},
		{"PATCH /v1/links/lnk_1x2y3z", domain.ScopeWrite},
		{"DELETE /v1/links/lnk_1x2y3z", domain.ScopeWrite},
		{"POST /v1/domains", domain.ScopeDomains},
		{"PATCH /v1/domains/go.example.com", domain.ScopeDomains},
		{"GET /v1/webhooks", domain.ScopeRead | domain.ScopeWrite | domain.ScopeAnalytics},
		{"POST /v1/webhooks", domain.ScopeRead | domain.ScopeWrite | domain.ScopeAnalytics},
		{"DELETE /v1/webhooks/wh_1", domain.ScopeRead | domain.ScopeWrite | domain.ScopeAnalytics},
		{"POST /linkpack/api/v1/shorten", domain.ScopeWrite},
		{"GET /linkpack/api/v1/stats/abc", domain.ScopeAnalytics},
		{"GET /linxly/v1/client/short-links", domain.ScopeRead},
		{"DELETE /linxly/v1/client/short-links/abc", domain.ScopeWrite},
		{"POST /spotify/api/links", domain.ScopeWrite},
		{"GET /spotify/api/links", domain.ScopeRead},
		{"POST /spotify/api/expand", 0},
		{"POST /smartlinks/v1/qr-codes", domain.ScopeRead},
		{"GET /smartlinks/v1/analytics/link_abc", domain.ScopeAnalytics},
	} {
		t.Run(c.request, func(t *testing.T) {
			for _, has := range []domain.Scopes{domain.ScopeRead, domain.ScopeWrite, domain.ScopeAnalytics, domain.ScopeDomains, domain.AllScopes &^ domain.ScopeDomains} {
				w := httpapitest.New()
				w.Scopes = has
				got := ask(t, dialects(t, w), c.request, "Authorization", "Bearer eve")
				refused := (got.Code == http.StatusForbidden || got.Code == http.StatusBadRequest) && strings.Contains(got.Body.String(), "lacks the scope "+(c.needs&^has).String()+",")
				if want := !has.Has(c.needs); refused != want {
					t.Errorf("with %s: %d %s, want refused %t", has, got.Code, got.Body, want)
				}
			}
		})
	}
}

func dialects(tb testing.TB, w *httpapitest.World) *httpapi.Server {
	tb.Helper()
	return w.Server(tb,
		func(s *httpapi.Server) httpapi.Dialect { return linkpack.New(s, linkpack.Options{}) }, linxly.New,
		func(s *httpapi.Server) httpapi.Dialect { return spotify.New(s, spotify.Options{}) },
		func(s *httpapi.Server) httpapi.Dialect {
			return smartlinks.New(s, smartlinks.Options{Secret: []byte("s")})
		})
}

// ask sends a request like "GET /v1/links" with headers.
func ask(tb testing.TB, h http.Handler, request string, headers ...string) *httptest.ResponseRecorder {
	tb.Helper()
	method, path, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(tb.Context(), method, path, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestSessionsReadTheNativeAPI(t *testing.T) {
	sessions := func(r *http.Request) (domain.Caller, bool) {
		c, err := r.Cookie("linklog_session")
		return domain.Caller{Account: "acc_ann", Key: "usr_ann", Plan: domain.Enterprise, Scopes: domain.ScopeRead}, err == nil && c.Value == "good"
	}
	w := httpapitest.New()
	w.Sessions, w.Pages = sessions, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	s := dialects(t, w)
	for _, c := range []struct {
		request, site, cookie string
		want                  int
	}{
		{"GET /v1/links", "same-origin", "good", http.StatusOK},
		{"GET /v1/links", "none", "good", http.StatusOK},
		{"GET /v1/links", "", "good", http.StatusOK},
		{"GET /v1/links", "same-origin", "bad", http.StatusUnauthorized},
		{"GET /v1/webhooks", "same-origin", "good", http.StatusUnauthorized},
		{"GET /v1/webhooks/whk_1", "same-origin", "good", http.StatusUnauthorized},
		{"GET /v1/links", "cross-site", "good", http.StatusUnauthorized},
		{"GET /v1/links", "same-site", "good", http.StatusUnauthorized},
		{"POST /v1/links", "same-origin", "good", http.StatusUnauthorized},
		{"DELETE /v1/links/lnk_1x2y3z", "same-origin", "good", http.StatusUnauthorized},
		{"GET /v1/analytics", "same-origin", "good", http.StatusForbidden},
		{"GET /linxly/v1/client/short-links", "same-origin", "good", http.StatusUnauthorized},
		{"GET /v1/nothing", "same-origin", "good", http.StatusNotFound},
		{"GET /linxly/nothing", "same-origin", "good", http.StatusUnauthorized},
		{"GET /openapi/", "", "", http.StatusOK},
		{"GET /", "", "", http.StatusTeapot},
		{"POST /v1x", "", "", http.StatusTeapot},
	} {
		if got := ask(t, s, c.request, "Sec-Fetch-Site", c.site, "Cookie", "linklog_session="+c.cookie); got.Code != c.want {
			t.Errorf("%s from %q with a %q cookie: %d %s, want %d", c.request, c.site, c.cookie, got.Code, got.Body, c.want)
		} else if kept := got.Header().Get("Cache-Control"); c.want == http.StatusOK && c.cookie == "good" && kept != "no-store" {
			t.Errorf("%s may be kept: %q", c.request, kept)
		}
	}
	if got := ask(t, s, "GET /v1/links", "Cookie", "linklog_session=good", "Authorization", "Bearer nobody"); got.Code != http.StatusUnauthorized {
		t.Errorf("a wrong key was made good by a cookie: %d", got.Code)
	}
}

func TestWithoutPagesThereIsNothing(t *testing.T) {
	if got := ask(t, httpapitest.New().Server(t), "GET /"); got.Code != http.StatusNotFound {
		t.Errorf("got %d", got.Code)
	}
}
