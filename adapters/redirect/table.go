package redirect

import (
	"hash/maphash"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linklog/linklog/domain"
)

const (
	shards     = 64
	groups     = 128 // of slugs in a shard, by which the newest event is noted
	absentLife = time.Minute
)

// table holds slugs in memory, in shards with a lock each.
type table struct {
	hosts    hosts
	seed     maphash.Seed
	shard    [shards]shard
	room     int         // for links in a shard
	spare    int         // for absent slugs in a shard
	complete atomic.Bool // every link there is stands in the table
	withheld withheld
	blocks   blocks

	mu   sync.Mutex
	next map[int32]int64 // the tail's position: offsets below are applied

	evicted atomic.Uint64
}

type shard struct {
	mu     sync.RWMutex
	live   map[string]*entry
	absent map[string]absence
	newest map[int32]*notes // by partition
}

// notes are the offsets after the newest applied event of each group of slugs, in one partition.
type notes [groups]int64

func (n *notes) fill(next int64) {
	for i := range n {
		n[i] = next
	}
}

// absence is the knowledge that a slug leads nowhere.
type absence struct {
	asOf  int64
	until time.Time
}

// newTable makes an empty table for about limit links and an eighth of that of absent slugs.
func newTable(limit int, fallback domain.Host) *table {
	t := &table{seed: maphash.MakeSeed(), next: map[int32]int64{}}
	t.room = limit/shards + limit/shards/16 + 1 // shards don't fill evenly
	t.spare = max(t.room/8, 1)
	t.hosts.fallback = []byte(fallback)
	t.clear()
	return t
}

// clear forgets everything.
func (t *table) clear() {
	for i := range t.shard {
		s := &t.shard[i]
		s.mu.Lock()
		s.live, s.absent, s.newest = map[string]*entry{}, map[string]absence{}, map[int32]*notes{}
		s.mu.Unlock()
	}
	t.hosts.clear()
	t.complete.Store(true)
}

// start says that the table is right at the positions next, from which the tail will go on.
func (t *table) start(next map[int32]int64, domains []domain.Domain, blocked []domain.Block, complete bool) {
	t.hosts.register(domains...)
	t.blocks.replace(blocked)
	for i := range t.shard {
		s := &t.shard[i]
		s.mu.Lock()
		for p, n := range next {
			s.notes(p).fill(n)
		}
		s.mu.Unlock()
	}
	t.mu.Lock()
	t.next = maps.Clone(next)
	if t.next == nil {
		t.next = map[int32]int64{}
	}
	t.mu.Unlock()
	if !complete {
		t.complete.Store(false)
	}
}

// place is where a slug lives in the table.
type place struct {
	shard *shard
	group int
}

func (t *table) place(key []byte) place {
	h := maphash.Bytes(t.seed, key)
	return place{&t.shard[h%shards], int(h / shards % groups)} //nolint:gosec // bounded
}

// appendKey is the key of a slug as maps hold it: what [domain.SlugKey.String] writes.
func appendKey(to []byte, host, text []byte, cases domain.CasePolicy) []byte {
	to = append(append(to, host...), '/')
	for _, c := range text {
		if cases == domain.IgnoreCase && c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		to = append(to, c)
	}
	return to
}

// keyText is the same for a key as events and rows have it.
func keyText(k domain.SlugKey) string { return string(k.Host) + "/" + k.Text }

// find looks for a slug: its entry, or nil and whether it is known to lead nowhere.
func (t *table) find(key []byte, now time.Time) (e *entry, absent bool) {
	s := t.place(key).shard
	s.mu.RLock()
	e = s.live[string(key)]
	if e == nil {
		a, ok := s.absent[string(key)]
		absent = ok && now.Before(a.until)
	}
	s.mu.RUnlock()
	if e == nil {
		return nil, absent
	}
	if t.withheld.covers(e) {
		return nil, false
	}
	if e.hidden {
		return nil, true
	}
	e.touch()
	return e, false
}

// admit puts a link of the first load into the table.
func (t *table) admit(key domain.SlugKey, l domain.Link) {
	if l.Status == domain.Parked {
		t.complete.Store(false) // once repaired the link is back, and no event will tell
	}
	e := newEntry(l, 0)
	if e == nil {
		return
	}
	k := keyText(key)
	s := t.place([]byte(k)).shard
	s.mu.Lock()
	t.put(s, k, e)
	s.mu.Unlock()
}

// fill takes what a look-up found: the link that holds key (its zero value: none), read at position next of the slug's partition. It
// refuses (ok is false) what may be older than an event that is applied already; otherwise e is what is known now, nil for nothing.
func (t *table) fill(key string, l domain.Link, partition int32, next int64, now time.Time) (e *entry, ok bool) {
	p := t.place([]byte(key))
	s := p.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if partition < 0 { // the table knows the domain, but the read model doesn't yet
		return nil, false
	}
	if next < s.notes(partition)[p.group] || next <= t.withheld.since(l.Number) {
		return nil, false
	}
	if s.asOf(key) > next { // another look-up brought newer
		return s.live[key].shown(), true
	}
	if e = newEntry(l, next); e != nil {
		t.put(s, key, e)
	} else {
		t.lack(s, key, absence{next, now.Add(absentLife)})
	}
	return e.shown(), true
}

// put stores e, making room if needed. The shard is locked.
func (t *table) put(s *shard, key string, e *entry) {
	delete(s.absent, key)
	if _, known := s.live[key]; !known && len(s.live) >= t.room {
		s.evict()
		t.complete.Store(false)
		t.evicted.Add(1)
	}
	e.share(key)
	s.live[key] = e
}

// lack stores the knowledge that key leads nowhere. The shard is locked.
func (t *table) lack(s *shard, key string, a absence) {
	delete(s.live, key)
	if _, known := s.absent[key]; !known && len(s.absent) >= t.spare {
		for other := range s.absent { // whichever: an attacker's guesses are all the same
			delete(s.absent, other)
			break
		}
	}
	s.absent[key] = a
}

// evict drops an entry that was not used since eviction last looked at it, or the last of a few candidates if all were.
func (s *shard) evict() {
	const candidates = 8
	n := 0
	for key, e := range s.live { // the runtime begins anywhere
		if n++; n == candidates || !e.used.Swap(false) {
			delete(s.live, key)
			return
		}
	}
	for key := range s.live {
		delete(s.live, key)
		return
	}
}

// notes are the newest events of partition p. The shard is locked.
func (s *shard) notes(p int32) *notes {
	n := s.newest[p]
	if n == nil {
		n = new(notes)
		s.newest[p] = n
	}
	return n
}

// positions is where the tail has to go on.
func (t *table) positions() map[int32]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.next)
}

// size is how many links and absent slugs are held.
func (t *table) size() (live, absent int) {
	for i := range t.shard {
		s := &t.shard[i]
		s.mu.RLock()
		live += len(s.live)
		absent += len(s.absent)
		s.mu.RUnlock()
	}
	return live, absent
}
