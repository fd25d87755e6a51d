package redirect

import (
	"sync/atomic"
	"time"
)

// Stats are counts since the start, and sizes now.
type Stats struct {
	// Requests by what they got.
	Redirects   uint64 // GET, sent on
	Heads       uint64 // HEAD, shown where to
	Gone        uint64 // 410
	NotFound    uint64 // 404
	Unavailable uint64 // 503
	Refused     uint64 // 405
	Disabled    uint64 // 410 because of the blocklist
	Slowed      uint64 // 429
	Locked      uint64 // 401
	Previews    uint64 // pages for programs that show previews
	Looks       uint64 // pages of slug+

	// Look-ups in the read model.
	Lookups       uint64 // asked
	LookupsFailed uint64 // not answered
	LookupsStale  uint64 // answered from before an event the tail had brought
	Spared        uint64 // not asked because the budget was spent

	// The table.
	Links    int // held
	Absent   int // slugs known to lead nowhere
	Evicted  uint64
	Complete bool // every link there is, is held

	// The tail of links.events.
	Tailing   bool            // caught up, and reading
	Events    uint64          // applied
	Delay     time.Duration   // from event to applied, of the newest
	DelaySum  time.Duration   // of all since caught up
	DelayMost time.Duration   // the longest since caught up
	Delayed   uint64          // events in DelaySum
	Positions map[int32]int64 // next offset by partition
}

// tally counts requests.
type tally struct {
	redirects, heads, gone, notFound, unavailable, refused atomic.Uint64
	disabled, slowed, locked, previews, looks              atomic.Uint64
}

// tailing measures the tail.
type tailing struct {
	live    atomic.Bool
	events  atomic.Uint64
	delayed atomic.Uint64
	last    atomic.Int64
	sum     atomic.Int64
	most    atomic.Int64
}

// applied notes an event that was applied delay after it happened.
func (t *tailing) applied(delay time.Duration) {
	t.events.Add(1)
	if !t.live.Load() {
		return // old news
	}
	d := int64(max(0, delay))
	t.delayed.Add(1)
	t.last.Store(d)
	t.sum.Add(d)
	t.most.Store(max(d, t.most.Load())) // calls don't overlap
}

// Stats is what the server counted so far.
func (s *Server) Stats() Stats {
	h, l, t := s.handler, s.handler.lookups, &s.tailing
	live, absent := s.table.size()
	return Stats{
		Redirects: h.tally.redirects.Load(), Heads: h.tally.heads.Load(), Gone: h.tally.gone.Load(),
		NotFound: h.tally.notFound.Load(), Unavailable: h.tally.unavailable.Load(), Refused: h.tally.refused.Load(),
		Disabled: h.tally.disabled.Load(), Slowed: h.tally.slowed.Load(), Locked: h.tally.locked.Load(),
		Previews: h.tally.previews.Load(), Looks: h.tally.looks.Load(),
		Lookups: l.asked.Load(), LookupsFailed: l.failed.Load(), LookupsStale: l.stale.Load(), Spared: l.spared.Load(),
		Links: live, Absent: absent, Evicted: s.table.evicted.Load(), Complete: s.table.complete.Load(),
		Tailing: t.live.Load(), Events: t.events.Load(), Delayed: t.delayed.Load(), Delay: time.Duration(t.last.Load()),
		DelaySum: time.Duration(t.sum.Load()), DelayMost: time.Duration(t.most.Load()), Positions: s.table.positions(),
	}
}
