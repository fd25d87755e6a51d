package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
)

// An export that breaks off doesn't look like a whole one.
func TestExportThatBreaksOff(t *testing.T) {
	for _, format := range []string{"json", "csv"} {
		whole, err := exported(t, format, "")
		if err != nil || strings.Count(whole, "lnk_") != 2 {
			t.Errorf("%s: %q, %v", format, whole, err)
		}
		if body, err := exported(t, format, "breaks off"); err == nil {
			t.Errorf("%s: %q was taken for all", format, body)
		}
	}
}

// exported is what a client gets of an export of two links, over a real connection.
func exported(t *testing.T, format, fault string) (string, error) {
	t.Helper()
	w := httpapitest.New()
	s := w.Server(t)
	for _, slug := range []string{"one", "two"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/links", strings.NewReader(`{"url":"https://example.com","custom_slug":"`+slug+`x"}`))
		r.Header.Set("Authorization", "Bearer ann")
		rec := httptest.NewRecorder()
		if s.ServeHTTP(rec, r); rec.Code != http.StatusCreated {
			t.Fatal(rec.Body)
		}
	}
	w.Fault = fault
	start(t, s)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr().String()+"/v1/analytics/export?format="+format, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer ann")
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(resp.Body)
	return string(body), errors.Join(err, resp.Body.Close())
}
