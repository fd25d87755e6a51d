package spool_test

import (
	"context"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/linklog/linklog/adapters/spool"
)

// TestDiskFull: on a real file system without room, clicks are dropped and counted; no signal comes from the mapping.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=600k"); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	var arrived, blocked = 0, make(chan struct{})
	o := options(func(ctx context.Context, batch []spool.Record) error {
		select {
		case <-blocked:
		case <-ctx.Done():
			return ctx.Err()
		}
		arrived += len(batch)
		return nil
	})
	s := open(t, dir, o)
	kept := flood(s)
	for s.Stats().Used < 4*o.SegmentSize { // the first drop may be for want of time
		kept += flood(s)
	}
	kept += flood(s)
	if d := s.Stats().Dropped; d.Disk == 0 || d.Full != 0 || kept < 300 {
		t.Errorf("kept %d, dropped %+v", kept, d)
	}
	close(blocked)
	soon(t, "room", func() bool {
		if roomy(s) {
			kept++
			return true
		}
		return false
	})
	shut(t, s)
	if arrived != int(kept) {
		t.Errorf("%d arrived of %d", arrived, kept)
	}
	// A disk that is full at the start is no error either.
	if err := os.WriteFile(dir+"/other", make([]byte, 550<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, o)
	record(s, "no room")
	if d := s.Stats().Dropped; d.Disk != 1 {
		t.Errorf("dropped %+v", d)
	}
	if err := os.Remove(dir + "/other"); err != nil {
		t.Fatal(err)
	}
	soon(t, "room", func() bool { return roomy(s) })
	shut(t, s)
}
