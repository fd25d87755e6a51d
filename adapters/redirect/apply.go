package redirect

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// apply folds one event of links.events into the table. Events of a partition come in order.
func (t *table) apply(partition int32, offset int64, ev domain.Event) {
	switch b := ev.Body.(type) {
	case domain.DomainRegistered, domain.DomainVerified, domain.DomainChanged, domain.DomainReleased:
		t.hosts.apply(ev)
	case domain.BlockChanged:
		t.blocks.set(b.Block, b.On)
	case domain.LinkCreated:
		t.replace(partition, offset, b.Key, newEntry(domain.Link{}.Apply(ev), offset+1), ev.At)
	case domain.DestinationChanged:
		t.change(partition, offset, b.Key, ev)
	case domain.ExpiryChanged:
		t.change(partition, offset, b.Key, ev)
	case domain.LinkChanged:
		t.change(partition, offset, b.Key, ev)
	case domain.LinkDeleted:
		t.change(partition, offset, b.Key, ev)
	case domain.SlugChanged:
		t.move(partition, offset, b, ev)
	case domain.Redacted:
		t.withheld.add(ev.Link, offset)
	case domain.Unreadable:
		t.withheld.add(ev.Link, offset)
		t.complete.Store(false) // once repaired the link is back, and no event will tell
	}
	t.mu.Lock()
	t.next[partition] = max(t.next[partition], offset+1)
	t.mu.Unlock()
}

// replace sets what a slug leads to after the event at offset, nil for nothing, unless newer is known.
func (t *table) replace(partition int32, offset int64, key domain.SlugKey, e *entry, at time.Time) {
	k := keyText(key)
	p := t.place([]byte(k))
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.note(partition, offset)
	if p.shard.asOf(k) <= offset {
		t.set(p.shard, k, e, offset, at)
	}
}

// change folds ev into the entry of the link that it concerns.
func (t *table) change(partition int32, offset int64, key domain.SlugKey, ev domain.Event) {
	k := keyText(key)
	p := t.place([]byte(k))
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.note(partition, offset)
	e := p.shard.live[k]
	if e == nil {
		p.shard.doubt(t, k, offset)
		return // not held: the note is enough
	}
	if e.asOf > offset {
		return
	}
	if e.target.Link != ev.Link || t.withheld.covers(e) {
		delete(p.shard.live, k) // a look-up will tell
		t.complete.Store(false)
		return
	}
	t.set(p.shard, k, e.after(ev, offset), offset, ev.At)
}

// move lets a link have its new slug before it loses the old one, so that it can be reached at every moment.
func (t *table) move(partition int32, offset int64, b domain.SlugChanged, ev domain.Event) {
	old := t.peek(b.FromKey)
	if old != nil && old.asOf <= offset && old.target.Link == ev.Link && !t.withheld.covers(old) {
		t.replace(partition, offset, b.ToKey, old.after(ev, offset), ev.At)
	} else {
		t.forget(partition, offset, b.ToKey)
	}
	if b.FromKey != b.ToKey {
		t.replace(partition, offset, b.FromKey, nil, ev.At)
	}
}

// doubt forgets that a slug leads nowhere: something happened to the link that it leads to. The shard is locked.
func (s *shard) doubt(t *table, key string, offset int64) {
	if a, ok := s.absent[key]; ok && a.asOf <= offset {
		delete(s.absent, key)
		t.complete.Store(false) // a look-up will tell
	}
}

func (t *table) peek(key domain.SlugKey) *entry {
	k := keyText(key)
	s := t.place([]byte(k)).shard
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.live[k]
}

// forget drops what is known of a slug if it is older than the event at offset: a look-up must tell what the event made of it.
func (t *table) forget(partition int32, offset int64, key domain.SlugKey) {
	k := keyText(key)
	p := t.place([]byte(k))
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.note(partition, offset)
	if p.shard.asOf(k) <= offset {
		delete(p.shard.live, k)
		delete(p.shard.absent, k)
		t.complete.Store(false)
	}
}

// set stores e, or for a while that the slug leads nowhere. The shard is locked.
func (t *table) set(s *shard, key string, e *entry, offset int64, at time.Time) {
	if e != nil {
		t.put(s, key, e)
		return
	}
	t.lack(s, key, absence{offset + 1, at.Add(absentLife)})
}

// note keeps the event at offset as the newest of its group. The shard is locked.
func (p place) note(partition int32, offset int64) {
	n := p.shard.notes(partition)
	n[p.group] = max(n[p.group], offset+1)
}

// asOf is the position that the knowledge of a slug is right at, 0 if there is none. The shard is locked.
func (s *shard) asOf(key string) int64 {
	if e := s.live[key]; e != nil {
		return e.asOf
	}
	return s.absent[key].asOf
}
