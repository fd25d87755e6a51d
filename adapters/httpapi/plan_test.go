package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
)

// askAs sends a request with a token and returns the answer.
func askAs(t *testing.T, h http.Handler, token, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	for name, values := range rec.Header() { // they are spelt as documents do
		rec.Header()[http.CanonicalHeaderKey(name)] = values
	}
	return rec
}

// Where a plan fixes destinations, no API changes them, each says so in its own words, and
// everything else of the link goes on being changed.
func TestFixedDestinations(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	free := httpapi.Plans()[domain.Free]
	free.Limits.FixedURLs = true
	w.Plans = map[domain.Plan]httpapi.Plan{domain.Free: free}
	s := dialects(t, w)
	const old, other = "https://open.spotify.com/track/1", "https://open.spotify.com/track/2"
	digits, uuids := map[string]string{}, map[string]string{} // of each caller's links
	for _, token := range []string{"ann", "bob"} {
		rec := askAs(t, s, token, "POST", "/v1/links", `{"url":"`+old+`","custom_slug":"of`+token+`"}`)
		if rec.Code != http.StatusCreated {
			t.Fatal(rec.Code, rec.Body)
		}
		digits[token] = strings.TrimPrefix(rec.Header().Get("Location"), "/v1/links/lnk_")
		_, id, _ := strings.Cut(askAs(t, s, token, "POST", "/linkpack/api/v1/shorten", `{"longUrl":"`+old+`"}`).Body.String(), `"id":"`)
		uuids[token], _, _ = strings.Cut(id, `"`)
	}
	for _, c := range []struct {
		method, target, field string
		status                int
		words                 string
	}{
		{"PATCH", "/v1/links/lnk_<id>", "url", http.StatusForbidden, `"code":"FORBIDDEN"`},
		{"PUT", "/linxly/v1/client/short-links/<slug>", "destination_url", http.StatusUnprocessableEntity, `"message":"Your plan does not allow editing the destination URL."`},
		{"PATCH", "/linkpack/api/v1/link/<uuid>", "long_url", http.StatusBadRequest, `"error":"the plan doesn't allow editing destinations"`},
		{"PATCH", "/smartlinks/v1/links/link_<id>", "url", http.StatusForbidden, `"error":{"code":403,`},
		{"PATCH", "/spotify/api/links/<zeros><id>", "from", http.StatusForbidden, `"status":403,`},
	} {
		for token, id := range digits {
			target := strings.NewReplacer("<id>", id, "<slug>", "of"+token, "<zeros>", strings.Repeat("0", 15-len(id)), "<uuid>", uuids[token]).Replace(c.target)
			rec := askAs(t, s, token, c.method, target, `{"`+c.field+`":"`+other+`"}`)
			if token == "bob" && rec.Code != http.StatusOK {
				t.Errorf("pro: %s %s: %d %s", c.method, target, rec.Code, rec.Body)
			}
			if token == "ann" && (rec.Code != c.status || !strings.Contains(rec.Body.String(), c.words)) {
				t.Errorf("%s %s: %d %s", c.method, target, rec.Code, rec.Body)
			}
		}
	}
	if rec := askAs(t, s, "ann", "GET", "/v1/links/lnk_"+digits["ann"], ""); !strings.Contains(rec.Body.String(), `"long_url":"`+old+`"`) {
		t.Error(rec.Body)
	}
	if rec := askAs(t, s, "ann", "PATCH", "/v1/links/lnk_"+digits["ann"], `{"title":"Other"}`); rec.Code != http.StatusOK {
		t.Error(rec.Code, rec.Body)
	}
	if rec := askAs(t, s, "ann", "GET", "/v1/account", ""); !strings.Contains(rec.Body.String(), `"edit_destinations":false`) {
		t.Error(rec.Body)
	}
}

// An installation may have its largest plan counted as well.
func TestCustomRequestLimit(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	enterprise := httpapi.Plans()[domain.Enterprise]
	enterprise.Requests = 2
	w.Plans = map[domain.Plan]httpapi.Plan{domain.Enterprise: enterprise}
	s := w.Server(t)
	for _, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		if rec := askAs(t, s, "eve", "GET", "/v1/links", ""); rec.Code != want || rec.Header().Get("X-Ratelimit-Limit") != "2" {
			t.Errorf("%d %v, want %d", rec.Code, rec.Header(), want)
		}
	}
	if rec := askAs(t, s, "ann", "GET", "/v1/links", ""); rec.Header().Get("X-Ratelimit-Limit") != "1000" {
		t.Error(rec.Header())
	}
}

// What was agreed with an account stands before its plan, and shows.
func TestAgreedRequestLimit(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	w.Agreed = 3
	s := w.Server(t)
	for _, token := range []string{"ann", "eve"} {
		rec := askAs(t, s, token, "GET", "/v1/account", "")
		if rec.Header().Get("X-Ratelimit-Remaining") != "2" || !strings.Contains(rec.Body.String(), `"requests_per_hour":3`) {
			t.Errorf("%s: %v %s", token, rec.Header(), rec.Body)
		}
	}
	if rec := askAs(t, s, "ann", "GET", "/v1/account", ""); !strings.Contains(rec.Body.String(), `"plan":"free"`) || !strings.Contains(rec.Body.String(), `"links_per_domain":10000`) {
		t.Error(rec.Body)
	}
}
