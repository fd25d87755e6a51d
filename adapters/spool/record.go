package spool

import "github.com/linklog/linklog/domain"

// Record keeps c under the next id, or counts it as dropped. It keeps nothing of c itself, may be called by many at once, and doesn't
// wait for anything but the disk under [FsyncBatch]. When it has returned the click survives the process.
func (s *Spool) Record(c *domain.Click) {
	b := s.rooms.Get().(*[]byte)
	*b = s.o.Encode((*b)[:0], c)
	if g, place, sequence := s.take(len(*b)); g != nil {
		r := content{sequence: sequence, at: c.At.UnixNano(), link: uint64(c.Link), payload: *b}
		r.put(place, g.seed)
		s.written(g)
	}
	s.rooms.Put(b)
}

// take gives a record with a payload of n bytes its place and its sequence, in the same order. There is no segment if it was dropped.
// Who got a place must call written.
func (s *Spool) take(n int) (g *segment, place []byte, sequence uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		s.tally.closed.Add(1)
		return nil, nil, 0
	case n > MaxPayload:
		s.tally.full.Add(1)
		return nil, nil, 0
	case (s.active == nil || s.active.end+room(n) > len(s.active.data)) && !s.advance():
		return nil, nil, 0
	}
	g = s.active
	place = g.data[g.end : g.end+room(n)]
	word(place, 0).Store(taken(n, g.seed))
	g.end += room(n)
	s.sequence++
	s.waiting++
	s.writers.Add(1)
	return g, place, s.sequence
}

// advance makes the spare the active segment. Without a spare the click is dropped, and the full segment can be removed when it is
// shipped: there may be no room for a spare before.
func (s *Spool) advance() bool {
	if s.active != nil {
		s.active.sealed = true
	}
	s.active, s.spare = s.spare, nil
	if s.active == nil {
		wake(s.some)
		if s.used+s.o.SegmentSize > s.o.Cap {
			s.tally.full.Add(1)
		} else {
			s.tally.disk.Add(1)
		}
		return false
	}
	s.segments = append(s.segments, s.active)
	wake(s.wanted)
	return true
}

// written is called when a record is whole.
func (s *Spool) written(g *segment) {
	var r *round
	if s.o.Fsync != FsyncNone && !g.dirty.Load() {
		g.dirty.Store(true)
	}
	if s.o.Fsync == FsyncBatch {
		r = s.round.Load()
	}
	wake(s.some)
	s.writers.Done() // from here on the segment may be gone
	if r != nil {
		wake(s.unsynced)
		<-r.done
	}
}
