package links_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

func TestBySlug(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	keep := registered("keep.example")
	keep.Body = domain.DomainRegistered{Cases: domain.KeepCase}
	exact := created(2, "Sale", 1)
	exact.Domain = "keep.example"
	exact.Body = domain.LinkCreated{Host: "go.keep.example", Slug: "Sale", Key: domain.SlugKey{Host: "go.keep.example", Text: "Sale"}}
	b.apply(0, 0, registered("sho.rt"), keep, created(1, "sale", 1), exact)
	expect := func(host domain.Host, slug string, want domain.LinkNumber) {
		t.Helper()
		l, err := b.reader.BySlug(t.Context(), host, slug)
		if l.Number != want || want == 0 && domain.CodeOf(err) != domain.NotFound || want != 0 && err != nil {
			t.Errorf("%s/%s: link %d, %v", host, slug, l.Number, err)
		}
	}
	expect("sho.rt", "sale", 1)
	expect("sho.rt", "SALE", 1)
	expect("go.keep.example", "Sale", 2)
	expect("go.keep.example", "sale", 0)
	expect("keep.example", "Sale", 0)
	expect("elsewhere.example", "sale", 0)
}

// A slug alone finds the account's link on whatever host it is, be there many others like it.
func TestOfSlug(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	keep := registered("keep.example")
	keep.Body = domain.DomainRegistered{Cases: domain.KeepCase}
	at := func(n domain.LinkNumber, account domain.AccountID, on, host domain.Host, slug domain.Slug, key string) domain.Event {
		e := created(n, slug, 1)
		e.Command, e.Account, e.Domain, e.At = domain.CommandID("c"+n.String()), account, on, dawn.Add(-time.Duration(n)*time.Hour)
		e.Body = domain.LinkCreated{Host: host, Slug: slug, Key: domain.SlugKey{Host: host, Text: key}, Destination: "https://example.com/"}
		return e
	}
	events := []domain.Event{
		registered("sho.rt"), keep, at(1, "ann", "sho.rt", "sho.rt", "Sale", "sale"), at(2, "ann", "sho.rt", "a.sho.rt", "sale", "sale"),
		at(3, "ann", "sho.rt", "b.sho.rt", "sale", "sale"), at(4, "ann", "keep.example", "keep.example", "Only", "Only"),
		at(5, "bob", "sho.rt", "sho.rt", "bobs", "bobs"), at(6, "ann", "sho.rt", "a.sho.rt", "x", "x"),
	}
	for n := domain.LinkNumber(100); n < 400; n++ { // what a search for x finds before it
		events = append(events, at(n, "ann", "sho.rt", "sho.rt", domain.Slug("x"+n.String()), "x"+n.String()))
	}
	b.apply(0, 0, events...)
	expect := func(account domain.AccountID, preferred domain.Host, slug string, want domain.LinkNumber) {
		t.Helper()
		l, err := b.reader.OfSlug(t.Context(), account, preferred, slug)
		if l.Number != want || want == 0 && domain.CodeOf(err) != domain.NotFound || want != 0 && err != nil {
			t.Errorf("%s's %s: link %d, %v; want %d", account, slug, l.Number, err, want)
		}
	}
	expect("ann", "sho.rt", "SALE", 1)
	expect("ann", "a.sho.rt", "sale", 2)
	expect("ann", "keep.example", "sale", 3) // the oldest
	expect("ann", "sho.rt", "x", 6)
	expect("ann", "sho.rt", "Only", 4)
	expect("ann", "sho.rt", "only", 0)
	expect("ann", "sho.rt", "bobs", 0)
	expect("bob", "sho.rt", "sale", 0)
	expect("bob", "sho.rt", "bobs", 5)
	expect("ann", "sho.rt", "\x00\xff", 0)
	b.apply(0, int64(len(events)), domain.Event{
		Command: "gone", Account: "ann", Domain: "sho.rt", Link: 6, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "a.sho.rt", Text: "x"}},
	})
	expect("ann", "sho.rt", "x", 0)
}

