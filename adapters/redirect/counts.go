package redirect

import (
	"context"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
)

// Clicks tells how many human visits a link had, as far as they are counted.
type Clicks func(ctx context.Context, link domain.LinkNumber) (uint64, error)

// How counts of limited links are read.
const (
	countEvery    = time.Second            // no more often than this for a link
	countPatience = 500 * time.Millisecond // for one reading
	countsHeld    = 16 << 10
)

// counts knows how many human visits links with a limit had.
type counts struct {
	load Clicks
	now  func() time.Time

	mu         sync.Mutex
	young, old map[domain.LinkNumber]*count
}

func newCounts(load Clicks, now func() time.Time) *counts {
	return &counts{load: load, now: now, young: map[domain.LinkNumber]*count{}}
}

// count is what is known of one link's visits. It never falls, and never exceeds the truth: it is the most that was ever counted, and
// every visit that was let in here since.
type count struct {
	mu   sync.Mutex
	seen uint64
	read time.Time
}

// of is the count of a link, which may have to be read yet.
func (s *counts) of(link domain.LinkNumber) *count {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.young[link]
	if c != nil {
		return c
	}
	if c = s.old[link]; c == nil {
		c = new(count)
	}
	if len(s.young) >= countsHeld {
		s.young, s.old = make(map[domain.LinkNumber]*count), s.young
	}
	s.young[link] = c
	return c
}

// visits is how many human visits the link had. Who asks while it is being read waits for that. If it can't be read, what is known has to
// do: a visitor is rather sent on than turned away by our trouble.
func (s *counts) visits(ctx context.Context, link domain.LinkNumber) uint64 {
	c := s.of(link)
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := s.now(); s.load != nil && now.Sub(c.read) >= countEvery {
		c.read = now
		ctx, cancel := context.WithTimeout(ctx, countPatience)
		defer cancel()
		if n, err := s.load(ctx, link); err == nil {
			c.seen = max(c.seen, n)
		}
	}
	return c.seen
}

// claim takes one of the link's visits, and reports false if there is none left.
func (s *counts) claim(link domain.LinkNumber, limit uint64) bool {
	c := s.of(link)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen >= limit {
		return false
	}
	c.seen++
	return true
}
