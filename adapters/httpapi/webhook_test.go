package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
)

// Clicks are not to be had through webhooks by keys that may not see them.
func TestClickWebhooksNeedTheScope(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t)
	send := func(method, path, body string) int {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer bob")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		return rec.Code
	}
	if got := send("POST", "/v1/webhooks", `{"url":"https://example.com"}`); got != http.StatusCreated {
		t.Fatal(got)
	}
	w.Scopes = domain.ScopeRead | domain.ScopeWrite
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/v1/webhooks", `{"url":"https://example.com"}`, http.StatusForbidden},
		{"POST", "/v1/webhooks", `{"url":"https://example.com","events":["click"]}`, http.StatusForbidden},
		{"POST", "/v1/webhooks", `{"url":"https://example.com","events":["link.created"]}`, http.StatusCreated},
		{"PATCH", "/v1/webhooks/whk_1", `{"events":["click"]}`, http.StatusForbidden},
		{"PATCH", "/v1/webhooks/whk_1", `{"enabled":false}`, http.StatusOK},
		{"GET", "/v1/webhooks/whk_1/deliveries", ``, http.StatusOK},
		{"GET", "/v1/webhooks/whk_1/deliveries/dlv_1", ``, http.StatusForbidden}, // of clicks
	} {
		if got := send(c.method, c.path, c.body); got != c.want {
			t.Errorf("%s %s %s: %d, want %d", c.method, c.path, c.body, got, c.want)
		}
	}
}
