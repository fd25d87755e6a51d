package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An export that breaks off doesn't look like a whole one.
func TestExportThatBreaksOff(t *testing.T) {
	w := newWorld()
	s := w.server(t)
	for _, slug := range []string{"one", "two"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/links", strings.NewReader(`{"url":"https://example.com","custom_slug":"`+slug+`x"}`))
		r.Header.Set("Authorization", "Bearer ann")
		rec := httptest.NewRecorder()
		if s.ServeHTTP(rec, r); rec.Code != http.StatusCreated {
			t.Fatal(rec.Body)
		}
	}
	start(t, s)
	get := func(format string) (string, error) {
		t.Helper()
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
	for _, format := range []string{"json", "csv"} {
		whole, err := get(format)
		if err != nil || strings.Count(whole, "lnk_") != 2 {
			t.Errorf("%s: %q, %v", format, whole, err)
		}
		w.fault = "breaks off"
		if body, err := get(format); err == nil {
			t.Errorf("%s: %q was taken for all", format, body)
		}
		w.fault = ""
	}
}
