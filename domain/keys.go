package domain

import (
	"slices"
	"strings"
)

// Keys names what must be known to decide a command, or what an event touches.
type Keys struct {
	Hosts    []Host
	Links    []LinkNumber
	Slugs    []SlugKey
	Commands []CommandID
	Usage    []UsageKey
	External []ExternalKey
	Blocks   []Block
}

// UsageKey names a count: the links of an account on a domain that are not deleted.
type UsageKey struct {
	Account AccountID
	Domain  Host
}

// ExternalKey names a link by the id its owner gave it, on one short domain.
type ExternalKey struct {
	Account AccountID
	Domain  Host
	ID      string
}

// Needs lists what deciding c reads. candidates are the drawn slugs it may be given. What only
// turns out on the way is asked for with a [Lack].
func (c Command) Needs(candidates []Slug) Keys {
	k := Keys{Hosts: []Host{c.Domain}, Commands: []CommandID{c.ID}, Blocks: []Block{{BlockAccount, string(c.Account)}}}
	drawn := map[Host]bool{}
	for _, b := range c.items() {
		switch b := b.(type) {
		case RegisterDomain:
			k.Hosts = append(k.Hosts, c.Domain.parents()...)
		case ChangeDomain:
			for _, p := range b.To.places() {
				k.addPlace(*p.at)
			}
		case ReleaseDomain:
			k.addUsage(c)
		case SetBlock:
			k.Blocks = append(k.Blocks, b.Block)
		case CreateLink:
			if b.Slug == "" && !drawn[b.Host] {
				drawn[b.Host] = true
				k.addSlugs(b.Host, candidates...)
			}
			k.addCreate(c, b)
			k.addUsage(c)
		case UpdateLink:
			k.Links = append(k.Links, b.Link)
			k.addUpdate(c, b)
		case DeleteLink:
			k.Links = append(k.Links, b.Link)
			k.addUsage(c)
		}
	}
	k.once()
	return k
}

// once leaves out what is named twice: the links of a batch have much in common.
func (k *Keys) once() {
	k.Hosts, k.Blocks, k.External = unique(k.Hosts), unique(k.Blocks), unique(k.External)
}

func unique[K comparable](keys []K) []K {
	seen := make(map[K]bool, len(keys))
	return slices.DeleteFunc(keys, func(key K) bool {
		before := seen[key]
		seen[key] = true
		return before
	})
}

func (k *Keys) addCreate(c Command, b CreateLink) {
	k.addHost(c.Domain, b.Host)
	k.addPlace(b.Destination)
	k.addTraits(b.Traits)
	if b.Slug != "" {
		k.addSlugs(b.Host, b.Slug)
	}
	if b.Traits.External != "" {
		k.External = append(k.External, ExternalKey{c.Account, c.Domain, b.Traits.External})
	}
}

func (k *Keys) addUpdate(c Command, b UpdateLink) {
	if b.Destination != nil {
		k.addPlace(*b.Destination)
	}
	host := c.Domain // most links live there; otherwise the decision asks again
	if b.Host != nil {
		host = *b.Host
		k.addHost(c.Domain, host)
	}
	if b.Slug != nil {
		k.addSlugs(host, *b.Slug)
	}
	k.addTraits(b.Patch.On(Traits{}))
	if b.Patch.Set.Has(FieldExternal) && b.Patch.To.External != "" {
		k.External = append(k.External, ExternalKey{c.Account, c.Domain, b.Patch.To.External})
	}
}

// addUsage names the count that a creation or deletion changes.
func (k *Keys) addUsage(c Command) {
	if len(k.Usage) == 0 {
		k.Usage = []UsageKey{{c.Account, c.Domain}}
	}
}

// addHost names what lies between a host and the domain it is part of: none of it may be a short
// domain of its own.
func (k *Keys) addHost(domain, h Host) {
	if h == domain {
		return
	}
	k.Hosts = append(k.Hosts, h)
	k.Hosts = append(k.Hosts, h.parents()...)
}

// addTraits names what is to be known of the places that traits lead to.
func (k *Keys) addTraits(t Traits) {
	for _, to := range t.places {
		k.addPlace(to)
	}
}

// addPlace names the host of a place: as a short domain, where visitors would go in circles, and
// with its parents as something that may be blocked.
func (k *Keys) addPlace(to Destination) {
	if to == "" {
		return
	}
	h := to.Host()
	k.Hosts = append(k.Hosts, h)
	k.Hosts = append(k.Hosts, h.parents()...)
	k.Blocks = append(k.Blocks, h.blocks()...)
}

// addSlugs names slugs under both case policies: which one holds is part of the answer.
func (k *Keys) addSlugs(h Host, slugs ...Slug) {
	for _, s := range slugs {
		exact := SlugKey{h, string(s)}
		k.Slugs = append(k.Slugs, exact)
		if folded := (SlugKey{h, strings.ToLower(exact.Text)}); folded != exact {
			k.Slugs = append(k.Slugs, folded)
		}
	}
}

// Add joins two lists of needs.
func (k *Keys) Add(other Keys) {
	k.Hosts = append(k.Hosts, other.Hosts...)
	k.Links = append(k.Links, other.Links...)
	k.Slugs = append(k.Slugs, other.Slugs...)
	k.Commands = append(k.Commands, other.Commands...)
	k.Usage = append(k.Usage, other.Usage...)
	k.External = append(k.External, other.External...)
	k.Blocks = append(k.Blocks, other.Blocks...)
}
