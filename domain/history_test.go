package domain_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// TestOneSlugOneLink plays random histories and looks after every event whether two links
// answer to one slug, and whether one was taken from its last owner too early.
func TestOneSlugOneLink(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 0))
		h := history{T: t, rand: r, state: domain.NewState(), holder: map[domain.SlugKey]domain.LinkNumber{}, freed: map[domain.SlugKey]domain.Event{}}
		h.state.Domains["sho.rt"] = domain.Domain{Host: "sho.rt", Account: domain.SystemAccount, Cases: domain.CasePolicy(seed % 2)}
		h.state.Domains["in.sho.rt"] = domain.Domain{Host: "in.sho.rt", Account: "acc1", Verified: true}
		now := dawn
		for i := range 300 {
			now = now.Add(time.Duration(r.IntN(192)) * time.Hour)
			h.step(int64(i), now)
		}
		if len(h.links) < 10 || len(h.freed) == 0 {
			t.Errorf("only %d links were made in history %d", len(h.links), seed)
		}
	}
}

type history struct {
	*testing.T
	rand   *rand.Rand
	state  *domain.State
	links  []domain.LinkNumber
	holder map[domain.SlugKey]domain.LinkNumber
	freed  map[domain.SlugKey]domain.Event
}

func (h *history) step(offset int64, now time.Time) {
	c := domain.Command{
		ID: domain.CommandID(fmt.Sprint(offset)), Account: domain.AccountID(fmt.Sprint("acc", h.rand.IntN(3))),
		Domain: "sho.rt", Deadline: now, Body: h.body(), Limits: domain.Limits{Links: uint64(h.rand.IntN(2) * 40)},
	}
	switch c.Body.(type) {
	case domain.SetBlock, domain.ChangeDomain:
		c.Account = domain.SystemAccount
	}
	slugs := []domain.Slug{h.slug(), h.slug()}
	chance := domain.Chance{Now: now, Slugs: slugs, Numbering: numbering}
	learn(h.state, c.Needs(slugs))
	for range 5 {
		checked := offset%8 == 0
		before := domain.State{}
		if checked {
			before = h.clone()
		}
		events, err := domain.Decide(h.state, c, offset, chance)
		if checked && !reflect.DeepEqual(before, h.clone()) {
			h.Fatalf("deciding %+v changed the state", c)
		}
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			learn(h.state, lack.Keys)
			continue
		}
		h.knowingLess(c, offset, chance, events, err)
		for i, e := range events {
			if e.Index != i || e.More != (i < len(events)-1) || e.Command != c.ID || e.CommandOffset != offset {
				h.Fatalf("event %d of %d: %+v", i, len(events), e)
			}
			h.look(e)
			h.apply(e)
		}
		h.count()
		h.answer(c, events)
		return
	}
	h.Fatalf("%+v lacks something for ever", c)
}

// knowingLess decides again with nothing known but what the decision says it needs, and compares.
// It must not have to ask often: asking is a round trip.
func (h *history) knowingLess(c domain.Command, offset int64, chance domain.Chance, events []domain.Event, outcome error) {
	view := domain.NewState()
	view.Counter, view.Now = h.state.Counter, h.state.Now
	keys := c.Needs(chance.Slugs)
	for range 4 {
		know(view.Domains, h.state.Domains, keys.Hosts)
		know(view.Links, h.state.Links, keys.Links)
		know(view.Claims, h.state.Claims, keys.Slugs)
		know(view.Outcomes, h.state.Outcomes, keys.Commands)
		know(view.Usage, h.state.Usage, keys.Usage)
		know(view.External, h.state.External, keys.External)
		know(view.Blocks, h.state.Blocks, keys.Blocks)
		less, err := domain.Decide(view, c, offset, chance)
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			keys = lack.Keys
			continue
		}
		if !reflect.DeepEqual(less, events) || !reflect.DeepEqual(err, outcome) {
			h.Fatalf("%+v: knowing less, %+v, %v; knowing all, %+v, %v", c, less, err, events, outcome)
		}
		return
	}
	h.Fatalf("%+v asks again and again", c)
}

func know[K comparable, V any](view, all map[K]V, keys []K) {
	for _, k := range keys {
		view[k] = all[k]
	}
}

