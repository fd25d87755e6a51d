package redirect_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// TestSettings: what a domain answers besides links is its owner's choice, changed by an event.
func TestSettings(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	ask := func(target, host string) answer { return r.get(target, "Host: "+host) }
	for _, target := range []string{"/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"} {
		if a := ask(target, "fold.example"); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
	r.tail.domain(t, 0, "fold.example", domain.DomainChanged{To: domain.DomainSettings{
		Root: "https://home.example/", NotFound: "https://home.example/404", Robots: "User-agent: *\nDisallow: /\n",
		Favicon: "https://home.example/icon.png", AppleAssociation: `{"applinks":{}}`, AssetLinks: `[]`,
	}})
	for target, want := range map[string]string{
		"/": "https://home.example/", "/none": "https://home.example/404", "/a/b": "https://home.example/404", "/x.php": "https://home.example/404",
		"/favicon.ico": "https://home.example/icon.png",
	} {
		for _, host := range []string{"fold.example", "sub.fold.example"} {
			a := ask(target, host)
			if a.StatusCode != http.StatusFound || a.Header.Get("Location") != want || a.Header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s%s: %s %v", host, target, a.Status, a.Header)
			}
		}
		if a := ask(target, "go.example"); a.Header.Get("Location") != "" {
			t.Errorf("another domain's %s: %s", target, a.Header.Get("Location"))
		}
	}
	for target, want := range map[string][2]string{
		"/robots.txt": {"text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"},
		"/.well-known/apple-app-site-association": {"application/json", `{"applinks":{}}`},
		"/.well-known/assetlinks.json":            {"application/json", `[]`},
	} {
		a := ask(target, "fold.example")
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != want[0] || a.body != want[1] || a.Header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: %s %v %q", target, a.Status, a.Header, a.body)
		}
	}
	if a := r.send(request("POST", "/", "Host: fold.example", "Content-Length: 0")); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %s", a.Status)
	}
	if len(r.clicks) != 0 {
		t.Error("something was counted")
	}
}

// TestUnverified: registering a name without showing that it is one's own changes nothing for its visitors.
func TestUnverified(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	home := func() string { return r.get("/", "Host: alias.example").Header.Get("Location") }
	r.tail.domain(t, 0, "alias.example", domain.DomainRegistered{})
	r.tail.domain(t, 1, "alias.example", domain.DomainChanged{To: domain.DomainSettings{Root: "https://home.example/"}})
	r.tail.deliver(t, 2, domain.Event{Account: "acc_2", Domain: "alias.example", Link: 9, Version: 1, Body: domain.LinkCreated{
		Host: "alias.example", Slug: "mine", Key: domain.SlugKey{Host: "alias.example", Text: "mine"}, Destination: "https://b.example/",
	}})
	if a := r.get("/mine", "Host: alias.example"); home() != "" || a.StatusCode != http.StatusNotFound {
		t.Errorf("served %q and %s", home(), a.Status)
	}
	if a := r.get("/sale", "Host: alias.example"); a.Header.Get("Location") != "https://a.example/" {
		t.Errorf("the installation's own links are gone: %s", a.Status)
	}
	r.tail.domain(t, 3, "alias.example", domain.DomainVerified{})
	if a := r.get("/mine", "Host: alias.example"); home() != "https://home.example/" || a.Header.Get("Location") != "https://b.example/" {
		t.Errorf("verified, and served %q and %s", home(), a.Status)
	}
	r.tail.deliver(t, 4, domain.Event{Account: "acc_2", Domain: "alias.example", Link: 9, Version: 2, Body: domain.LinkDeleted{
		Key: domain.SlugKey{Host: "alias.example", Text: "mine"},
	}})
	r.tail.domain(t, 5, "alias.example", domain.DomainReleased{})
	if a := r.get("/mine", "Host: alias.example"); home() != "" || a.StatusCode != http.StatusNotFound {
		t.Errorf("released, and served %q and %s", home(), a.Status)
	}
	if a := r.get("/sale", "Host: alias.example"); a.Header.Get("Location") != "https://a.example/" {
		t.Errorf("released, and it is no unknown name: %s", a.Status)
	}
}

// TestBlocks: what an operator blocks stops at once, also what is in memory, and what they let go works again. The database is away.
func TestBlocks(t *testing.T) {
	t.Parallel()
	ruled := with("ruled", domain.Traits{Rules: []domain.Rule{{ID: "qr", When: []domain.Condition{{Kind: domain.ByQuery, Name: "a"}}, To: "https://x.bad.example:8443/"}}})
	secret := locked(t, "right", domain.Traits{})
	secret.Number, secret.Destination = 3, "https://bad.example"
	r := start(t, setup{links: []domain.Link{ruled, link(2, "plain", "https://deep.bad.example/x"), secret, link(4, "fine", "https://notbad.example/?https://bad.example")}})
	r.model.set(func(m *model) { m.down = true })
	offset := int64(0)
	block := func(kind domain.BlockKind, value string, on bool) {
		t.Helper()
		offset++
		r.tail.deliver(t, offset, domain.Event{Domain: "go.example", Body: domain.BlockChanged{Block: domain.Block{Kind: kind, Value: value}, On: on}})
	}
	block(domain.BlockHost, "bad.example", true)
	r.leads("/plain", "410")
	r.leads("/plain+", "410")
	r.leads("/ruled", "https://own.example/")
	r.leads("/ruled?a", "410")
	r.leads("/fine", "https://notbad.example/?https://bad.example")
	if a := r.send(enter("/secret", "password=right")); a.StatusCode != http.StatusGone || !strings.Contains(a.body, "Link disabled") {
		t.Errorf("%s %s", a.Status, a.body)
	}
	block(domain.BlockHost, "bad.example", false)
	r.leads("/plain", "https://deep.bad.example/x")
	block(domain.BlockLink, domain.LinkNumber(2).String(), true)
	r.leads("/plain", "410")
	r.leads("/ruled", "https://own.example/")
	block(domain.BlockAccount, "acc_1", true)
	r.leads("/ruled", "410")
	r.leads("/fine", "410")
	block(domain.BlockAccount, "acc_1", false)
	block(domain.BlockLink, domain.LinkNumber(2).String(), false)
	r.leads("/plain", "https://deep.bad.example/x")
	if n := len(r.clicks); n != 5 {
		t.Errorf("%d clicks were counted", n)
	}
}

