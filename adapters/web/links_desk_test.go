package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
	"github.com/linklog/linklog/projections/clicks"
)

// linksPages are the pages about links.
var linksPages = []visited{
	{path: "/links"},
	{path: "/links?search=spring", setup: withLinks(60)},
	{path: "/links?state=any", setup: withLinks(60)},
	{path: "/links/new"},
	{path: "/links/x", setup: ofLink("")},
	{path: "/links/x/edit", setup: ofLink("/edit")},
	{path: "/links/x/history", setup: ofLink("/history")},
	{path: "/links/x/delete", setup: ofLink("/delete")},
}

// A page that comes of a form is looked at as well.
func TestConflictPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.conflict()
	checkTree(t, s)
	checkWeight(t, s)
}

// conflict is what somebody sees whom another one has overtaken.
func (d *desk) conflict() *shown {
	d.t.Helper()
	l := d.rich()
	at := string(linkPath(l.Number, "edit"))
	f := d.get(at).form(at).set("title", "What I want").set("note", "mine")
	d.updated(l, "key_shop", func(u *domain.UpdateLink) {
		u.Destination = new(domain.Destination("https://example.com/theirs"))
		u.Patch = domain.Patch{Set: domain.Fields(0).With(domain.FieldTitle), To: domain.Traits{Title: "What they want"}}
	})
	return f.send().want(409)
}

// withLinks has so many links made first.
func withLinks(n int) func(*desk) string {
	return func(d *desk) string {
		d.fill(n)
		return ""
	}
}

// ofLink is a page of a link that has everything a link can have.
func ofLink(below string) func(*desk) string {
	return func(d *desk) string {
		l := d.rich()
		return string(linkPath(l.Number)) + below
	}
}

// made has a link of Ann's made.
func (d *desk) made(slug domain.Slug, change ...func(*domain.CreateLink)) domain.Link {
	d.t.Helper()
	body := domain.CreateLink{Host: httpapitest.Host, Slug: slug, Destination: "https://example.com/" + domain.Destination(slug)}
	for _, f := range change {
		f(&body)
	}
	return d.decided("acc_ann", "usr_ann", body)
}