// clone is the state as it is now. Values are never changed in place.
func (h *history) clone() domain.State {
	s := h.state
	return domain.State{
		Domains: maps.Clone(s.Domains), Links: maps.Clone(s.Links), Claims: maps.Clone(s.Claims), Outcomes: maps.Clone(s.Outcomes), Usage: maps.Clone(s.Usage),
		External: maps.Clone(s.External), Blocks: maps.Clone(s.Blocks), Sealed: maps.Clone(s.Sealed), Counter: s.Counter, Now: s.Now,
	}
}

// apply applies e and checks that nothing changed but what e says it touches: overlays and
// caches rely on it.
func (h *history) apply(e domain.Event) {
	before := h.clone()
	h.state.Apply(e)
	keys := e.Touches()
	untouched(h.T, before.Domains, h.state.Domains, keys.Hosts)
	untouched(h.T, before.Links, h.state.Links, keys.Links)
	untouched(h.T, before.Claims, h.state.Claims, keys.Slugs)
	untouched(h.T, before.Outcomes, h.state.Outcomes, keys.Commands)
	untouched(h.T, before.Usage, h.state.Usage, keys.Usage)
	untouched(h.T, before.External, h.state.External, keys.External)
	untouched(h.T, before.Blocks, h.state.Blocks, keys.Blocks)
}

// count compares what the state counts with a census.
func (h *history) count() {
	census, externals := map[domain.UsageKey]uint64{}, map[domain.ExternalKey]domain.LinkNumber{}
	for n, l := range h.state.Links {
		if !l.Counts() {
			continue
		}
		census[domain.UsageKey{Account: l.Account, Domain: l.Domain}]++
		key := domain.ExternalKey{Account: l.Account, Domain: l.Domain, ID: l.External}
		if other := externals[key]; other != 0 && key.ID != "" {
			h.Fatalf("%s and %s have the external id %+v", n, other, key)
		}
		externals[key] = n
	}
	for key, n := range h.state.Usage {
		if census[key] != n {
			h.Fatalf("%+v has %d links and is said to have %d", key, census[key], n)
		}
	}
	for key, n := range h.state.External {
		if externals[key] != n {
			h.Fatalf("%+v is said to be %s and is %s", key, n, externals[key])
		}
	}
}

// answer checks what a batch says became of its items.
func (h *history) answer(c domain.Command, events []domain.Event) {
	b, ok := c.Body.(domain.Batch)
	if !ok || len(events) == 0 {
		return
	}
	o := h.state.Outcomes[c.ID]
	if len(o.Items) != len(b.Items) || o.Link != 0 {
		h.Fatalf("%d items for %d: %+v", len(o.Items), len(b.Items), o)
	}
	last := map[domain.LinkNumber]uint64{}
	for i, item := range o.Items {
		if item.Rejection != nil && (b.Atomic || item.Link != 0) || item.Rejection == nil && item.Version < last[item.Link] {
			h.Fatalf("item %d of %+v: %+v", i, b, item)
		}
		last[item.Link] = item.Version
	}
	for n, version := range last {
		if n != 0 && h.state.Links[n].Version != version {
			h.Fatalf("%s is at version %d, not %d", n, h.state.Links[n].Version, version)
		}
	}
}

func untouched[K comparable, V any](t *testing.T, before, after map[K]V, touched []K) {
	t.Helper()
	for k, v := range after {
		if !reflect.DeepEqual(before[k], v) && !slices.Contains(touched, k) {
			t.Fatalf("%v changed to %+v and was not said to be touched", k, v)
		}
	}
}

func (h *history) slug() domain.Slug {
	return domain.Slug([]string{"sale", "Sale", "SALE", "winter", "Winter", "spring", "summer", "autumn", "rain", "snow", "x_1"}[h.rand.IntN(11)])
}

func (h *history) body() domain.CommandBody {
	switch h.rand.IntN(16) {
	case 0:
		b := domain.Batch{Atomic: h.rand.IntN(2) == 0}
		for range 1 + h.rand.IntN(9) {
			b.Items = append(b.Items, h.change())
		}
		return b
	case 1:
		return domain.SetBlock{Block: h.block(), On: h.rand.IntN(2) == 0}
	case 2:
		return domain.ChangeDomain{To: domain.DomainSettings{RedirectStatus: 301, Root: h.place()}}
	case 3:
		return domain.RegisterDomain{Cases: domain.CasePolicy(h.rand.IntN(2))}
	}
	return h.change()
}

