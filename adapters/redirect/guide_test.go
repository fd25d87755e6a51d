package redirect_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// with is a link with traits.
func with(slug domain.Slug, x domain.Traits) domain.Link {
	l := link(1, slug, "https://own.example/")
	l.Traits = x
	return l
}

// classify knows the user agents of these tests.
func classify(userAgent string) (a domain.Agent, preview bool) {
	switch {
	case strings.Contains(userAgent, "Twitterbot"):
		return domain.Agent{Device: "bot"}, true
	case strings.Contains(userAgent, "curl"):
		return domain.Agent{Device: "bot"}, false
	case strings.Contains(userAgent, "iPhone"):
		return domain.Agent{Device: "mobile", OS: "iOS", Browser: "Safari"}, false
	}
	return domain.Agent{Device: "desktop", OS: "Linux", Browser: "Firefox"}, false
}

// behindProxy believes what the tests say about the client.
func behindProxy(c *redirect.Config) {
	c.Proxies = redirect.Proxies{
		Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, CountryHeader: "CF-IPCountry", CityHeader: "CF-IPCity",
	}
	c.Classify = classify
}

func when(kind domain.ConditionKind, values ...string) []domain.Condition {
	return []domain.Condition{{Kind: kind, Values: values}}
}

// TestRules: each fact a rule may ask for reaches it, and the click tells which rule answered.
func TestRules(t *testing.T) {
	t.Parallel()
	rules := []domain.Rule{
		{ID: "country", When: when(domain.ByCountry, "CH"), To: "https://country.example/"},
		{ID: "city", When: when(domain.ByCity, "Zürich"), To: "https://city.example/"},
		{ID: "mobile", When: when(domain.ByDevice, "mobile"), To: "https://device.example/"},
		{ID: "language", When: when(domain.ByLanguage, "rm"), To: "https://language.example/"},
		{ID: "referrer", When: when(domain.ByReferrer, "news.example"), To: "https://referrer.example/"},
		{ID: "query", When: []domain.Condition{{Kind: domain.ByQuery, Name: "vip", Values: []string{"1"}}}, To: "https://query.example/"},
	}
	r := start(t, setup{links: []domain.Link{with("sale", domain.Traits{Rules: rules})}, change: behindProxy})
	for _, test := range []struct {
		query  string
		header string
		rule   string
	}{
		{"", "Accept: */*", ""},
		{"", "CF-IPCountry: CH", "country"},
		{"", "CF-IPCity: Zürich", "city"},
		{"", "User-Agent: iPhone", "mobile"},
		{"", "Accept-Language: de-CH;q=0.3,RM", "language"},
		{"", "Accept-Language: rm;q=0,de-CH", ""},
		{"", "Referer: https://m.News.Example/story", "referrer"},
		{"?vip=1", "Accept: */*", "query"},
		{"?vip=2", "Accept: */*", ""},
	} {
		a := r.get("/sale"+test.query, "User-Agent: "+browser, test.header)
		if test.rule == "mobile" {
			a = r.get("/sale", test.header)
			r.click()
		}
		want := "https://own.example/"
		for _, rule := range rules {
			if rule.ID == test.rule {
				want = string(rule.To)
			}
		}
		if c := r.click(); a.Header.Get("Location") != want || c.Rule != test.rule {
			t.Errorf("%s %s: got %s by rule %q", test.query, test.header, a.Header.Get("Location"), c.Rule)
		}
	}
}

