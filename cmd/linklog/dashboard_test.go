package main_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/net/html"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// visitor is somebody at the dashboard, with cookies and nothing else.
type visitor struct {
	*testing.T

	base   string
	client *http.Client
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, base, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// get is a page, wherever it leads.
func (v *visitor) get(path string) (status int, body string) {
	v.Helper()
	answer, err := v.client.Get(v.base + path) //nolint:bodyclose,noctx // read closes it, and the client has a time limit
	if err != nil {
		v.Fatal(err)
	}
	return v.read(answer)
}

func (v *visitor) read(answer *http.Response) (int, string) {
	v.Helper()
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// send fills in the form of a page that goes to action, and sends it.
func (v *visitor) send(page, action string, typed url.Values) (status int, body string) {
	v.Helper()
	_, text := v.get(page)
	values := hiddenFields(v.T, text, action)
	maps.Copy(values, typed)
	answer, err := v.client.PostForm(v.base+action, values) //nolint:bodyclose,noctx // read closes it, and the client has a time limit
	if err != nil {
		v.Fatal(err)
	}
	return v.read(answer)
}

// hiddenFields are those of the first form of a page that goes to action.
func hiddenFields(t *testing.T, page, action string) url.Values {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for form := range tree.Descendants() {
		if form.Data != "form" || attribute(form, "action") != action {
			continue
		}
		values := url.Values{}
		for n := range form.Descendants() {
			if n.Data == "input" && attribute(n, "type") == "hidden" {
				values.Add(attribute(n, "name"), attribute(n, "value"))
			}
		}
		return values
	}
	t.Fatalf("no form goes to %s: %s", action, page)
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

var (
	keyOnce     = regexp.MustCompile(`id="secret" readonly value="([^"]+)"`)
	verifyLink  = regexp.MustCompile(`href="http://[^/"]+(/verify/[^"]+)"`)
	accountName = regexp.MustCompile(`Type “([^”]+)” to confirm`)
)

func found(t *testing.T, r *regexp.Regexp, body string) string {
	t.Helper()
	m := r.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("%v is not in %s", r, body)
	}
	return html.UnescapeString(m[1])
}

// Somebody signs up, makes a key, uses and replaces it, and deletes the account: then nothing opens
// it any more, and what was in it goes.
func TestAccountByHand(t *testing.T) {
	t.Parallel()
	p, _ := dev(t, embeddedtest.DataDir(t))
	v := newVisitor(t, p.API)
	status, body := v.send("/sign-up", "/sign-up", url.Values{"email": {"new@example.com"}, "name": {"New Person"}, "password": {"four words are long"}})
	if status != http.StatusOK || !strings.Contains(body, "New Person") {
		t.Fatalf("sign up: %d %s", status, body)
	}
	_, mails := v.get("/dev/mail")
	verify := found(t, verifyLink, mails)
	if status, body = v.send(verify, verify, nil); status != http.StatusOK || !strings.Contains(body, "the address is yours") {
		t.Fatalf("verify: %d %s", status, body)
	}

	_, body = v.send("/settings/keys", "/settings/keys", url.Values{"name": {"my tool"}, "scopes": {"read", "write"}})
	old := caller{t, p.API, found(t, keyOnce, body)}
	l := old.create(`{"url":"https://example.com","custom_slug":"byhand"}`)
	if status, _ := v.get("/v1/links/" + l.ID); status != http.StatusOK {
		t.Errorf("the session doesn't read the API: %d", status)
	}
	answer, err := v.client.Post(p.API+"/v1/links", "application/json", strings.NewReader(`{"url":"https://example.com"}`)) //nolint:bodyclose,noctx // read closes it, and the client has a time limit
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := v.read(answer); status != http.StatusUnauthorized {
		t.Errorf("the session writes by the API: %d", status)
	}

	_, body = v.send("/settings/keys", "/settings/keys/rotate", url.Values{"overlap": {"0"}})
	fresh := caller{t, p.API, found(t, keyOnce, body)}
	if status, _ := fresh.do("GET", "/v1/links/"+l.ID, "", nil); status != http.StatusOK {
		t.Errorf("the new key: %d", status)
	}
	refusedSoon(t, old, "/v1/links/"+l.ID)

	_, body = v.get("/settings/account")
	_, body = v.send("/settings/account", "/settings/account/delete", url.Values{"confirm": {found(t, accountName, body)}})
	if !strings.Contains(body, "closed for good") {
		t.Fatalf("delete: %s", body)
	}
	if _, body := v.get("/settings"); !strings.Contains(body, "Sign in") {
		t.Error("the session goes on")
	}
	refusedSoon(t, fresh, "/v1/links/"+l.ID)
	followSoon(t, l.ShortURL, http.StatusNotFound, "")
	awaitErased(t, p.Database, 1)
}

// refusedSoon waits until a key opens nothing any more, which takes a second.
func refusedSoon(t *testing.T, c caller, path string) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for begun := time.Now(); ; <-ticker.C {
		if status, _ := c.do("GET", path, "", nil); status == http.StatusUnauthorized {
			return
		}
		if time.Since(begun) > 3*time.Second {
			t.Fatal("an old key goes on")
		}
	}
}

// awaitErased waits until the sealing keys of so many accounts are gone.
func awaitErased(t *testing.T, database string, accounts int) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for begun, n := time.Now(), 0; n != accounts; <-ticker.C {
		err := pool.QueryRow(t.Context(), `
			SELECT count(*) FROM identity.account a
			WHERE erased IS NOT NULL AND NOT EXISTS (SELECT FROM identity.account_key k WHERE k.account = a.id)`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("%d accounts are erased", n)
		}
	}
}