func TestByExternalTagsAndUsage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	b.started(1)
	with := func(n domain.LinkNumber, on domain.Host, traits domain.Traits) domain.Event {
		e := created(n, domain.Slug("s"+n.String()), 1)
		body, _ := e.Body.(domain.LinkCreated)
		body.Traits, e.Domain, e.Body = traits, on, body
		e.Body = body
		return e
	}
	long := strings.Repeat("x", 5000)
	b.apply(0, 0, with(1, "sho.rt", domain.Traits{External: "a", Tags: []string{"web"}}),
		with(2, "sho.rt", domain.Traits{External: long, Tags: []string{"spring", "web"}, Title: long}))
	b.apply(1, 0, with(3, "b.example", domain.Traits{External: "a", Tags: []string{"web"}}), with(4, "b.example", domain.Traits{Archived: true, Tags: []string{"old"}}))
	for key, want := range map[domain.ExternalKey]domain.LinkNumber{
		{Account: "ann", Domain: "sho.rt", ID: "a"}: 1, {Account: "ann", Domain: "sho.rt", ID: long}: 2, {Account: "ann", Domain: "b.example", ID: "a"}: 3,
		{Account: "ann", Domain: "sho.rt", ID: "b"}: 0, {Account: "bob", Domain: "sho.rt", ID: "a"}: 0,
	} {
		l, err := b.reader.ByExternal(t.Context(), key.Account, key.Domain, key.ID)
		if l.Number != want || want == 0 && domain.CodeOf(err) != domain.NotFound || want != 0 && err != nil {
			t.Errorf("%.40v: link %d, %v", key, l.Number, err)
		}
	}
	tags, err := b.reader.Tags(t.Context(), "ann")
	b.must(err)
	if !slices.Equal(tags, []links.TagCount{{Tag: "spring", Links: 1}, {Tag: "web", Links: 3}}) {
		t.Errorf("tags %+v", tags)
	}
	for account, want := range map[domain.AccountID]uint64{"ann": 4, "bob": 0} {
		if n, err := b.reader.Usage(t.Context(), account); n != want || err != nil {
			t.Errorf("%s has %d links, %v", account, n, err)
		}
	}
}

func TestDomainsAndBlocks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	settings := domain.DomainSettings{RedirectStatus: 301, Root: "https://example.com/", Robots: "User-agent: *"}
	about := func(version uint64, body domain.EventBody) domain.Event {
		return domain.Event{Command: "d", Account: "ann", By: "op", Domain: "b.example", Version: version, At: dawn, Body: body}
	}
	other := registered("a.example")
	other.Account = "bob"
	block := domain.Block{Kind: domain.BlockHost, Value: "bad.example"}
	b.apply(0, 0, other, about(1, domain.DomainRegistered{}), about(2, domain.DomainVerified{}), about(3, domain.DomainChanged{To: settings}),
		about(0, domain.BlockChanged{Block: block, On: true, Reason: "phishing"}))
	want := domain.Domain{Host: "b.example", Account: "ann", Verified: true, Version: 3, Settings: settings}
	got, err := b.reader.Domain(t.Context(), "b.example")
	b.must(err)
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
	if _, err := b.reader.Domain(t.Context(), "c.example"); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("no domain: %v", err)
	}
	of, err := b.reader.DomainsOf(t.Context(), "ann")
	b.must(err)
	if !slices.Equal(of, []domain.Domain{want}) {
		t.Errorf("ann's domains: %+v", of)
	}
	blocked := []links.Blocked{{Block: block, Reason: "phishing", At: dawn, By: "op"}}
	blocks, err := b.reader.Blocks(t.Context())
	b.must(err)
	s, err := b.reader.Snapshot(t.Context(), 10, func(domain.SlugKey, domain.Link) error { return nil })
	b.must(err)
	if !slices.Equal(blocks, blocked) || !slices.Equal(s.Blocks, blocked) || len(s.Domains) != 2 || !s.Complete || s.Next[0] != 5 {
		t.Errorf("blocks %+v, snapshot %+v", blocks, s)
	}
}
