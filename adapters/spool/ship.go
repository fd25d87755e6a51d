package spool

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
)

// Record is a click as it is shipped. Its link and time are what a message needs beside the payload.
type Record struct {
	ID      domain.ClickID
	Link    domain.LinkNumber
	At      time.Time
	Payload []byte // what Stamp and Encode made
}

// Ship sends clicks on, in their order wherever order is kept, and returns once all of them are acknowledged. After an error the same
// clicks are shipped again, and no others before. Ship must keep nothing of the batch after it has returned, except after ctx ended.
type Ship func(ctx context.Context, batch []Record) error

// The largest batch, and the pauses between attempts to ship it.
const (
	maxBatch  = 4096
	shipPause = 20 * time.Millisecond
	shipMost  = 2 * time.Second
)

// batch is what is shipped at once: records of one segment.
type batch struct {
	from    *segment
	end     int // where in the segment it ends
	records []Record
	payload []byte // memory of the payloads: the segment's may go when the context ends
	more    bool   // there are more to be shipped, or a segment to be removed
}

// ship ships everything, in order, one batch after the other, until the spool is closed and empty or ctx ends.
func (s *Spool) ship(ctx context.Context) {
	defer close(s.drained)
	var b batch
	for ctx.Err() == nil {
		s.collect(&b)
		if b.end > 0 {
			if !s.deliver(ctx, b.records) {
				return
			}
			s.acknowledge(&b)
		}
		if b.more {
			continue
		}
		if s.finished() || !s.linger(ctx) {
			return
		}
	}
}

// linger waits for clicks, and then for more of them. It reports false if ctx ended.
func (s *Spool) linger(ctx context.Context) bool {
	closing := s.closing
	if s.stopping() {
		closing = nil // the last writers tell when they are done
	}
	select {
	case <-s.some:
	case <-closing:
		return true
	case <-ctx.Done():
		return false
	}
	if closing == nil {
		return true
	}
	t := time.NewTimer(s.o.Linger)
	defer t.Stop()
	select {
	case <-t.C:
	case <-closing:
	case <-ctx.Done():
		return false
	}
	return true
}

func (s *Spool) stopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// finished tells that there is nothing to ship, and will be nothing.
func (s *Spool) finished() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed && s.unshipped() == 0
}

// head returns the oldest segment that may have something to ship, and how far it is taken.
func (s *Spool) head() (g *segment, end int, last bool) {
	for {
		s.mu.Lock()
		if len(s.segments) == 0 {
			s.mu.Unlock()
			return nil, 0, true
		}
		g, end, last = s.segments[0], s.segments[0].end, len(s.segments) == 1
		done := g.sealed && g.acked == g.end
		s.mu.Unlock()
		if !done {
			return g, end, last
		}
		s.retire(g, g.remove)
	}
}

// retire takes the oldest segment off the list and lets go of it.
func (s *Spool) retire(g *segment, release func() error) {
	s.mu.Lock()
	s.segments = slices.Delete(s.segments, 0, 1)
	s.used -= g.size
	s.mu.Unlock()
	if err := release(); err != nil {
		s.o.Log.Error("can't remove a shipped segment; its clicks will be sent again", "error", err)
	}
	wake(s.wanted)
}

// collect fills b with what can be shipped next. There may be nothing: then b.end is 0.
func (s *Spool) collect(b *batch) {
	*b = batch{records: b.records[:0], payload: b.payload[:0]}
	g, end, last := s.head()
	if g == nil {
		return
	}
	if !g.left {
		end = g.settled(g.acked, end)
	} else if err := g.load(); err != nil {
		s.lose(g, err)
		b.more = true
		return
	}
	if end == g.acked {
		return
	}
	c := cursor{data: g.data[:end], seed: g.seed, at: g.acked}
	for len(b.records) < maxBatch {
		r, ok := c.next()
		if !ok {
			c.at = end
			break
		}
		s.add(b, g, r)
	}
	b.from, b.end, b.more = g, c.at, c.at < end || !last
	if !g.left {
		s.tally.damaged.Add(c.damaged) // those of the others were counted when they were recovered
	}
	if len(b.records) > 0 {
		s.tally.oldest.Store(b.records[0].At.UnixNano())
	}
}

// add puts a record into the batch.
func (s *Spool) add(b *batch, g *segment, r content) {
	id := domain.ClickID{Node: g.node, Epoch: g.epoch, Sequence: r.sequence}
	start := len(b.payload)
	if s.o.Stamp != nil {
		b.payload = s.o.Stamp(b.payload, id)
	}
	b.payload = append(b.payload, r.payload...)
	b.records = append(b.records, Record{
		ID: id, Link: domain.LinkNumber(r.link), At: time.Unix(0, r.at).UTC(), Payload: b.payload[start:len(b.payload):len(b.payload)],
	})
}

// lose gives up a segment that was left and can't be read any more.
func (s *Spool) lose(g *segment, why error) {
	s.mu.Lock()
	s.waiting -= g.clicks
	s.mu.Unlock()
	s.retire(g, func() error {
		if err := g.close(); err != nil {
			return err
		}
		return s.setAside(g.path, fmt.Errorf("%d clicks: %w", g.clicks, why))
	})
}

// deliver ships one batch for as long as it takes, and reports false if ctx ended first.
func (s *Spool) deliver(ctx context.Context, records []Record) bool {
	if len(records) == 0 {
		return true
	}
	for pause, failed := shipPause, false; ; pause = min(2*pause, shipMost) {
		err := s.o.Ship(ctx, records)
		if err == nil {
			if failed {
				s.o.Log.Info("clicks are shipped again")
			}
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if !failed {
			s.o.Log.Warn("clicks can't be shipped, trying again", "error", err)
			failed = true
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return false
		}
	}
}

// acknowledge notes that a batch has arrived.
func (s *Spool) acknowledge(b *batch) {
	n := uint64(len(b.records))
	if err := b.from.keep(b.end); err != nil {
		s.o.Log.Error("clicks may be sent again", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting -= n
	b.from.acked = b.end
	b.more = b.more || b.from.sealed // to remove it: with the spool full, the room for the next click depends on that
	if b.from.left {
		b.from.clicks -= n
	}
	s.tally.shipped.Add(n)
	s.tally.oldest.Store(0)
}
