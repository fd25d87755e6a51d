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
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 0))
		h := history{T: t, rand: r, state: domain.NewState(), holder: map[domain.SlugKey]domain.LinkNumber{}, freed: map[domain.SlugKey]domain.Event{}}
		h.state.Domains["sho.rt"] = domain.Domain{Host: "sho.rt", Account: domain.SystemAccount, Cases: domain.CasePolicy(seed % 2)}
		now := dawn
		for i := range 400 {
			now = now.Add(time.Duration(r.IntN(48)) * time.Hour)
			h.step(int64(i), now)
		}
		if len(h.holder) == 0 || len(h.freed) == 0 {
			t.Error("nothing happened")
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
		Domain: "sho.rt", Deadline: now, Body: h.body(),
	}
	slugs := []domain.Slug{h.slug(), h.slug()}
	for {
		events, err := domain.Decide(h.state, c, offset, domain.Chance{Now: now, Slugs: slugs, Numbering: numbering})
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			learn(h.state, lack.Keys)
			continue
		}
		for _, e := range events {
			h.look(e)
			h.apply(e)
		}
		return
	}
}

// apply applies e and checks that nothing changed but what e says it touches: overlays and
// caches rely on it.
func (h *history) apply(e domain.Event) {
	before := domain.State{Domains: maps.Clone(h.state.Domains), Links: maps.Clone(h.state.Links), Claims: maps.Clone(h.state.Claims), Outcomes: maps.Clone(h.state.Outcomes),
		Usage: maps.Clone(h.state.Usage), External: maps.Clone(h.state.External), Blocks: maps.Clone(h.state.Blocks)}
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

func untouched[K comparable, V any](t *testing.T, before, after map[K]V, touched []K) {
	t.Helper()
	for k, v := range after {
		if !reflect.DeepEqual(before[k], v) && !slices.Contains(touched, k) {
			t.Fatalf("%v changed to %+v and was not said to be touched", k, v)
		}
	}
}

func (h *history) slug() domain.Slug {
	return domain.Slug([]string{"sale", "Sale", "SALE", "winter", "Winter", "spring"}[h.rand.IntN(6)])
}

func (h *history) body() domain.CommandBody {
	var link domain.LinkNumber
	if len(h.links) > 0 {
		link = h.links[len(h.links)-1-h.rand.IntN(min(len(h.links), 8))]
	}
	switch h.rand.IntN(4) {
	case 0:
		return domain.CreateLink{Host: []domain.Host{"sho.rt", "go.sho.rt"}[h.rand.IntN(2)], Destination: "https://example.com/"}
	case 1:
		return domain.CreateLink{Host: "sho.rt", Slug: h.slug(), Destination: "https://example.com/"}
	case 2:
		to := domain.Destination(fmt.Sprintf("https://example.com/%d", h.rand.IntN(3)))
		return domain.UpdateLink{Link: link, Slug: new(h.slug()), Destination: &to}
	}
	return domain.DeleteLink{Link: link}
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
	case domain.LinkDeleted:
		free(b.Key)
	}
}