// TestShares: a visitor keeps their variant, in every process, also if nothing may be noted of them.
func TestShares(t *testing.T) {
	t.Parallel()
	links := []domain.Link{with("sale", domain.Traits{Rules: []domain.Rule{{ID: "b", Percent: 50, To: "https://b.example/"}}})}
	r, second := start(t, setup{links: links, change: behindProxy}), start(t, setup{links: links, change: behindProxy})
	alone := start(t, setup{links: links, change: func(c *redirect.Config) { behindProxy(c); c.LoadSalt = nil }})
	for name, test := range map[string]struct {
		first, second *rig
		header        string
		hashed        bool
	}{
		"followed": {r, second, "Accept: */*", true},
		"GPC":      {r, second, "Sec-GPC: 1", false},
		"DNT":      {r, second, "DNT: 1", false},
		"no salt":  {alone, alone, "Accept: */*", false},
	} {
		variants := map[string]int{}
		for i := range 40 {
			from := fmt.Sprintf("X-Forwarded-For: 192.0.2.%d", i)
			here := test.first.get("/sale", "User-Agent: "+browser, from, test.header).Header.Get("Location")
			there := test.second.get("/sale", "User-Agent: "+browser, from, test.header).Header.Get("Location")
			if here != there {
				t.Errorf("%s: visitor %d got %s, then %s", name, i, here, there)
			}
			if c := test.first.click(); (c.Visitor != 0) != test.hashed {
				t.Errorf("%s: visitor %d was recorded", name, c.Visitor)
			}
			variants[here]++
		}
		if len(variants) != 2 {
			t.Errorf("%s: all forty got the same: %v", name, variants)
		}
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	folded := with("menu", domain.Traits{RedirectStatus: 308})
	folded.Domain, folded.Host = "fold.example", "fold.example"
	plain := link(2, "plain", "https://own.example/")
	plain.Domain, plain.Host = "fold.example", "fold.example"
	m := newModel(folded, plain)
	for i, status := range []uint16{301, 302, 303, 307, 308} {
		m.rows[key(fmt.Sprint(status))] = func() domain.Link {
			l := with(domain.Slug(fmt.Sprint(status)), domain.Traits{RedirectStatus: status, Indexed: i%2 == 0})
			l.Number = domain.LinkNumber(10 + i)
			return l
		}()
	}
	r := start(t, setup{model: m})
	check := func(target, host string, status int, robots string) {
		t.Helper()
		for _, method := range []string{"GET", "HEAD"} {
			a := r.send(request(method, target, "Host: "+host))
			if a.StatusCode != status || a.Header.Get("Location") != "https://own.example/" || a.Header.Get("X-Robots-Tag") != robots ||
				a.Header.Get("Cache-Control") != "private, no-store" || a.Header.Get("Expires") != "" {
				t.Errorf("%s %s: %s %v", method, target, a.Status, a.Header)
			}
		}
	}
	for status, robots := range map[int]string{301: "", 302: "noindex", 303: "", 307: "noindex", 308: ""} {
		check(fmt.Sprintf("/%d", status), "go.example", status, robots)
	}
	check("/plain", "fold.example", 302, "noindex")
	r.tail.domain(t, 0, "fold.example", domain.DomainChanged{To: domain.DomainSettings{RedirectStatus: 307}})
	check("/plain", "fold.example", 307, "noindex")
	check("/menu", "fold.example", 308, "noindex")
	check("/302", "go.example", 302, "noindex")
}

// TestAlong: query and path go to the destination if the link says so; the mark of printed codes does not.
func TestAlong(t *testing.T) {
	t.Parallel()
	both := with("both", domain.Traits{ForwardQuery: true, ForwardPath: true})
	utm := with("campaign", domain.Traits{UTM: domain.UTM{Source: "mail"}})
	utm.Number = 2
	r := start(t, setup{links: []domain.Link{both, utm, link(3, "plain", "https://own.example/")}})
	for target, want := range map[string]string{
		"/both":                       "https://own.example/",
		"/both?a=1&qr=1&b=%20":        "https://own.example/?a=1&b=%20",
		"/both?qr=1":                  "https://own.example/",
		"/both?qr=2":                  "https://own.example/?qr=2",
		"/both/some/p%C3%A4th?x=y":    "https://own.example/some/p%C3%A4th?x=y",
		"/both/a/../../../etc/passwd": "404", // that is the path /etc/passwd
		"/both/a/%2e%2e/b":            "https://own.example/",
		"//both//x":                   "https://own.example/x",
		"/./both/x":                   "https://own.example/x",
		"/plain/../both/x%3Fy/%C3%A4": "https://own.example/x%3Fy/%C3%A4",
		"/%2e/both/x":                 "https://own.example/x",
		"/%62oth/p%C3%A4th":           "https://own.example/p%C3%A4th",
		"/campaign?x=y":               "https://own.example/?utm_source=mail",
		"/campaign/more":              "404",
		"/plain/more":                 "404",
		"/plain/":                     "https://own.example/",
		"/both+/more":                 "404",
		"/unknown/more":               "404",
	} {
		r.leads(target, want)
		if c := <-orNothing(r.clicks); strings.Contains(target, "qr=1") != (c.Trigger == domain.TriggerQR) {
			t.Errorf("%s: trigger %d", target, c.Trigger)
		}
	}
}

// orNothing is the next recorded click, or a zero one.
func orNothing(recorded clicks) <-chan domain.Click {
	next := make(chan domain.Click, 1)
	select {
	case c := <-recorded:
		next <- c
	default:
		close(next)
	}
	return next
}

// TestEnds: before its beginning there is no link, after its end there is another one.
func TestEnds(t *testing.T) {
	t.Parallel()
	early := with("early", domain.Traits{Starts: time.Now().Add(time.Hour)})
	ended := with("ended", domain.Traits{ExpiredURL: "https://archive.example/"})
	ended.Number, ended.Expires = 2, time.Now().Add(-time.Hour)
	r := start(t, setup{links: []domain.Link{early, ended}})
	r.leads("/early", "404")
	r.leads("/early+", "404")
	r.leads("/ended", "https://archive.example/")
	if a := r.send(request("POST", "/ended", "Content-Length: 0")); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST to a link without password: %s", a.Status)
	}
}

// TestLook: slug+ tells where the link leads this visitor, and counts nothing.
func TestLook(t *testing.T) {
	t.Parallel()
	ruled := with("sale", domain.Traits{Rules: []domain.Rule{{ID: "ch", When: when(domain.ByCountry, "CH"), To: "https://swiss.example/?a=1&b=2"}}})
	secret := with("secret", domain.Traits{Password: "$2a$10$", Rules: ruled.Rules})
	secret.Number = 2
	over := link(4, "over", "https://own.example/")
	over.Expires = time.Now().Add(-time.Second)
	r := start(t, setup{links: []domain.Link{ruled, secret, link(3, "plain", "https://own.example/?<&"), over}, change: behindProxy})
	for target, says := range map[string]string{
		"/sale+": "https://swiss.example/?a=1&amp;b=2", "/plain%2B": "https://own.example/?&lt;&amp;", "/plain+/": "go.example/plain",
		"/secret+": "protected by a password",
	} {
		a := r.get(target, "CF-IPCountry: CH")
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, says) || a.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %s %s", target, a.Status, a.body)
		}
	}
	if a := r.get("/secret+", "CF-IPCountry: CH"); strings.Contains(a.body, "example/?") {
		t.Errorf("a locked link's destination is shown: %s", a.body)
	}
	if a := r.get("/plain+"); !strings.Contains(a.body, `href="/plain"`) {
		t.Errorf("no way on: %s", a.body)
	}
	r.leads("/over+", "410")
	r.leads("/nobody+", "404")
	r.leads("/+", "404")
	if len(r.clicks) != 0 || r.server.Stats().Looks != 6 {
		t.Errorf("%d clicks, %d looks", len(r.clicks), r.server.Stats().Looks)
	}
}
