package main_test

import (
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// dialectHosts are where the documents' APIs live, and what answers there.
var dialectHosts = map[string]string{
	"api.pocolink.com": "", "linkpack.cc": "linkpack", "api.linx.ly": "linxly", "api.spotify.example": "spotify", "api.smartlinks.com": "smartlinks",
}

// polyglot is a running dev that speaks every dialect, and its database.
type polyglot struct {
	*testing.T
	p        *program
	accounts *postgres.Accounts
	keys     *postgres.Keys
}

func speak(t *testing.T, args ...string) polyglot {
	t.Helper()
	args = append(args, "--trusted-proxies=127.0.0.0/8", "--country-header=CF-IPCountry")
	for host, dialect := range dialectHosts {
		if dialect != "" {
			args = append(args, "--dialect-host="+host+"="+dialect)
		}
	}
	p, _ := dev(t, embeddedtest.DataDir(t), args...)
	pool, err := pgxpool.New(t.Context(), p.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return polyglot{t, p, postgres.NewAccounts(pool), postgres.NewKeys(pool)}
}

// on is the same for a part of the test.
func (g polyglot) on(t *testing.T) polyglot {
	g.T = t
	return g
}

// account makes one for somebody.
func (g polyglot) account(who string, plan domain.Plan) domain.AccountID {
	g.Helper()
	a, err := g.accounts.Create(g.Context(), who+"@example.com", plan)
	if err != nil {
		g.Fatal(err)
	}
	return a.ID
}

// key makes one that looks like those of an API.
func (g polyglot) key(of domain.AccountID, api string) string {
	g.Helper()
	token, _, err := g.keys.New(g.Context(), of, identity.NewKey{Name: api, Style: api})
	if err != nil {
		g.Fatal(err)
	}
	return token
}

// outside is what strangers serve: a logo, and Turnstile's verification. It returns its address
// and the arguments that make us ask it.
func outside(t *testing.T) (address string, args []string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /logo.png", func(w http.ResponseWriter, _ *http.Request) {
		if err := png.Encode(w, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /siteverify", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"success":%t}`, r.FormValue("secret") == "hush" && r.FormValue("response") == "person" && r.FormValue("remoteip") == "127.0.0.1")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, []string{"--fetch-allow=127.0.0.0/8", "--turnstile-secret=hush", "--turnstile-url=" + s.URL + "/siteverify"}
}

// TestDocuments: the documents' examples, run as they are written.
func TestDocuments(t *testing.T) {
	strangers, args := outside(t)
	g := speak(t, append(args, "--public-url=http://go.example.com")...)
	for _, d := range []struct {
		name, api, short, key string // as the document has them
		host, path            string // of the API
	}{
		{"pocolink", "https://api.pocolink.com", "https://pocolink.com", "pl_live_xxxxxxxxxxxx", "api.pocolink.com", ""},
		{"linkpack", "https://linkpack.cc/api", "https://linkpack.cc", "lp_yourKey", "linkpack.cc", "/api"},
		{"linxly", "https://api.linx.ly", "https://linx.ly", "your_access_token_here", "api.linx.ly", ""},
		{"spotify", "https://api.spotify.example", "https://spotify.example", "YOUR_TOKEN", "api.spotify.example", ""},
		{"smartlinks", "https://api.smartlinks.com", "https://smart.link", "YOUR_API_KEY", "api.smartlinks.com", ""},
	} {
		account := g.account(d.name, domain.Free) // one: slugs of deleted links aren't given to others for a while
		play := func(t *testing.T, api string) {
			g := g.on(t)
			newDocument(t, "testdata/documents/"+d.name+".txt",
				d.api, api, d.short, "http://go.example.com", d.key, g.key(account, d.name), "https://example.com/logo.png", strangers+"/logo.png",
			).run("--connect-to", d.host+":80:"+hostPort(g.p.API),
				"--connect-to", "go.example.com:80:"+hostPort(g.p.Redirect), "--connect-to", "music.go.example.com:80:"+hostPort(g.p.Redirect))
		}
		t.Run(d.name, func(t *testing.T) {
			base := g.p.API
			if native := dialectHosts[d.host] == ""; !native {
				base += "/" + d.name
			}
			play(t, base+d.path)
		})
		if dialectHosts[d.host] != "" {
			t.Run(d.name+" under its own name", func(t *testing.T) { play(t, "http://"+d.host+d.path) })
		}
	}
}

func hostPort(address string) string { return strings.TrimPrefix(address, "http://") }

// TestMaintenance: the Spotify dialect refuses what writes while the operator says so, and nothing
// and nobody else does.
func TestMaintenance(t *testing.T) {
	t.Parallel()
	_, args := outside(t)
	g := speak(t, args...)
	key := g.key(g.account("maintained", domain.Free), "spotify")
	all := g.tongues(key)
	all[3].create("kept", before)
	set := func(mode string, wanted int, body string, by caller) {
		t.Helper()
		if out, stderr, status := output(t, "maintenance", mode, "--database-url="+g.p.Database); status != 0 {
			t.Fatalf("maintenance %s: exit %d\n%s%s", mode, status, out, stderr)
		}
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for deadline := time.After(10 * time.Second); ; {
			status := by.call("POST", "/api/links", body)
			if status == wanted {
				return
			}
			select {
			case <-ticker.C:
			case <-deadline:
				t.Fatalf("with maintenance %s %s is answered %d, want %d", mode, body, status, wanted)
			}
		}
	}
	set("on", http.StatusServiceUnavailable, `{"from":"`+after+`"}`, all[3].(spotify).caller)
	if l, ok := all[3].read("kept"); !ok || l.to != before {
		t.Errorf("in maintenance the list shows %+v", l)
	}
	for _, r := range [][2]string{{"POST", "bulk-delete"}, {"DELETE", "{id}"}, {"PATCH", "{id}"}} {
		l, _ := all[3].read("kept")
		if status := all[3].call(r[0], "/api/links/"+strings.Replace(r[1], "{id}", l.id, 1), `{"ids":["`+l.id+`"]}`); status != http.StatusServiceUnavailable {
			t.Errorf("in maintenance %s %s is answered %d", r[0], r[1], status)
		}
	}
	follow(t, http.MethodGet, g.p.Redirect+"/kept", firefox, http.StatusMovedPermanently, before)
	all[0].create("other", before)
	anybody := caller{t, g.p.API + "/spotify", ""}
	set("off", http.StatusCreated, `{"from":"`+after+`","turnstileToken":"person"}`, anybody)
	for body, want := range map[string]int{
		`{"from":"` + after + `"}`:                            http.StatusUnauthorized, // its key is none
		`{"from":"` + after + `","turnstileToken":"machine"}`: http.StatusBadRequest,
		`{"from":"` + after + `","turnstileToken":7}`:         http.StatusBadRequest,
		`{"from":"https://a.b/","turnstileToken":"person"}`:   http.StatusBadRequest,
	} {
		if status := anybody.call("POST", "/api/links", body); status != want {
			t.Errorf("%s of nobody's is answered %d, want %d", body, status, want)
		}
	}
}
