package spool

import (
	"sync/atomic"
	"time"
)

// Stats are counts since the opening, and sizes now.
type Stats struct {
	Waiting uint64    // clicks recorded and not acknowledged
	Bytes   int64     // what they take
	Oldest  time.Time // when the first of those under way was made; zero if none is
	Used    int64     // bytes on disk, the room for clicks to come included
	Cap     int64     // most bytes on disk

	Shipped  uint64 // clicks acknowledged
	Dropped  Dropped
	Holes    uint64 // clicks begun and not finished when an earlier process died; no visitor was answered for them
	Damaged  uint64 // stretches, or whole segments, that couldn't be read
	Unsynced uint64 // syncs that failed
}

// Dropped are clicks that were not kept.
type Dropped struct {
	Full   uint64 // the cap was reached, or the click was larger than [MaxPayload]
	Disk   uint64 // the disk had no room, or not soon enough
	Closed uint64 // the spool was closed
}

// Total is the number of clicks that were not kept.
func (d Dropped) Total() uint64 { return d.Full + d.Disk + d.Closed }

// tally counts.
type tally struct {
	shipped, full, disk, closed, holes, damaged, unsynced atomic.Uint64

	oldest atomic.Int64 // see Stats.Oldest
}

// Stats is what the spool counted so far.
func (s *Spool) Stats() Stats {
	t := &s.tally
	stats := Stats{
		Cap: s.o.Cap, Shipped: t.shipped.Load(), Holes: t.holes.Load(), Damaged: t.damaged.Load(), Unsynced: t.unsynced.Load(),
		Dropped: Dropped{Full: t.full.Load(), Disk: t.disk.Load(), Closed: t.closed.Load()},
	}
	if at := t.oldest.Load(); at != 0 {
		stats.Oldest = time.Unix(0, at).UTC()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stats.Waiting, stats.Used = s.waiting, s.used
	stats.Bytes = s.unshipped()
	return stats
}

// unshipped is what the records take that are not acknowledged, in bytes. The caller has mu.
func (s *Spool) unshipped() (n int64) {
	for _, g := range s.segments {
		n += int64(g.end - g.acked)
	}
	return n
}
