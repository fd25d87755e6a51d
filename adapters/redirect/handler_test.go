package redirect_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

func TestRedirect(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/x?y=1#z")}})
	for _, path := range []string{"/sale", "/sale/", "/s%61le", "/sale?utm_source=x", "//sale"} {
		a := r.get(path)
		if a.StatusCode != http.StatusFound || a.Header.Get("Location") != "https://a.example/x?y=1#z" ||
			a.Header.Get("Cache-Control") != "private, no-store" || a.ContentLength != 0 || a.Header.Get("Server") != "" {
			t.Errorf("GET %s: %s %v", path, a.Status, a.Header)
		}
		r.click()
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	a := r.send(request("HEAD", "/sale"))
	if a.StatusCode != http.StatusFound || a.Header.Get("Location") != "https://a.example/" {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	if c := r.click(); c.Method != domain.Head {
		t.Errorf("recorded as %v", c.Method)
	}
	if a := r.send(request("HEAD", "/none-such")); a.StatusCode != http.StatusNotFound || a.body != "" {
		t.Errorf("%s %q", a.Status, a.body)
	}
	if s := r.server.Stats(); s.Heads != 1 || s.Redirects != 0 {
		t.Errorf("stats: %+v", s)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	old := link(1, "old", "https://a.example/")
	old.Expires = time.Now().Add(-time.Hour)
	r := start(t, setup{links: []domain.Link{old}, change: func(c *redirect.Config) { c.Brand = "Ace <& Co" }})
	for _, test := range []struct {
		path   string
		status int
		says   string
	}{
		{"/", 200, "Ace &lt;&amp; Co"}, {"/none-such", 404, "Link not found"}, {"/old", 410, "Link expired"}, {"/a/b/c", 404, "Link not found"},
	} {
		a := r.get(test.path)
		if a.StatusCode != test.status || !strings.Contains(a.body, test.says) {
			t.Errorf("GET %s: %s %s", test.path, a.Status, a.body)
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-") {
			t.Errorf("GET %s: policy %q", test.path, csp)
		}
		if a.Header.Get("X-Robots-Tag") != "noindex" || a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("GET %s: %v", test.path, a.Header)
		}
		if len(a.body) > 2048 || strings.Contains(a.body, "http") || !strings.Contains(a.body, "light dark") {
			t.Errorf("GET %s: %d bytes: %s", test.path, len(a.body), a.body)
		}
	}
	if len(r.clicks) != 0 {
		t.Error("a page was recorded as a click")
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	r := start(t, setup{})
	if a := r.get("/robots.txt"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "User-agent: *\n") {
		t.Errorf("%s %q", a.Status, a.body)
	}
	if a := r.get("/favicon.ico"); a.StatusCode != http.StatusNoContent {
		t.Errorf("%s", a.Status)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"} {
		if a := r.send(request(method, "/sale", "Content-Length: 0")); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %s %v", method, a.Status, a.Header)
		}
	}
	if len(r.clicks) != 0 {
		t.Error("recorded")
	}
}

// TestHostile: what no browser sends gets an error of its own and harms nobody.
func TestHostile(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	for raw, want := range map[string]int{
		request("GET", "/sale", "Cookie: "+strings.Repeat("a", 64<<10)):                      431,
		request("GET", "/"+strings.Repeat("a", 32<<10)):                                      431,
		request("POST", "/sale", "Content-Length: 1000000") + strings.Repeat("a", 1_000_000): 413,
		"\x00\x01\x02\r\n\r\n":                      400,
		request("GET", "/sale\x01"):                 400,
		request("GET", "/sale", "User-Agent: \x01"): 400,
	} {
		if a := r.send(raw); a.StatusCode != want || a.body != "" {
			t.Errorf("%q…: %s %q", raw[:min(len(raw), 40)], a.Status, a.body)
		}
	}
	a := r.get("/sale?utm_source=%00%ff%0d%0ax&utm_term="+strings.Repeat("é", 200), "User-Agent: \xff\xfebad",
		"Referer: https://x.example/\xff?secret=1", "Accept-Language: \xff\xff", "Host: \xff\xff")
	if a.StatusCode != http.StatusFound {
		t.Fatal(a.Status)
	}
	c := r.click()
	if c.UTM.Source != "x" || len(c.UTM.Term) != domain.MaxUTM || !utf8.ValidString(c.UTM.Term) || c.UserAgent != "bad" || c.Language != "" {
		t.Errorf("%+v", c)
	}
	if c.ReferrerHost != "x.example" || c.ReferrerPath != "/" {
		t.Errorf("referrer %q %q", c.ReferrerHost, c.ReferrerPath)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	l := link(77, "sale", "https://a.example/")
	l.Version = 5
	r := start(t, setup{links: []domain.Link{l}})
	before := time.Now()
	r.get("/sale?utm_source=news&utm_medium=mail&utm_campaign=may+2026&utm_term=%C3%BC&utm_content=top&qr=1&x=y",
		"User-Agent: "+browser, "Referer: HTTPS://me@News.Example:8443/today/story?id=42#top", "Accept-Language: de-CH,de;q=0.9")
	c := r.click()
	if c.At.Before(before) || c.At.After(time.Now()) || c.Visitor == 0 {
		t.Errorf("at %v, visitor %d", c.At, c.Visitor)
	}
	c.At, c.Visitor = time.Time{}, 0
	want := domain.Click{
		Account: "acc_1", Link: 77, LinkVersion: 5, Host: "go.example", Slug: "sale", Trigger: domain.TriggerQR,
		ReferrerHost: "news.example", ReferrerPath: "/today/story", UserAgent: browser, Language: "de",
		UTM: domain.UTM{Source: "news", Medium: "mail", Campaign: "may 2026", Term: "ü", Content: "top"},
	}
	if c != want {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// TestVisitor: the same person on the same link on the same day is the same visitor, in every process; nothing else is.
func TestVisitor(t *testing.T) {
	t.Parallel()
	trusting := func(c *redirect.Config) { c.Proxies.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }
	links := []domain.Link{link(1, "sale", "https://a.example/"), link(2, "other", "https://a.example/")}
	r, second := start(t, setup{links: links, change: trusting}), start(t, setup{links: links, change: trusting})
	visit := func(r *rig, slug, agent, from string, more ...string) uint64 {
		t.Helper()
		r.get("/"+slug, append(more, "User-Agent: "+agent, "X-Forwarded-For: "+from)...)
		return r.click().Visitor
	}
	me := visit(r, "sale", browser, "192.0.2.1")
	if again, there := visit(r, "sale", browser, "192.0.2.1"), visit(second, "sale", browser, "192.0.2.1"); me == 0 || again != me || there != me {
		t.Errorf("one visitor got %d, %d, %d", me, again, there)
	}
	for what, other := range map[string]uint64{
		"link":    visit(r, "other", browser, "192.0.2.1"),
		"agent":   visit(r, "sale", browser+"x", "192.0.2.1"),
		"address": visit(r, "sale", browser, "192.0.2.2"),
		"IPv6":    visit(r, "sale", browser, "2001:db8::1"),
	} {
		if other == me || other == 0 {
			t.Errorf("another %s: %d", what, other)
		}
	}
	for _, refusal := range []string{"Sec-GPC: 1", "DNT: 1"} {
		if v := visit(r, "sale", browser, "192.0.2.1", refusal); v != 0 {
			t.Errorf("%s: visitor %d", refusal, v)
		}
	}
	if v := visit(r, "sale", browser, "192.0.2.1", "Sec-GPC: 0", "DNT: 0"); v != me {
		t.Errorf("no refusal: %d", v)
	}
	if v := visit(r, "sale", browser, "unknown"); v != 0 {
		t.Errorf("visitor of nobody: %d", v)
	}
}

func TestCountry(t *testing.T) {
	t.Parallel()
	links := []domain.Link{link(1, "sale", "https://a.example/")}
	behind := start(t, setup{links: links, change: func(c *redirect.Config) {
		c.Proxies = redirect.Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, CountryHeader: "CF-IPCountry"}
	}})
	open := start(t, setup{links: links, change: func(c *redirect.Config) { c.Proxies.CountryHeader = "CF-IPCountry" }})
	for _, test := range []struct {
		r       *rig
		headers []string
		want    string
	}{
		{behind, []string{"X-Forwarded-For: 8.8.8.8"}, "US"},
		{behind, []string{"X-Forwarded-For: 2001:4860:4860::8888"}, "US"},
		{behind, []string{"X-Forwarded-For: 8.8.8.8", "CF-IPCountry: CH"}, "CH"},
		{behind, []string{"X-Forwarded-For: 8.8.8.8", "CF-IPCountry: ch"}, "CH"},
		{behind, []string{"X-Forwarded-For: 8.8.8.8", "CF-IPCountry: XX"}, "US"},
		{behind, []string{"X-Forwarded-For: 8.8.8.8", "CF-IPCountry: T1"}, "US"},
		{behind, []string{"X-Forwarded-For: 10.1.2.3"}, ""},
		{behind, nil, ""},
		{open, []string{"X-Forwarded-For: 8.8.8.8", "CF-IPCountry: CH"}, ""}, // anybody can write that
	} {
		test.r.get("/sale", test.headers...)
		if c := test.r.click(); c.Country != test.want {
			t.Errorf("%v: got %q, want %q", test.headers, c.Country, test.want)
		}
	}
}
