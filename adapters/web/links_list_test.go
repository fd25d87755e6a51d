package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
	"github.com/linklog/linklog/projections/clicks"
)

func TestListNarrowsAndGoesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill(60)
	d.get("/links?state=any").want(200, "60 links", "pocolink.com/spring-059", "22 743", "Next page").lacks("spring-009")
	d.get("/links?state=any&search=spring-00").want(200, "10 links", "spring-009", "spring-000").lacks("Next page")
	d.get("/links?tag=summer").want(200, "spring-050").lacks("spring-051")
	d.get("/links?state=archived").want(200, "spring-005", "Archived").lacks("spring-004")
	d.get("/links?state=any&sort=slug").want(200, "spring-000").lacks("spring-059")
	d.get("/links?state=nonsense&sort=nonsense").want(200, "spring-059")
	d.get("/links?search=nothing-like-it").want(200, "Nothing fits", "Show all links")
	d.get("/links?domain=elsewhere.example").want(200, "Nothing fits", "elsewhere.example")
	d.get("/links?cursor=nonsense").want(422)
	first := d.get("/links?state=any")
	next := ""
	for n := range first.tree.Descendants() {
		if attr(n, "rel") == "next" {
			next = attr(n, "href")
		}
	}
	d.get(next).want(200, "spring-009", "First page").lacks("spring-010", "Next page")
}

// htmx gets the address that says what is shown, and nothing else.
func TestListTellsItsAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill(3)
	s := d.hx("GET", "/links?search=+a&tag=&state=any&sort=", nil)
	if to := s.Header.Get("Hx-Push-Url"); to != "/links?search=+a&state=any" {
		t.Errorf("address %q", to)
	}
	f := linkFilter{Search: "ä &", Tag: "t", Host: "h.example", State: "any", Sort: "slug", Cursor: "c"}
	if to := f.address(); to != "/links?cursor=c&domain=h.example&search=%C3%A4+%26&sort=slug&state=any&tag=t" {
		t.Error(to)
	}
}

func TestLinkStates(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC)
	for want, l := range map[string]domain.Link{
		"Active":        {Expires: now.Add(1), Traits: domain.Traits{Starts: now, ClickLimit: 6}},
		"Archived":      {Traits: domain.Traits{Archived: true, Disabled: true}},
		"Off":           {Expires: now, Traits: domain.Traits{Disabled: true}},
		"Expired":       {Expires: now},
		"Limit reached": {Traits: domain.Traits{ClickLimit: 5}},
		"Scheduled":     {Traits: domain.Traits{Starts: now.Add(1)}},
		"Unreadable":    {Status: domain.Parked},
	} {
		if got := stateOf(l, clicks.Counts{Human: 5, Bot: 9}, now).Name; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// ticked is the list's form with some links ticked and a button pressed.
func (d *desk) ticked(do string, more url.Values, links ...domain.Link) *shown {
	d.t.Helper()
	f := d.get("/links?state=any").form("/links/bulk")
	for _, l := range links {
		f.values.Add("link", l.Number.String())
	}
	for name, values := range more {
		f.set(name, values...)
	}
	f.names["do"] = true
	return f.set("do", do).send()
}

func TestSeveralLinksAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.made("aaa", func(b *domain.CreateLink) { b.Traits.Tags = []string{"old"} }), d.made("bbb")
	tag := func(t string) url.Values { return url.Values{"tag": {t}} }
	d.ticked("tag", tag("new"), a, b).want(200, "2 links tagged.")
	if got := strings.Join(d.State.Links[a.Number].Tags, "+") + " " + strings.Join(d.State.Links[b.Number].Tags, "+"); got != "new+old new" {
		t.Errorf("tags %s", got)
	}
	d.ticked("untag", tag("old"), a, b).want(200, "2 links untagged.")
	d.ticked("tag", tag(""), a).want(200, "Type the tag first")
	d.ticked("archive", nil, a, b).want(200, "2 links archived.")
	d.ticked("restore", nil, b).want(200, "1 link restored.")
	d.ticked("disable", nil, b).want(200, "1 link switched off.")
	if x, y := d.State.Links[a.Number], d.State.Links[b.Number]; !x.Archived || y.Archived || !y.Disabled || len(x.Tags) != 1 {
		t.Errorf("%+v %+v", x, y)
	}
	d.ticked("enable", nil, b).want(200, "1 link switched on.")
	d.ticked("archive", nil).want(200, "Tick the links first")
	d.ticked("explode", nil, a).want(200, "Nothing was chosen")
	theirs := d.decided("acc_bob", "usr_bob", domain.CreateLink{Host: "pocolink.com", Slug: "theirs", Destination: "https://example.com/"})
	d.ticked("archive", nil, theirs).want(200, "None of these links")
	if d.State.Links[theirs.Number].Archived {
		t.Error("somebody archived another's link")
	}
}

func TestSeveralLinksAreDeletedAfterAWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.made("aaa"), d.made("bbb")
	ask := d.ticked("delete", nil, a, b).want(200, "Delete 2 links", "pocolink.com/aaa", "can't be undone")
	checkTree(t, ask)
	ask.form("/links/bulk").set("sure", "yes").send().want(422, "Type delete to go on").
		form("/links/bulk").set("sure", "delete").send().want(200, "2 links deleted.", "No links yet")
}

// What a part of the service can't promise is shown with what it was about, to be sent again.
func TestUnfinishedBulk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.made("aaa")
	list := d.get("/links").form("/links/bulk")
	list.values.Add("link", a.Number.String())
	list.names["do"] = true
	d.Fault = "unknown"
	s := list.set("do", "archive").send().want(503, "isn't known yet", "Archive 1 link", "Try again")
	d.Fault = ""
	s.form("/links/bulk").send().want(200, "1 link archived.")
	d.Fault = "forbidden"
	d.ticked("restore", nil, a).want(403, "suspended")
}

// A link that is refused alone is named, and the others are done.
func TestBulkTellsWhatWasRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	full := make([]string, domain.MaxTags)
	for i := range full {
		full[i] = strings.Repeat("t", 1+i)
	}
	a, b := d.made("aaa", func(b *domain.CreateLink) { b.Traits.Tags = full }), d.made("bbb")
	d.ticked("tag", url.Values{"tag": {"new"}}, a, b).want(200, "1 link tagged.", "pocolink.com/aaa: Tags must be at most 50")
}

// Who may only look gets no forms, and nothing done.
func TestViewersOnlyLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	d.house.accounts["acc_ann"].members["usr_ann"] = identity.Viewer
	at := string(linkPath(l.Number))
	for _, path := range []string{"/links", at, at + "/history"} {
		s := d.get(path).want(200, "pocolink.com/everything").lacks("New link", "Edit", "Undo", "Back to this", "Switch off", "Delete")
		for n := range s.tree.Descendants() {
			if n.Data == "form" && attr(n, "method") == "post" && attr(n, "action") != "/sign-out" {
				t.Errorf("%s has a form to %s", path, attr(n, "action"))
			}
		}
	}
	for _, path := range []string{"/links/new", at + "/edit", at + "/delete"} {
		d.get(path).want(403, "Your role in this account doesn't allow that")
	}
	token := ""
	for _, s := range d.house.sessions {
		token = s.CSRF
	}
	for _, path := range []string{"/links/new", "/links/bulk", at + "/edit", at + "/state", at + "/revert", at + "/delete"} {
		d.post(path, url.Values{tokenField: {token}, "do": {"archive"}, "link": {l.Number.String()}, "confirm": {"everything"}}).want(403)
	}
	if now := d.State.Links[l.Number]; now.Version != l.Version {
		t.Errorf("a viewer made version %d", now.Version)
	}
}

// No other site can have anything done, and no other account's links are seen.
func TestLinksAreTheirOwners(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.made("mine")
	theirs := d.decided("acc_bob", "usr_bob", domain.CreateLink{Host: "pocolink.com", Slug: "theirs", Destination: "https://example.com/"})
	for _, below := range []string{"", "/edit", "/history", "/delete"} {
		d.get(string(linkPath(theirs.Number)) + below).want(404).lacks("theirs")
	}
	d.get("/links/nonsense").want(404)
	for _, below := range []string{"/edit", "/state", "/revert", "/delete"} {
		d.post(string(linkPath(mine.Number))+below, url.Values{"do": {"archive"}, "confirm": {"mine"}}).want(403, "Send it now?")
		d.post(string(linkPath(mine.Number))+below, url.Values{"do": {"archive"}, "confirm": {"mine"}}, "Sec-Fetch-Site", "cross-site").want(403, "sent by another site")
	}
	if now := d.State.Links[mine.Number]; now.Version != 1 {
		t.Errorf("version %d", now.Version)
	}
}
