package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/fetch"
)

func TestPost(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Webhook-Id") != "msg_1" || string(body) != `{"a":1}` {
			t.Error(r.Method, r.Header, string(body))
		}
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		case "/long":
			fmt.Fprint(w, strings.Repeat("x", 100_000))
		default:
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, "short and stout")
		}
	})
	for path, want := range map[string]struct {
		status int
		answer string
	}{
		"/":      {http.StatusTeapot, "short and "},
		"/moved": {http.StatusTemporaryRedirect, ""},
		"/long":  {http.StatusOK, "xxxxxxxxxx"},
	} {
		status, answer, err := local().Post(t.Context(), s.URL+path, http.Header{"Webhook-Id": {"msg_1"}}, []byte(`{"a":1}`), 10)
		if err != nil || status != want.status || string(answer) != want.answer {
			t.Errorf("%s: %d %q, %v", path, status, answer, err)
		}
	}
}

func TestPostStaysOutside(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a private address was asked") })
	for address, want := range map[string]error{
		s.URL: fetch.ErrForbiddenAddress, "ftp://example.com": fetch.ErrURL, "http://169.254.169.254/": fetch.ErrForbiddenAddress,
	} {
		if _, _, err := fetch.New(fetch.Options{}).Post(t.Context(), address, nil, nil, 10); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
}

func TestPostIsTimed(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	})
	c := local(func(o *fetch.Options) { o.Timeout = 50 * time.Millisecond })
	if _, _, err := c.Post(t.Context(), s.URL, nil, []byte("{}"), 10); !errors.Is(err, fetch.ErrTooSlow) {
		t.Error(err)
	}
}
