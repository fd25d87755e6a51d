package main_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// dev starts a whole Linklog on data.
func dev(tb testing.TB, data string, args ...string) (*program, caller) {
	tb.Helper()
	p := run(tb, append([]string{
		"dev", "--data", data, "--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0",
	}, args...)...)
	return p, caller{tb, p.API, p.APIKey}
}

// TestMainJob is what a newcomer does: make a link, follow it, see the click; then change it,
// end it, and find it gone.
func TestMainJob(t *testing.T) {
	p, api := dev(t, embeddedtest.DataDir(t))
	l := api.create(`{"url":"https://example.com/landing?a=b#c","custom_slug":"spring-sale"}`)
	if want := p.Redirect + "/spring-sale"; l.ShortURL != want {
		t.Errorf("short_url is %s, want %s", l.ShortURL, want)
	}
	follow(t, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://example.com/landing?a=b#c")
	follow(t, http.MethodGet, l.ShortURL, googlebot, http.StatusFound, "https://example.com/landing?a=b#c")
	follow(t, http.MethodHead, l.ShortURL, firefox, http.StatusFound, "https://example.com/landing?a=b#c")
	a := api.awaitClicks(l.ID, 1, 1, 1)
	if a.Visitors != 1 || len(a.Breakdown["devices"]) != 1 || a.Breakdown["devices"][0]["type"] != "desktop" {
		t.Errorf("analytics: %+v", a)
	}
	if status, _ := api.do("PATCH", "/v1/links/"+l.ID, `{"url":"https://example.org/","slug":"autumn"}`, nil); status != http.StatusOK {
		t.Errorf("PATCH answered %d", status)
	}
	followSoon(t, p.Redirect+"/autumn", http.StatusFound, "https://example.org/")
	followSoon(t, p.Redirect+"/spring-sale", http.StatusNotFound, "")
	var taken linkAnswer
	if status, _ := api.do("POST", "/v1/links", `{"url":"https://example.com","custom_slug":"autumn"}`, &taken); status != http.StatusConflict || taken.Error.Code != "SLUG_TAKEN" {
		t.Errorf("a taken slug answered %d %+v", status, taken)
	}
	if status, _ := api.do("DELETE", "/v1/links/"+l.ID, "", nil); status != http.StatusNoContent {
		t.Errorf("DELETE answered %d", status)
	}
	followSoon(t, p.Redirect+"/autumn", http.StatusNotFound, "")
	for _, path := range []string{"", "/analytics"} {
		if status, _ := api.do("GET", "/v1/links/"+l.ID+path, "", nil); status != http.StatusNotFound {
			t.Errorf("GET %s after the end answered %d", path, status)
		}
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("stopped with %v\n%s", err, p.stderr)
	}
}

// followSoon is for edits, which reach the redirector with the tail of events: it asks until
// the answer is the wanted one.
func followSoon(tb testing.TB, url string, status int, location string) {
	tb.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(5 * time.Second); ; {
		s, l := visit(tb, http.MethodGet, url, firefox)
		if s == status && l == location {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			tb.Errorf("GET %s still answers %d %q, want %d %q", url, s, l, status, location)
			return
		}
	}
}

// follow checks a visit's status and destination.
func follow(tb testing.TB, method, url, agent string, status int, location string) {
	tb.Helper()
	s, l := visit(tb, method, url, agent)
	if s != status || l != location {
		tb.Errorf("%s %s answered %d %q, want %d %q", method, url, s, l, status, location)
	}
}

// TestSurvivesKill: what was answered or counted is there after kill -9, and the port, the
// demo key and the data are the same.
func TestSurvivesKill(t *testing.T) {
	data := embeddedtest.DataDir(t)
	p, api := dev(t, data)
	l := api.create(`{"url":"https://example.com/","custom_slug":"kept"}`)
	follow(t, http.MethodGet, p.Redirect+"/kept", firefox, http.StatusFound, "https://example.com/")
	api.awaitClicks(l.ID, 1, 0, 0)
	for round := range 3 {
		_ = p.end(syscall.SIGKILL)
		key := p.APIKey
		p, api = dev(t, data)
		if p.APIKey != key {
			t.Errorf("the demo key changed from %s to %s", key, p.APIKey)
		}
		follow(t, http.MethodGet, p.Redirect+"/kept", firefox, http.StatusFound, "https://example.com/")
		api.awaitClicks(l.ID, 2+round, 0, 0)
		api.create(`{"url":"https://example.com/again"}`)
	}
	var list struct{ Links []link }
	api.do("GET", "/v1/links", "", &list)
	if len(list.Links) != 4 {
		t.Errorf("%d links survived, want 4", len(list.Links))
	}
}

// TestWhatIsInTheWay: the things that keep dev from starting are told in a sentence.
func TestWhatIsInTheWay(t *testing.T) {
	var config net.ListenConfig
	taken, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	free := []string{"dev", "--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0"}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"port taken": {
			[]string{"dev", "--data", t.TempDir(), "--listen-api", taken.Addr().String()},
			taken.Addr().String() + " is not free (choose another with --listen-api)",
		},
		"data is a file":         {append(free, "--data", file), "make data folder"},
		"no such place for data": {append(free, "--data", "/proc/linklog"), "make data folder"},
		"bad public URL":         {append(free, "--data", embeddedtest.DataDir(t), "--public-url", "go.example.com"), "--public-url must look like"},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, status := output(t, c.args...)
			if status != 1 || !strings.Contains(stderr, c.says) {
				t.Errorf("exit %d, %s", status, stderr)
			}
		})
	}
}
