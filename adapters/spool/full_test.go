package spool_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
)

// flood records until a click is dropped, and returns how many were kept.
func flood(s *spool.Spool) (kept uint64) {
	filler := strings.Repeat("x", 1000)
	for before := s.Stats().Dropped.Total(); s.Stats().Dropped.Total() == before; kept++ {
		record(s, filler)
	}
	return kept - 1
}

// TestCap: a full spool drops and counts, ships what it kept, and then takes clicks again. One segment is enough to go on for ever.
func TestCap(t *testing.T) {
	t.Parallel()
	for _, segments := range []int64{1, 3} {
		p := newPier()
		o := options(p.ship)
		o.Cap = segments * o.SegmentSize
		s := open(t, t.TempDir(), o)
		for round := range 3 {
			soon(t, "room", func() bool { return roomy(s) })
			for before := s.Stats().Dropped.Full; s.Stats().Dropped.Full == before; {
				flood(s) // up to a drop, which may be for want of time
			}
			stats := s.Stats()
			room := o.Cap
			if round > 0 { // the segment in use may hold clicks of the round before, which are gone
				room -= o.SegmentSize
			}
			if room = max(room/1100, 1); int64(stats.Waiting) < room || stats.Used > o.Cap {
				t.Errorf("there was room for %d: %+v", room, stats)
			}
			p.all(int(stats.Waiting))
			soon(t, "arrival", func() bool { return s.Stats().Waiting == 0 })
		}
		shut(t, s)
	}
}

// roomy tells that a click is kept.
func roomy(s *spool.Spool) bool {
	before := s.Stats().Dropped.Total()
	record(s, "is there room?")
	return s.Stats().Dropped.Total() == before
}

// TestTooLarge: a click that fits no record is dropped, and the next one isn't.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	p := newPier()
	s := open(t, t.TempDir(), options(p.ship))
	s.Record(&domain.Click{UserAgent: strings.Repeat("x", spool.MaxPayload+1)})
	s.Record(&domain.Click{UserAgent: strings.Repeat("y", spool.MaxPayload)})
	s.Record(&domain.Click{})
	if got := p.all(2); fmt.Sprint(sequences(got)) != "[1 2]" || len(got[0].text) != spool.MaxPayload || got[1].text != "" {
		t.Errorf("got %v", sequences(got))
	}
	if d := s.Stats().Dropped; d.Full != 1 {
		t.Errorf("dropped %+v", d)
	}
	shut(t, s)
}