func (h *history) block() domain.Block {
	return []domain.Block{{Kind: domain.BlockHost, Value: "example.org"}, {Kind: domain.BlockHost, Value: "org"}, {Kind: domain.BlockAccount, Value: "acc1"}}[h.rand.IntN(3)]
}

func (h *history) change() domain.CommandBody {
	var link domain.LinkNumber
	if len(h.links) > 0 {
		link = h.links[len(h.links)-1-h.rand.IntN(min(len(h.links), 8))]
	}
	to, host := h.place(), []domain.Host{"sho.rt", "go.sho.rt", "in.sho.rt", "a.in.sho.rt"}[h.rand.IntN(4)]
	switch h.rand.IntN(6) {
	case 0:
		return domain.CreateLink{Host: host, Destination: to, Traits: h.traits(), Upsert: h.rand.IntN(2) == 0}
	case 1:
		return domain.CreateLink{Host: "sho.rt", Slug: h.slug(), Foreign: h.rand.IntN(4) == 0, Destination: to, Traits: h.traits(), Upsert: h.rand.IntN(2) == 0}
	case 2:
		return domain.UpdateLink{Link: link, Slug: new(h.slug()), Destination: &to}
	case 3:
		return domain.UpdateLink{Link: link, Host: &host}
	case 4:
		return domain.UpdateLink{Link: link, Patch: domain.Patch{Set: domain.Fields(h.rand.Uint64() & (1<<25 - 1)), To: h.traits()}}
	}
	return domain.DeleteLink{Link: link}
}

func (h *history) place() domain.Destination {
	switch h.rand.IntN(30) {
	case 0:
		return "https://www.sho.rt/"
	case 1, 2, 3:
		return "https://www.example.org/"
	}
	return domain.Destination(fmt.Sprintf("https://example.com/%d", h.rand.IntN(3)))
}

func (h *history) traits() domain.Traits {
	t := domain.Traits{Title: fmt.Sprint(h.rand.IntN(2)), Archived: h.rand.IntN(4) == 0, ExpiredURL: h.place()}
	if h.rand.IntN(2) == 0 {
		t.External = fmt.Sprint("x", h.rand.IntN(4))
	}
	if h.rand.IntN(2) == 0 {
		t.Tags, t.Rules = []string{"a"}, []domain.Rule{{ID: "r", To: h.place()}}
	}
	return t
}

// look keeps its own books of who holds what, from the events alone.
func (h *history) look(e domain.Event) {
	claim := func(k domain.SlugKey) {
		if by := h.holder[k]; by != 0 && by != e.Link {
			h.Fatalf("%s claims %s, which %s holds", e.Link, k, by)
		}
		last, rested := h.freed[k]
		if rested && last.Account != e.Account && e.At.Sub(last.At) < domain.Quarantine {
			h.Fatalf("%s claims %s, which %s left at %s", e.Account, k, last.Account, last.At)
		}
		h.holder[k] = e.Link
	}
	free := func(k domain.SlugKey) {
		if h.holder[k] != e.Link {
			h.Fatalf("%s frees %s, which %s holds", e.Link, k, h.holder[k])
		}
		delete(h.holder, k)
		h.freed[k] = e
	}
	if e.Link == 0 {
		return
	}
	if before := h.state.Links[e.Link]; e.Version != before.Version+1 {
		if _, idle := e.Body.(domain.NothingChanged); !idle {
			h.Fatalf("version %d after %d", e.Version, before.Version)
		}
	}
	switch b := e.Body.(type) {
	case domain.LinkCreated:
		claim(b.Key)
		h.links = append(h.links, e.Link)
	case domain.SlugChanged:
		free(b.FromKey)
		claim(b.ToKey)
	case domain.LinkChanged:
		before := h.state.Links[e.Link].Traits
		if d := (domain.Patch{Set: b.Set, To: b.From}); d.Changes(before).Set != 0 || (domain.Patch{Set: b.Set, To: b.To}).Changes(before).Set != b.Set {
			h.Fatalf("%+v is not what happens to %+v", b, before)
		}
	case domain.LinkDeleted:
		free(b.Key)
		if b.External != h.state.Links[e.Link].External {
			h.Fatalf("%+v frees another external id", e)
		}
	}
}
