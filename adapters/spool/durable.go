package spool

import (
	"context"
	"errors"
	"os"
	"time"
)

// round is a sync that has not begun. Who has written a record and then finds a round, finds the record on the disk when it is done.
type round struct {
	done chan struct{} // closed when the sync ended
}

func newRound() *round { return &round{done: make(chan struct{})} }

// syncRounds syncs for those who wait, or by the clock.
func (s *Spool) syncRounds(ctx context.Context) {
	var tick <-chan time.Time
	if s.o.Fsync == FsyncInterval {
		t := time.NewTicker(s.o.FsyncInterval)
		defer t.Stop()
		tick = t.C
	}
	for {
		select {
		case <-s.unsynced:
		case <-tick:
		case <-ctx.Done():
			return
		}
		s.sync()
	}
}

// sync brings to the disk all records that were whole when it was called.
func (s *Spool) sync() {
	r := s.round.Swap(newRound())
	defer close(r.done)
	s.mu.Lock()
	var dirty []*segment
	for _, g := range s.segments {
		if g.dirty.Swap(false) {
			dirty = append(dirty, g)
		}
	}
	s.mu.Unlock()
	if len(dirty) > 0 && s.o.Fsync == FsyncInterval {
		s.noteSync(syncDir(s.dir)) // segments that were made meanwhile
	}
	for _, g := range dirty {
		s.noteSync(s.o.sync(g.file))
	}
}

func (s *Spool) noteSync(err error) {
	if err != nil && !errors.Is(err, os.ErrClosed) { // a segment that was shipped meanwhile is closed, and needs no disk any more
		s.tally.unsynced.Add(1)
		s.o.Log.Error("clicks may not be on the disk", "error", err)
	}
}
