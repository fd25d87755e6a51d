package spool_test

import (
	"fmt"
	"slices"
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

// filled is how many clicks of flood fit into a segment: its bytes without the header, and for each click 32 beside the 1000 of its text.
func filled(o spool.Options) int { return int(o.SegmentSize-64) / 1032 }

// fill floods until a click is dropped because of the cap. Those before may be for want of time: the next segment is being made.
func fill(s *spool.Spool) {
	for before := s.Stats().Dropped.Full; s.Stats().Dropped.Full == before; {
		flood(s)
	}
}

// TestCap: a full spool drops and counts, ships what it kept, and then has all of its room again, to the last click. One segment is
// enough to go on for ever. It has that room once the segments are removed, which happens one by one after their clicks are
// acknowledged: who floods it between the first and the last of them is cut off early by a whole segment or two. No click has to come
// for that: the last segment used to stay until one did, and was dropped.
func TestCap(t *testing.T) {
	t.Parallel()
	for _, segments := range []int{1, 3} {
		p, dir := newPier(), t.TempDir()
		o := options(p.ship)
		o.Cap = int64(segments) * o.SegmentSize
		s := open(t, dir, o)
		var old []string
		for range 3 {
			soon(t, "the segments that were shipped to go", func() bool {
				now := files(t, dir)
				return len(now) == 1 && !slices.Contains(old, now[0])
			})
			soon(t, "room", func() bool { return roomy(s) })
			fill(s)
			stats := s.Stats()
			if want := segments*filled(o) + 1; int(stats.Waiting) != want || stats.Used != o.Cap { // and the one that asked for room
				t.Errorf("%d segments keep %d clicks, want %d: %+v", segments, stats.Waiting, want, stats)
			}
			old = files(t, dir)
			p.all(int(stats.Waiting))
		}
		shut(t, s)
	}
}

// TestAcknowledgedRoom: clicks that are acknowledged keep their room while their segment is in use.
func TestAcknowledgedRoom(t *testing.T) {
	t.Parallel()
	const shipped = 50
	for _, segments := range []int{1, 2} {
		p := newPier()
		o := options(p.ship)
		o.Cap = int64(segments) * o.SegmentSize
		s := open(t, t.TempDir(), o)
		for range shipped {
			record(s, strings.Repeat("x", 1000))
		}
		p.all(shipped)
		soon(t, "arrival", func() bool { return s.Stats().Waiting == 0 })
		fill(s)
		if want, got := segments*filled(o)-shipped, int(s.Stats().Waiting); got != want {
			t.Errorf("%d segments, of which %d clicks are acknowledged, keep %d more, want %d", segments, shipped, got, want)
		}
		p.all(int(s.Stats().Waiting))
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
