package spool

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// retryRoom is the pause after the disk had no room for a segment.
const retryRoom = time.Second

var errFull = errors.New("the cap is reached")

// provideAhead makes the next segment before it is needed.
func (s *Spool) provideAhead(ctx context.Context) {
	var failing error
	for {
		err := s.provide()
		switch {
		case err != nil && failing == nil:
			s.o.Log.Warn("the spool has no room for another segment; clicks will be dropped when the last one is full", "error", err)
		case err == nil && failing != nil:
			s.o.Log.Info("the spool has room again")
		}
		var again <-chan time.Time
		if failing = err; err != nil {
			again = time.After(retryRoom)
		}
		select {
		case <-s.wanted:
		case <-again:
		case <-ctx.Done():
			return
		}
	}
}

// provide makes a spare unless there is one.
func (s *Spool) provide() error {
	s.mu.Lock()
	needed, fits := s.spare == nil && !s.closed, s.used+s.o.SegmentSize <= s.o.Cap
	if !needed || !fits {
		s.mu.Unlock()
		if needed {
			return errFull
		}
		return nil
	}
	s.newest++
	number := s.newest
	s.mu.Unlock()

	g, err := create(s.dir, number, s.o.SegmentSize, s.o.Node, s.epoch, s.o.fill)
	if err != nil {
		return err
	}
	// The epoch is on the disk before a click has it. Those who wait for the disk are to wait for their pages, not for all the zeros.
	if !s.known || s.o.Fsync == FsyncBatch {
		if err := errors.Join(g.file.Sync(), syncDir(s.dir)); err != nil {
			return errors.Join(fmt.Errorf("sync segment: %w", err), g.remove())
		}
		s.known = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = g
	s.used += g.size
	return nil
}
