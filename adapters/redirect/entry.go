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
}

// newEntry is what visitors may see of l, nil if that is nothing.
func newEntry(l domain.Link, asOf int64) *entry {
	target, ok := l.Target()
	if !ok || !carriable(target.Destination) {
		return nil
	}
	return &entry{target: target, host: l.Host, slug: l.Slug, asOf: asOf}
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
	return newEntry(l.Apply(ev), offset+1)
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
