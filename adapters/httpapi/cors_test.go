package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
)

// call sends a request of a page's.
func call(t *testing.T, h http.Handler, method, target, origin string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	r.Header.Set("Origin", origin)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// TestPagesElsewhere: pages of named origins may call every API with a key, others may not, and
// without any named nothing is said of it.
func TestPagesElsewhere(t *testing.T) {
	t.Parallel()
	const origin, wants = "https://app.example", "Access-Control-Request-Method"
	for name, c := range map[string]struct {
		origins []string
		origin  string
		allowed string
	}{
		"named":     {[]string{"https://other.example", origin}, origin, origin},
		"not named": {[]string{"https://other.example"}, origin, ""},
		"all":       {[]string{"*"}, origin, "*"},
		"none":      {nil, origin, ""},
		"a part":    {[]string{origin}, origin + ".evil.example", ""},
		"null":      {[]string{origin}, "null", ""},
	} {
		w := httpapitest.New()
		w.Origins = c.origins
		s := dialects(t, w)
		for _, target := range []string{"/v1/links", "/linkpack/api/v1/shorten", "/smartlinks/v1/links/link_1", "/spotify/api/links"} {
			rec := call(t, s, "OPTIONS", target, c.origin, wants, "POST", "Access-Control-Request-Headers", "authorization")
			h := rec.Header()
			if got := h.Get("Access-Control-Allow-Origin"); got != c.allowed || (rec.Code == http.StatusNoContent && h.Get("Access-Control-Allow-Headers") != "") != (c.allowed != "") {
				t.Errorf("%s: %s: %d %v", name, target, rec.Code, h)
			}
		}
		rec := call(t, s, "GET", "/v1/links", c.origin, "Authorization", "Bearer ann")
		h := rec.Header()
		if rec.Code != http.StatusOK || h.Get("Access-Control-Allow-Origin") != c.allowed || (h.Get("Access-Control-Expose-Headers") == "") != (c.allowed == "") {
			t.Errorf("%s: %d %v", name, rec.Code, h)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" || c.allowed != "" && len(w.Spent) != 1 {
			t.Errorf("%s: a cookie is asked for, or preflights are counted: %v %v", name, h, w.Spent)
		}
	}
}
