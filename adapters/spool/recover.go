package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// recover finds what earlier openings left.
func (s *Spool) recover() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	var numbers []uint64
	for _, e := range entries {
		if number, ok := segmentNumber(e.Name()); ok {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		s.newest = number
		if err := s.adopt(number); err != nil {
			return fmt.Errorf("segment %016x: %w", number, err)
		}
	}
	return nil
}

// adopt takes over a segment, removes it if nothing in it has to be shipped, or sets it aside if it can't be read.
func (s *Spool) adopt(number uint64) error {
	path := segmentPath(s.dir, number)
	g, c, err := recoverSegment(path, number)
	if errors.Is(err, errUnreadable) {
		return s.setAside(path, err)
	}
	if err != nil {
		return err // to be put right by somebody: its clicks are whole
	}
	if c.holes > 0 || c.damaged > 0 {
		s.o.Log.Warn("recovered a segment that was not finished", "path", path, "clicks", g.clicks, "holes", c.holes, "damaged", c.damaged)
	}
	s.tally.holes.Add(c.holes)
	s.tally.damaged.Add(c.damaged)
	if g.clicks == 0 {
		return g.remove()
	}
	g.dirty.Store(s.o.Fsync != FsyncNone) // its process may have died before it synced
	s.segments = append(s.segments, g)
	s.used += g.size
	s.waiting += g.clicks
	return nil
}

// setAside renames a segment that can't be read, so that it is in nobody's way and can be looked at. One that was empty is removed.
func (s *Spool) setAside(path string, why error) error {
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return os.Remove(path) // made, and never used
	}
	s.tally.damaged.Add(1)
	aside := path + ".unreadable"
	s.o.Log.Error("set aside a segment that can't be read", "path", filepath.Base(aside), "error", why)
	return os.Rename(path, aside)
}
