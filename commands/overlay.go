package commands

import (
	"maps"
	"time"

	"github.com/linklog/linklog/domain"
)

// overlay is what the log knows and the read model may not know yet: the value after the
// newest event of every key touched since base. Laid over anything loaded at or past base, it
// gives the present.
type overlay struct {
	base     int64 // first event offset it accounts for
	domains  layer[domain.Host, domain.Domain]
	links    layer[domain.LinkNumber, domain.Link]
	claims   layer[domain.SlugKey, domain.Claim]
	outcomes layer[domain.CommandID, domain.Outcome]
	usage    layer[domain.UsageKey, uint64]
	external layer[domain.ExternalKey, domain.LinkNumber]
	blocks   layer[domain.Block, bool]
	sealed   layer[domain.SlugDigest, domain.Claim]
	counter  uint64
	now      time.Time
	touched  []touch // oldest first
}

// touch remembers what one event touched, to forget it once the read model has it.
type touch struct {
	offset int64
	keys   domain.Keys
	sealed []domain.SlugDigest
}

// layer holds the newest values of one kind of key.
type layer[K comparable, V any] map[K]stamped[V]

type stamped[V any] struct {
	value  V
	offset int64 // of the event that made it
}

func newOverlay(base int64) *overlay {
	return &overlay{
		base: base, domains: layer[domain.Host, domain.Domain]{}, links: layer[domain.LinkNumber, domain.Link]{},
		claims: layer[domain.SlugKey, domain.Claim]{}, outcomes: layer[domain.CommandID, domain.Outcome]{},
		usage: layer[domain.UsageKey, uint64]{}, external: layer[domain.ExternalKey, domain.LinkNumber]{}, blocks: layer[domain.Block, bool]{},
		sealed: layer[domain.SlugDigest, domain.Claim]{},
	}
}

// size is how many events the read model lags behind, as far as the overlay knows.
func (o *overlay) size() int { return len(o.touched) }

// absorb takes over what e touched, with the values it has in after.
func (o *overlay) absorb(after *domain.State, e Entry) {
	t := touch{offset: e.Offset, keys: e.Event.Touches(), sealed: e.Event.Sealed()}
	o.domains.put(after.Domains, t.keys.Hosts, e.Offset)
	o.links.put(after.Links, t.keys.Links, e.Offset)
	o.claims.put(after.Claims, t.keys.Slugs, e.Offset)
	o.outcomes.put(after.Outcomes, t.keys.Commands, e.Offset)
	o.usage.put(after.Usage, t.keys.Usage, e.Offset)
	o.external.put(after.External, t.keys.External, e.Offset)
	o.blocks.put(after.Blocks, t.keys.Blocks, e.Offset)
	o.sealed.put(after.Sealed, t.sealed, e.Offset)
	o.counter = max(o.counter, after.Counter)
	o.now = later(o.now, after.Now)
	o.touched = append(o.touched, t)
}

// prune forgets what a read model that has everything before next knows by itself.
func (o *overlay) prune(next int64) {
	n := 0
	for ; n < len(o.touched) && o.touched[n].offset < next; n++ {
		t := o.touched[n]
		o.domains.drop(t.keys.Hosts, t.offset)
		o.links.drop(t.keys.Links, t.offset)
		o.claims.drop(t.keys.Slugs, t.offset)
		o.outcomes.drop(t.keys.Commands, t.offset)
		o.usage.drop(t.keys.Usage, t.offset)
		o.external.drop(t.keys.External, t.offset)
		o.blocks.drop(t.keys.Blocks, t.offset)
		o.sealed.drop(t.sealed, t.offset)
	}
	clear(o.touched[:n]) // append moves the slice on; what was forgotten must not be held
	o.touched = o.touched[n:]
	o.base = max(o.base, next)
}

// lay adds keys to view as they are at present: from the overlay, or else as loaded. What
// view knows already stays, since it may hold what the batch at hand has just decided. Keys
// nobody knows become known to be absent.
func (o *overlay) lay(view, loaded *domain.State, keys domain.Keys) {
	lay(view.Domains, keys.Hosts, o.domains, loaded.Domains)
	lay(view.Links, keys.Links, o.links, loaded.Links)
	lay(view.Claims, keys.Slugs, o.claims, loaded.Claims)
	lay(view.Outcomes, keys.Commands, o.outcomes, loaded.Outcomes)
	lay(view.Usage, keys.Usage, o.usage, loaded.Usage)
	lay(view.External, keys.External, o.external, loaded.External)
	lay(view.Blocks, keys.Blocks, o.blocks, loaded.Blocks)
	maps.Copy(view.Sealed, loaded.Sealed)
	for d, s := range o.sealed { // hardly ever any
		view.Sealed[d] = s.value
	}
	view.Counter = max(view.Counter, loaded.Counter, o.counter)
	view.Now = later(later(view.Now, loaded.Now), o.now)
}

func lay[K comparable, V any](view map[K]V, keys []K, over layer[K, V], loaded map[K]V) {
	for _, k := range keys {
		if _, known := view[k]; known {
			continue
		}
		if s, ok := over[k]; ok {
			view[k] = s.value
		} else {
			view[k] = loaded[k]
		}
	}
}

func (l layer[K, V]) put(from map[K]V, keys []K, offset int64) {
	for _, k := range keys {
		l[k] = stamped[V]{from[k], offset}
	}
}

func (l layer[K, V]) drop(keys []K, offset int64) {
	for _, k := range keys {
		if s, ok := l[k]; ok && s.offset == offset {
			delete(l, k)
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
