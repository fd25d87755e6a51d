package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/linklog/linklog/domain"
)

// only is the account's only link.
func (d *desk) only() domain.Link {
	d.t.Helper()
	var found []domain.Link
	for _, l := range d.State.Links {
		if l.Number != 0 && l.Status == domain.Active {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		d.t.Fatalf("there are %d links", len(found))
	}
	return found[0]
}

func TestLinkIsMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.get("/links").want(200, "No links yet", "Make a link")
	d.get("/links/new?url=https://example.com/a&tags=x").form("/links/new").
		set("slug", "spring").set("title", `<script>alert("t")</script>`).set("tags", "b, a ,b").send().
		want(200, "The link is made", "pocolink.com/spring", `<script>alert("t")</script>`, "https://example.com/a")
	l := d.only()
	if l.Slug != "spring" || l.Destination != "https://example.com/a" || strings.Join(l.Tags, "+") != "a+b" || l.Account != "acc_ann" || l.Disabled {
		t.Errorf("made %+v", l)
	}
	past, err := d.History(t.Context(), l.Number, 0, 1)
	if err != nil || past[0].By != "usr_ann" || past[0].Via != "dashboard" {
		t.Errorf("%+v, %v", past, err)
	}
}

// Nothing of what somebody typed becomes a part of the page.
func TestLinkTextsAreTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	l := d.made("evil", func(b *domain.CreateLink) {
		b.Traits = domain.Traits{
			Title: evil, Note: evil, Tags: []string{evil[:40]}, External: evil, Metadata: domain.Metadata(`{"a":"<script>alert(1)</script>"}`),
			Rules:   []domain.Rule{{ID: evil, To: "https://example.com/", When: []domain.Condition{{Kind: domain.ByCity, Values: []string{evil}}}}},
			Preview: domain.Preview{Title: evil, Description: evil}, Scripts: []domain.Script{{ID: "1", Content: evil}}, UTM: domain.UTM{Source: evil},
		}
	})
	at := string(linkPath(l.Number))
	for _, path := range []string{"/links", at, at + "/edit", at + "/history", at + "/delete", "/links?search=" + url.QueryEscape(evil), "/links?tag=" + url.QueryEscape(evil)} {
		s := d.get(path).want(200)
		for n := range s.tree.Descendants() {
			if n.Type == html.ElementNode && (n.Data == "script" && attr(n, "src") == "" || n.Data == "img" && attr(n, "src") == "x") {
				t.Errorf("%s has an element of somebody's making", path)
			}
		}
	}
}

// Every field says for itself what is wrong with it, all at once, and nothing typed is lost.
func TestWrongFieldsSaySo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.get("/links/new").form("/links/new").set("url", "example.com").set("slug", "a b").set("domain", "exa mple").set("title", strings.Repeat("x", 300)).
		set("metadata", "{").set("expires_at", "tomorrow").set("click_limit", "-1").set("utm_source", strings.Repeat("y", 300)).set("expired_url", "ftp://x")
	s := f.send().want(422, "Some fields need another look", "The URL must include its protocol", "letters, digits and hyphens",
		"The click limit must be a whole number", "The UTM source must have at most 255 characters", "must be valid JSON")
	again := s.form("/links/new")
	for name := range f.values {
		if name != tokenField && again.values.Get(name) != f.values.Get(name) {
			t.Errorf("%s was %q, is %q", name, f.values.Get(name), again.values.Get(name))
		}
	}
	for _, name := range []string{"url", "slug", "domain", "title", "metadata", "expires_at", "click_limit", "utm_source", "expired_url"} {
		if !strings.Contains(s.Body, `id="f-`+name+`-error"`) {
			t.Errorf("%s says nothing", name)
		}
	}
	checkTree(t, s)
	d.get("/links/new").form("/links/new").set("url", "https://example.com/").set("domain", "elsewhere.example").send().
		want(422, "is no short domain that this account can make links on")
}

func TestRefusalsOfTheDeciderAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.made("taken")
	f := d.get("/links/new").form("/links/new").set("url", "https://example.com/").set("slug", "taken")
	f.send().want(409, "already in use").form("/links/new").set("slug", "free").send().want(200, "pocolink.com/free")
	d.get("/links/new").form("/links/new").set("url", "https://pocolink.com/taken").send().want(422)
	d.get("/links/new").form("/links/new").set("url", "https://example.com/").set("expires_at", "2020-01-01T00:00").send().want(422)
}

// Sending a form twice makes one link.
func TestSentTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.get("/links/new").form("/links/new").set("url", "https://example.com/").set("password", "open sesame")
	first := d.post(f.action, f.values)
	d.Now = d.Now.Add(time.Second)
	second := d.post(f.action, f.values)
	if first.Status != 303 || second.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("%d to %s, then %d to %s", first.Status, first.Header.Get("Location"), second.Status, second.Header.Get("Location"))
	}
	if l := d.only(); !strings.HasPrefix(l.Password, "hash-of-open sesame-") {
		t.Errorf("password %q", l.Password)
	}
}

// What nobody can promise is told as it is, and can be sent again as it was.
func TestUnfinishedLinks(t *testing.T) {
	t.Parallel()
	for fault, say := range map[string]string{"not done": "This was not done", "unknown": "isn't known yet whether this was done"} {
		d := newDesk(t)
		f := d.get("/links/new").form("/links/new").set("url", "https://example.com/").set("title", "kept")
		d.Fault = fault
		again := f.send().want(503, say).form("/links/new")
		if again.values.Get(keyField) != f.values.Get(keyField) || again.values.Get("title") != "kept" {
			t.Errorf("%s: the form comes back as %v", fault, again.values)
		}
		d.Fault = ""
		again.send().want(200, "The link is made")
		d.only()
	}
}

func TestSlugIsLookedUpWhileTyping(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.made("mine")
	d.decided("acc_bob", "usr_bob", domain.CreateLink{Host: "pocolink.com", Slug: "theirs", Destination: "https://example.com/"})
	rests := d.decided("acc_bob", "usr_bob", domain.CreateLink{Host: "pocolink.com", Slug: "rests", Destination: "https://example.com/"})
	d.decided("acc_bob", "usr_bob", domain.DeleteLink{Link: rests.Number})
	was := d.made("was-mine")
	d.decided("acc_ann", "usr_ann", domain.DeleteLink{Link: was.Number})
	ask := func(slug, link string) *shown {
		return d.hx("GET", "/links/slug?"+url.Values{"slug": {slug}, "domain": {"pocolink.com"}, "link": {link}}.Encode(), nil)
	}
	ask("free-one", "").want(200, "free-one is free")
	ask("mine", "").want(200, "taken by another link of yours", "Look at it")
	ask("mine", mine.Number.String()).want(200, "what the link is called now")
	ask("theirs", "").want(200, "theirs is taken").lacks("yours")
	ask("rests", "").want(200, "rests until 19 September 2025")
	ask("was-mine", "").want(200, "is free: a link of yours had it")
	ask("admin", "").want(200, "is a reserved word")
	ask("a", "").want(200, "must have 3 to 50 characters")
	foreign := d.decided("acc_ann", "usr_ann", domain.CreateLink{Host: "pocolink.com", Slug: "1", Foreign: true, Destination: "https://example.com/"})
	ask("1", foreign.Number.String()).want(200, "what the link is called now")
	ask("1", "").want(200, "must have 3 to 50 characters")
	ask("", "").want(200, "One is drawn")
	d.Now = d.Now.Add(domain.Quarantine)
	ask("rests", "").want(200, "rests is free")
	d.Fault = "reads away"
	ask("mine", "").want(503)
}
