package links_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// TestPast: at every version and time, every link of random histories is what it was, with all of
// its traits, its password too.
func TestPast(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := newWorld(t, 11, 0)
	b.started(0)
	type moment struct {
		link domain.LinkNumber
		at   uint64
	}
	was := map[moment]domain.Link{}
	var offset int64
	for range 900 {
		events := w.next()
		b.apply(0, offset, events...)
		offset += int64(len(events))
		for n, l := range w.state.Links {
			was[moment{n, l.Version}] = l
		}
	}
	checked := 0
	for m, want := range was {
		now := w.state.Links[m.link]
		if want.Number == 0 || now.Status != domain.Active {
			continue
		}
		got, err := b.reader.AtVersion(t.Context(), m.link, m.at)
		b.must(err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("version %d: %s", m.at, cmp.Diff(want, got))
		}
		if got, err = b.reader.AsOf(t.Context(), m.link, want.Updated); err != nil || got.Version < m.at {
			t.Errorf("as of %s: version %d instead of %d, %v", want.Updated, got.Version, m.at, err)
		}
		checked++
	}
	if checked < 60 {
		t.Errorf("only %d versions were checked", checked)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	first := created(1, "sale", 1)
	first.By, first.Via = "key1", "linkpack"
	body, _ := first.Body.(domain.LinkCreated)
	body.Traits, body.Expires = domain.Traits{Title: "Sale", Password: "hash1", Tags: []string{"web"}}, dawn.AddDate(1, 0, 0)
	first.Body = body
	later := func(version uint64, body domain.EventBody) domain.Event {
		return domain.Event{Command: "c", Account: "ann", By: "key2", Domain: "sho.rt", Link: 1, Version: version, At: dawn.Add(time.Duration(version) * time.Hour), Body: body}
	}
	key := domain.SlugKey{Host: "sho.rt", Text: "sale"}
	rules := []domain.Rule{{ID: "r", To: "https://example.com/at", When: []domain.Condition{{Kind: domain.ByCountry, Values: []string{"AT"}}}}}
	set := domain.Fields(0).With(domain.FieldPassword).With(domain.FieldRules).With(domain.FieldTitle)
	b.apply(0, 0, first,
		later(2, domain.SlugChanged{From: "sale", To: "News", FromKey: key, ToKey: domain.SlugKey{Host: "go.sho.rt", Text: "News"}}),
		later(3, domain.LinkChanged{Set: set, From: domain.Traits{Title: "Sale", Password: "hash1"}, To: domain.Traits{Password: "hash2", Rules: rules}}),
		later(4, domain.ExpiryChanged{From: dawn.AddDate(1, 0, 0)}),
		later(5, domain.DestinationChanged{From: "https://example.com/", To: "https://example.com/b"}))
	change := func(version uint64, event string, changes map[string]links.FromTo) links.Change {
		c := links.Change{Version: version, At: dawn.Add(time.Duration(version) * time.Hour), By: "key2", Event: event, Changes: changes}
		if version == 1 {
			c.At, c.By, c.Via = dawn, "key1", "linkpack"
		}
		return c
	}
	want := []links.Change{
		change(5, "destination", map[string]links.FromTo{"destination": {From: "https://example.com/", To: "https://example.com/b"}}),
		change(4, "expiry", map[string]links.FromTo{"expires": {From: dawn.AddDate(1, 0, 0)}}),
		change(3, "changed", map[string]links.FromTo{"title": {From: "Sale"}, "password": {From: true, To: true}, "rules": {To: rules}}),
		change(2, "slug", map[string]links.FromTo{"slug": {From: "sho.rt/sale", To: "go.sho.rt/News"}}),
		change(1, "created", map[string]links.FromTo{
			"slug": {To: "sho.rt/sale"}, "destination": {To: "https://example.com/"}, "expires": {To: dawn.AddDate(1, 0, 0)},
			"title": {To: "Sale"}, "password": {To: true}, "tags": {To: []string{"web"}},
		}),
	}
	expect := func(before uint64, limit int, want []links.Change) {
		t.Helper()
		got, err := b.reader.History(t.Context(), 1, before, limit)
		b.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("before %d: %s", before, diff)
		}
	}
	expect(0, 10, want)
	expect(0, 2, want[:2])
	expect(4, 2, want[2:4])
	expect(2, 5, want[4:])
	old, err := b.reader.AtVersion(t.Context(), 1, 1)
	b.must(err)
	if want := (domain.Link{}).Apply(first); !reflect.DeepEqual(old, want) {
		t.Errorf("version 1: %s", cmp.Diff(want, old))
	}
	for at, version := range map[time.Time]uint64{dawn: 1, dawn.Add(3 * time.Hour): 3, dawn.Add(4*time.Hour - 1): 3, dawn.AddDate(9, 0, 0): 5} {
		if l, err := b.reader.AsOf(t.Context(), 1, at); err != nil || l.Version != version {
			t.Errorf("as of %s: version %d, %v, want %d", at, l.Version, err, version)
		}
	}
	b.apply(0, 5, later(6, domain.LinkDeleted{Key: key}))
	expect(0, 10, []links.Change{change(6, "deleted", map[string]links.FromTo{})})
	for name, call := range map[string]func() error{
		"deleted version": func() error { _, err := b.reader.AtVersion(t.Context(), 1, 5); return err },
		"later version":   func() error { _, err := b.reader.AtVersion(t.Context(), 1, 7); return err },
		"deleted time":    func() error { _, err := b.reader.AsOf(t.Context(), 1, dawn.Add(time.Hour)); return err },
		"before":          func() error { _, err := b.reader.AsOf(t.Context(), 1, dawn.Add(-1)); return err },
		"no link":         func() error { _, err := b.reader.History(t.Context(), 2, 0, 1); return err },
	} {
		if err := call(); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