// decided has a command done for an account.
func (d *desk) decided(of domain.AccountID, by domain.KeyID, body domain.CommandBody) domain.Link {
	d.t.Helper()
	reply, err := d.Do(d.t.Context(), domain.Command{
		ID: domain.CommandID(fmt.Sprintf("cmd_%d", d.Offset)), Account: of, By: by, Domain: httpapitest.Host,
		Deadline: d.Now.Add(time.Minute), Body: body,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.State.Links[reply.Link]
}

// updated has a link changed by somebody else.
func (d *desk) updated(l domain.Link, by domain.KeyID, change func(*domain.UpdateLink)) domain.Link {
	d.t.Helper()
	body := domain.UpdateLink{Link: l.Number}
	change(&body)
	d.decided("acc_ann", by, body)
	return d.State.Links[l.Number]
}

// fill has many links made, such as an account may have.
func (d *desk) fill(n int) {
	d.t.Helper()
	for i := range n {
		l := d.made(domain.Slug(fmt.Sprintf("spring-%03d", i)), func(b *domain.CreateLink) {
			b.Destination = domain.Destination(fmt.Sprintf("https://www.example.com/shop/collections/spring/%d?color=green&size=m", i))
			if i%3 == 0 {
				b.Traits.Title = fmt.Sprintf("Spring collection, part %d", i)
			}
			if i%2 == 0 {
				b.Traits.Tags = []string{"newsletter", "spring"}
			}
			if i%5 == 0 {
				b.Traits.Tags = append(b.Traits.Tags, "summer", "winter")
			}
			b.Traits.Disabled = i%17 == 3
			b.Traits.Archived = i%13 == 5
			if i%11 == 4 {
				b.Traits.Starts = d.Now.Add(48 * time.Hour)
			}
		})
		d.Clicks[l.Number] = clicks.Counts{Human: uint64(i * i * 7), Bot: uint64(i)}
		d.Now = d.Now.Add(time.Minute)
	}
}

// rich has a link made that has everything, and a past.
func (d *desk) rich() domain.Link {
	d.t.Helper()
	l := d.made("everything", func(b *domain.CreateLink) {
		b.Destination, b.Expires = "https://www.example.com/shop?color=green", d.Now.Add(240*time.Hour+123456*time.Microsecond)
		b.Traits = domain.Traits{
			Title: "All of it", Note: "Two lines,\nof which this is the second.", Tags: []string{"newsletter", "spring"}, Metadata: `{"campaign":7,"by":["ann"]}`,
			External: "shop-7", Starts: d.Now.Add(-time.Hour), ExpiredURL: "https://example.com/over", Password: "hash-of-secret", ClickLimit: 1000,
			RedirectStatus: 307, ForwardQuery: true, ForwardPath: true, UTM: domain.UTM{Source: "newsletter", Medium: "email", Campaign: "spring"},
			Rules: allRules(d.Now), Scripts: []domain.Script{{ID: "pixel", Content: "https://example.com/pixel.js"}, {ID: "2", InBody: true, Content: "console.log(1)"}},
			Preview: domain.Preview{Title: "Spring", Description: "All that is green.", Image: "https://example.com/p.png"}, Indexed: true,
		}
	})
	d.Clicks[l.Number] = clicks.Counts{Human: 12345, Bot: 67}
	d.Now = d.Now.Add(time.Hour)
	d.house.keys = append(d.house.keys, identity.Key{ID: "key_shop", Account: "acc_ann", Name: "Shop"})
	l = d.updated(l, "key_shop", func(u *domain.UpdateLink) {
		u.Patch = domain.Patch{Set: domain.Fields(0).With(domain.FieldTitle), To: domain.Traits{Title: "All of it, again"}}
	})
	d.Now = d.Now.Add(time.Hour)
	return d.updated(l, "usr_ann", func(u *domain.UpdateLink) {
		u.Destination = new(domain.Destination("https://www.example.com/shop?color=blue"))
	})
}

// allRules are rules with a condition of every kind.
func allRules(now time.Time) []domain.Rule {
	return []domain.Rule{
		{ID: "phones", To: "https://m.example.com/", When: []domain.Condition{
			{Kind: domain.ByDevice, Values: []string{"mobile", "tablet"}}, {Kind: domain.ByOS, Values: []string{"iOS"}},
			{Kind: domain.ByBrowser, Not: true, Values: []string{"Safari", "Chrome"}},
		}},
		{ID: "places", To: "https://example.de/", When: []domain.Condition{
			{Kind: domain.ByCountry, Values: []string{"DE", "AT"}}, {Kind: domain.ByCity, Values: []string{"Washington, D.C.", "Bonn"}},
			{Kind: domain.ByLanguage, Values: []string{"de", "pt-br"}}, {Kind: domain.ByReferrer, Values: []string{"t.co"}},
		}},
		{ID: "times", To: "https://example.com/night", When: []domain.Condition{
			{Kind: domain.ByTime, From: 22 * 60, To: 6*60 + 30, Zone: "Europe/Berlin"}, {Kind: domain.ByWeekday, Days: 0b1000001},
			{Kind: domain.ByDate, Starts: now, Ends: now.Add(72*time.Hour + 30*time.Second)},
		}},
		{ID: "half", To: "https://example.com/b", Percent: 50, When: []domain.Condition{
			{Kind: domain.ByQuery, Name: "ref", Values: []string{"a, b", "c"}}, {Kind: domain.ByQuery, Name: "debug", Not: true},
		}},
	}
}

func TestLinksPagesAreLookedAt(t *testing.T) {
	t.Parallel()
	for _, p := range linksPages {
		found := false
		for _, all := range pages {
			found = found || all.path == p.path
		}
		if !found {
			t.Errorf("nobody looks at %s", p.path)
		}
	}
}