// TestBlockedSite: a domain's own redirects obey the blocklist, too.
func TestBlockedSite(t *testing.T) {
	t.Parallel()
	m := newModel()
	m.ofDomain[1].Settings = domain.DomainSettings{Root: "https://bad.example/", NotFound: "https://bad.example/", Favicon: "https://bad.example/", Robots: "theirs"}
	r := start(t, setup{model: m})
	statuses := func(want ...string) {
		t.Helper()
		for i, target := range []string{"/", "/none", "/favicon.ico"} {
			if a := r.get(target, "Host: fold.example"); a.Status[:3] != want[i] {
				t.Errorf("%s: %s", target, a.Status)
			}
		}
	}
	statuses("302", "302", "302")
	r.tail.domain(t, 0, "go.example", domain.BlockChanged{Block: domain.Block{Kind: domain.BlockHost, Value: "bad.example"}, On: true})
	statuses("200", "404", "204")
	r.tail.domain(t, 1, "go.example", domain.BlockChanged{Block: domain.Block{Kind: domain.BlockHost, Value: "bad.example"}})
	r.tail.domain(t, 2, "go.example", domain.BlockChanged{Block: domain.Block{Kind: domain.BlockAccount, Value: "acc_1"}, On: true})
	statuses("200", "404", "204")
	if a := r.get("/robots.txt", "Host: fold.example"); strings.Contains(a.body, "theirs") {
		t.Error("a blocked account's robots.txt is served")
	}
}

// TestHidden: a link that is disabled or archived is gone until its owner brings it back, by events alone.
func TestHidden(t *testing.T) {
	t.Parallel()
	archived := with("old", domain.Traits{Archived: true, RedirectStatus: 302})
	archived.Number = 2
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/"), archived}})
	r.model.set(func(m *model) { m.down = true })
	change := func(offset int64, n domain.LinkNumber, slug string, set domain.Field, to domain.Traits) {
		t.Helper()
		r.tail.happen(t, offset, n, uint64(offset+2), domain.LinkChanged{Key: key(slug), Set: domain.Fields(0).With(set), To: to})
	}
	r.leads("/old", "404")
	change(0, 2, "old", domain.FieldArchived, domain.Traits{})
	r.leads("/old", "https://own.example/")
	change(1, 1, "sale", domain.FieldDisabled, domain.Traits{Disabled: true})
	r.leads("/sale", "404")
	r.tail.happen(t, 2, 1, 4, domain.DestinationChanged{Key: key("sale"), To: "https://b.example/"})
	r.tail.happen(t, 3, 1, 5, domain.SlugChanged{From: "sale", To: "offer", FromKey: key("sale"), ToKey: key("offer")})
	change(4, 1, "offer", domain.FieldArchived, domain.Traits{Archived: true})
	r.leads("/offer", "404")
	change(5, 1, "offer", domain.FieldDisabled, domain.Traits{})
	r.leads("/offer", "404")
	change(6, 1, "offer", domain.FieldArchived, domain.Traits{})
	r.leads("/offer", "https://b.example/")
	r.leads("/sale", "404")
	change(7, 1, "offer", domain.FieldForwardQuery, domain.Traits{ForwardQuery: true})
	r.leads("/offer?a=b", "https://b.example/?a=b")
	change(8, 1, "offer", domain.FieldUTMSource, domain.Traits{UTM: domain.UTM{Source: "mail"}})
	r.leads("/offer?a=b", "https://b.example/?a=b&utm_source=mail")
	r.tail.happen(t, 9, 1, 11, domain.LinkDeleted{Key: key("offer")})
	r.leads("/offer", "404")
	r.tail.happen(t, 10, 0, 0, domain.BatchDecided{})
	if !r.server.Stats().Complete {
		t.Error("the table lost its completeness over it")
	}
}

// TestHiddenInDatabase: also a link that has to be looked up is hidden, and comes back.
func TestHiddenInDatabase(t *testing.T) {
	t.Parallel()
	m := newModel(with("sale", domain.Traits{Disabled: true}))
	m.partial, m.next = true, 3
	r := start(t, setup{model: m})
	r.leads("/sale", "404")
	r.leads("/sale", "404")
	if n := r.model.asked(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	r.tail.happen(t, 3, 1, 2, domain.LinkChanged{Key: key("sale"), Set: domain.Fields(0).With(domain.FieldDisabled)})
	r.leads("/sale", "https://own.example/")
}

// TestLoadedBlocks: the blocklist is there from the start.
func TestLoadedBlocks(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}, change: func(c *redirect.Config) {
		c.Blocked = blocked(domain.Block{Kind: domain.BlockHost, Value: "a.example"})
	}})
	r.leads("/sale", "410")
	r.tail.domain(t, 0, "go.example", domain.BlockChanged{Block: domain.Block{Kind: domain.BlockHost, Value: "a.example"}})
	r.leads("/sale", "https://a.example/")
}
