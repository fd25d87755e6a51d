package links_test

import (
	"slices"
	"strings"
	"testing"

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
