package main_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeAPI is an API that misbehaves as it is told. It notes what it was asked.
type fakeAPI struct {
	*httptest.Server

	mu    sync.Mutex
	asked []*http.Request
}

// newFakeAPI answers with answer, which is told how many requests there were before.
func newFakeAPI(tb testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *fakeAPI {
	tb.Helper()
	f := &fakeAPI{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		n := len(f.asked)
		f.asked = append(f.asked, r)
		f.mu.Unlock()
		answer(n, w, r)
	}))
	tb.Cleanup(f.Close)
	return f
}

func (f *fakeAPI) requests() []*http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

func (f *fakeAPI) user(tb testing.TB) *user {
	tb.Helper()
	return newUser(tb, "LINKLOG_API="+f.URL, "LINKLOG_KEY=secret")
}

// refuse answers with an error of the API.
func refuse(w http.ResponseWriter, status int, code, more string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"success":false,"error":{"code":%q,"message":"It said %s."%s}}`, code, code, more)
}

const oneLink = `{"success":true,"link":{"id":"lnk_1","short_url":"https://go.example.com/x","long_url":"https://example.com/?a&b","slug":"x","clicks":0,"created_at":"2026-11-22T10:00:00Z","expires_at":null,"status":"active","version":1}}`

// TestRemoteRetry: what passes by itself is asked again, a write each time under the same key.
func TestRemoteRetry(t *testing.T) {
	f := newFakeAPI(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 0:
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusServiceUnavailable, "UNAVAILABLE", `,"fate":"unknown","idempotency_key":"k"`)
		case 1:
			refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "")
		case 2:
			panic(http.ErrAbortHandler) // the connection ends
		default:
			_, _ = fmt.Fprint(w, oneLink)
		}
	})
	began := time.Now()
	if out := f.user(t).does("links", "create", "https://example.com/?a&b", "--json"); !strings.Contains(out, "?a&b") {
		t.Errorf("printed %s", out)
	}
	if took := time.Since(began); took < time.Second {
		t.Errorf("Retry-After: 1 was waited for %s", took)
	}
	asked := f.requests()
	if len(asked) != 4 {
		t.Fatalf("asked %d times", len(asked))
	}
	for _, r := range asked {
		if key := r.Header.Get("Idempotency-Key"); key == "" || key != asked[0].Header.Get("Idempotency-Key") {
			t.Errorf("key %q after %q", key, asked[0].Header.Get("Idempotency-Key"))
		}
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("signed in as %q", r.Header.Get("Authorization"))
		}
	}
}

// TestRemoteStatus: every kind of failure has an exit status and a sentence.
func TestRemoteStatus(t *testing.T) {
	for name, c := range map[string]struct {
		http              int
		code, more, field string
		status            int
		says              string
	}{
		"signed out":   {401, "UNAUTHORIZED", "", "", 3, "It said UNAUTHORIZED. (UNAUTHORIZED)"},
		"forbidden":    {403, "FORBIDDEN", "", "", 1, "FORBIDDEN"},
		"not found":    {404, "NOT_FOUND", "", "", 4, "NOT_FOUND"},
		"taken":        {409, "SLUG_TAKEN", "", "custom_slug", 5, "custom_slug: It said SLUG_TAKEN."},
		"changed":      {412, "VERSION_CONFLICT", "", "", 5, "VERSION_CONFLICT"},
		"invalid":      {422, "VALIDATION_ERROR", "", "It said", 1, "linklog: It said VALIDATION_ERROR."},
		"broken":       {500, "INTERNAL_ERROR", "", "", 1, "INTERNAL_ERROR"},
		"limited":      {429, "RATE_LIMITED", "", "", 6, "RATE_LIMITED; try again in 50m0s (RATE_LIMITED)"},
		"away so long": {503, "UNAVAILABLE", `,"fate":"unknown","idempotency_key":"abc"`, "", 7, "--idempotency-key abc"},
		"not done":     {503, "UNAVAILABLE", `,"fate":"not_done","idempotency_key":"abc"`, "", 7, "try again in 50m0s (UNAVAILABLE)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeAPI(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3000")
				if c.field != "" {
					w.Header().Set("Error-Field", c.field)
				}
				refuse(w, c.http, c.code, c.more)
			})
			f.user(t).fails(c.status, c.says, "links", "create", "https://example.com", "--idempotency-key", "abc")
			if n := len(f.requests()); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// TestRemoteElsewhere: nobody there, and somebody there who is no Linklog.
func TestRemoteElsewhere(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	_ = l.Close()
	newUser(t).fails(7, "reach "+address, "links", "list", "--api", address, "--key", "k")
	newUser(t).fails(2, "--api must look like", "links", "list", "--api", "api.example.com", "--key", "k")
	page := newFakeAPI(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprint(w, "<html>")
	})
	page.user(t).fails(4, "is the address right?", "links", "list")
	text := newFakeAPI(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>") })
	text.user(t).fails(1, "read answer", "links", "list")
	onward := newFakeAPI(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, page.URL+"/other", http.StatusMovedPermanently)
	})
	onward.user(t).fails(1, "leads on to "+page.URL+"/other", "links", "create", "https://example.com")
	if n := len(page.requests()); n != 1 {
		t.Errorf("a redirect was followed with the key")
	}
}

// pagesOf answers with many links, a page at a time.
func pagesOf(many int) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/count") {
			_, _ = fmt.Fprintf(w, `{"success":true,"count":%d}`, many)
			return
		}
		var from, size int
		_, _ = fmt.Sscan(r.URL.Query().Get("cursor"), &from)
		_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &size)
		to := min(from+size, many)
		next := "null"
		if to < many {
			next = fmt.Sprintf(`"%d"`, to)
		}
		all := make([]string, 0, size)
		for i := from; i < to; i++ {
			all = append(all, fmt.Sprintf(`{"id":"lnk_%d","short_url":"https://go.example.com/%[1]d","long_url":"https://example.com/a-rather-long-path/that-goes-on-%[1]d","slug":"%[1]d","status":"active","title":"\u001b[2J"}`, i))
		}
		_, _ = fmt.Fprintf(w, `{"success":true,"links":[%s],"next_cursor":%s}`, strings.Join(all, ","), next)
	}
}

// TestRemotePages: a list is as long as it is, or as asked for, in no more requests than that takes.
func TestRemotePages(t *testing.T) {
	for limit, want := range map[string]struct{ links, requests int }{"0": {250, 3}, "100": {100, 1}, "120": {120, 2}, "1": {1, 1}} {
		f := newFakeAPI(t, pagesOf(250))
		out := f.user(t).does("links", "list", "--json", "--limit", limit)
		if got := strings.Count(out, "\n"); got != want.links || len(f.requests()) != want.requests {
			t.Errorf("--limit %s: %d links in %d requests", limit, got, len(f.requests()))
		}
	}
}

// TestRemoteVisible: what others wrote doesn't move a terminal's cursor.
func TestRemoteVisible(t *testing.T) {
	f := newFakeAPI(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, strings.Replace(oneLink, `"slug"`, `"title":"\u001b[2Jgone","tags":["a\nb"],"slug"`, 1))
	})
	out := f.user(t).does("links", "show", "x")
	if strings.Contains(out, "\x1b") || !strings.Contains(out, "\uFFFD[2Jgone") || !strings.Contains(out, "a\uFFFDb") {
		t.Errorf("shown as %q", out)
	}
}

// TestRemoteTornLogin: what was kept and is not readable is told with the way out.
func TestRemoteTornLogin(t *testing.T) {
	u := newUser(t)
	if err := os.MkdirAll(filepath.Join(u.home, "linklog"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(u.home, "linklog", "login.json"), []byte(`{"api":`), 0o600); err != nil {
		t.Fatal(err)
	}
	u.fails(1, "linklog logout removes it", "links", "list")
	u.does("logout")
	u.fails(3, "not signed in", "links", "list")
}
