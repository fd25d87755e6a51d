package redirect

import (
	"strings"
	"sync/atomic"

	"github.com/linklog/linklog/domain"
)

// entry is a link as the table holds it under one slug. It is never changed, only replaced, so a request may use it without a lock.
type entry struct {
	target domain.Target
	host   domain.Host
	slug   domain.Slug // as the owner wrote it
	asOf   int64       // every event of the slug below this offset is in it
	used   atomic.Bool // since eviction last looked
	hidden bool        // disabled or archived: held, so that the event that brings it back finds it, and not shown
	needs  needs
}

// needs are facts of a visit that take time to find out, and that routing wants to know.
type needs struct{ languages, city, share bool }

// newEntry is what visitors may see of l, now or when its owner shows it again; nil if that is nothing.
func newEntry(l domain.Link, asOf int64) *entry {
	target, shown := l.Target()
	if l.Number == 0 || l.Status != domain.Active || !carriable(target.Destination) {
		return nil
	}
	e := &entry{target: target, host: l.Host, slug: l.Slug, asOf: asOf, hidden: !shown}
	if target.Traits != nil {
		e.target.Traits = visible(*target.Traits)
		e.needs = needsOf(target.Traits.Rules)
	}
	return e
}

// visible leaves out what no visit asks for: a million links needn't keep their notes in memory.
func visible(t domain.Traits) *domain.Traits {
	t.Title, t.Note, t.Tags, t.Metadata, t.External = "", "", nil, "", ""
	return &t
}

func needsOf(rules []domain.Rule) (n needs) {
	for _, r := range rules {
		n.share = n.share || r.Percent > 0
		for _, c := range r.When {
			n.languages = n.languages || c.Kind == domain.ByLanguage
			n.city = n.city || c.Kind == domain.ByCity
		}
	}
	return n
}

// share makes the texts that e has in common with its key parts of that key: a million links have a million copies less of each.
// Nobody else may have e yet.
func (e *entry) share(key string) {
	host, slug, _ := strings.Cut(key, "/")
	if string(e.host) == host {
		e.host = domain.Host(host)
	}
	if string(e.slug) == slug {
		e.slug = domain.Slug(slug)
	}
}

// after is what visitors may see once event ev, which stands at offset, has happened.
func (e *entry) after(ev domain.Event, offset int64) *entry {
	l := domain.Link{
		Number: e.target.Link, Host: e.host, Slug: e.slug, Destination: e.target.Destination,
		Expires: e.target.Expires, Account: e.target.Account, Version: e.target.Version,
	}
	if e.target.Traits != nil {
		l.Traits = *e.target.Traits
	}
	return newEntry(l.Apply(ev), offset+1)
}

// shown is e, or nil if visitors must not see it.
func (e *entry) shown() *entry {
	if e == nil || e.hidden {
		return nil
	}
	return e
}

// touch marks e as used. It looks first: a hot link's line of memory stays shared between the cores.
func (e *entry) touch() {
	if !e.used.Load() {
		e.used.Store(true)
	}
}

// carriable reports whether a Location header can carry d. The domain lets no other destination through; this is the last door.
func carriable(d domain.Destination) bool {
	for i := range len(d) {
		if d[i] <= ' ' || d[i] == 0x7f {
			return false
		}
	}
	return d != ""
}
