package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// segment is one file of the spool: either of this opening, and mapped, or left by an earlier one, and read when its turn comes.
type segment struct {
	number uint64 // segments are shipped by their numbers
	path   string
	file   *os.File
	size   int64 // of the file
	epoch  uint64
	node   uint64
	seed   uint32
	data   []byte // mapped; of a segment that was left: what was read, once it was
	left   bool   // by an earlier opening

	// Under Spool.mu.
	end    int    // what is taken
	acked  int    // what is acknowledged; set by the shipper
	sealed bool   // nothing will be added
	clicks uint64 // in a segment that was left, not acknowledged

	dirty atomic.Bool // has records that were not synced
}

const suffix = ".clicks"

// segmentPath names the segment of a number.
func segmentPath(dir string, number uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016x%s", number, suffix))
}

// segmentNumber is the number in a segment's name.
func segmentNumber(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, suffix)
	if !ok || len(digits) != 16 {
		return 0, false
	}
	number, err := strconv.ParseUint(digits, 16, 64)
	return number, err == nil
}

// create makes a segment of size bytes whose room is there to the last byte: later there is nobody to tell that the disk is full but a
// signal.
func create(dir string, number uint64, size int64, node, epoch uint64, fill func(*os.File, int64) error) (_ *segment, err error) {
	g := &segment{number: number, path: segmentPath(dir, number), size: size, node: node, epoch: epoch, end: firstAt, acked: firstAt}
	if g.file, err = os.OpenFile(g.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, fmt.Errorf("make segment: %w", err)
	}
	defer func() {
		if err != nil {
			_ = g.remove()
		}
	}()
	var head [firstAt]byte
	g.seed = putHeader(head[:], node, epoch)
	if _, err = g.file.WriteAt(head[:], 0); err != nil {
		return nil, fmt.Errorf("write segment header: %w", err)
	}
	if err = fill(g.file, size); err != nil {
		return nil, fmt.Errorf("take room for segment: %w", err)
	}
	if g.data, err = unix.Mmap(int(g.file.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return nil, fmt.Errorf("map segment: %w", err)
	}
	for at := 0; at < len(g.data); at += os.Getpagesize() {
		word(g.data, at).Add(0) // a write, so that the first click on the page needn't wait for the page
	}
	return g, nil
}

// zeros fills a new segment from after its header. Writing takes the room on every file system, with an error if there is none.
func zeros(f *os.File, size int64) error {
	page := make([]byte, 256<<10)
	for at := int64(firstAt); at < size; at += int64(len(page)) {
		if _, err := f.WriteAt(page[:min(int64(len(page)), size-at)], at); err != nil {
			return err
		}
	}
	return nil
}

// errUnreadable is a segment that neither the disk nor we can read.
var errUnreadable = errors.New("unreadable segment")

// recoverSegment opens a segment that was left, finds the clicks that are not acknowledged, and cuts what was never taken. The cursor tells
// what was found.
func recoverSegment(path string, number uint64) (_ *segment, c cursor, err error) {
	g := &segment{number: number, path: path, left: true, sealed: true}
	if g.file, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
		return nil, c, fmt.Errorf("open segment: %w", err)
	}
	defer func() {
		if err != nil {
			_ = g.file.Close()
		}
	}()
	info, err := g.file.Stat()
	if err != nil {
		return nil, c, fmt.Errorf("measure segment: %w", err)
	}
	g.size = info.Size()
	if err := g.load(); err != nil {
		return nil, c, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	var ok bool
	if g.node, g.epoch, g.seed, ok = header(g.data); !ok {
		return nil, c, fmt.Errorf("%w: it has no header", errUnreadable)
	}
	c = cursor{data: g.data, seed: g.seed, at: acknowledged(g.data, g.seed)}
	g.acked, g.data = c.at, nil
	for _, more := c.next(); more; _, more = c.next() {
		g.clicks++
	}
	g.end = c.at
	g.size = min(g.size, int64(g.end))
	if err := g.file.Truncate(g.size); err != nil {
		return nil, c, fmt.Errorf("cut segment: %w", err)
	}
	return g, c, nil
}

// load reads a segment that was left. It isn't mapped: a disk that can't be read is an error then, not a signal.
func (g *segment) load() error {
	if g.data != nil {
		return nil
	}
	data := make([]byte, g.size)
	if _, err := g.file.ReadAt(data, 0); err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	g.data = data
	return nil
}

// settled returns how far from an offset, and before end, all records are whole.
func (g *segment) settled(from, end int) int {
	for from < end {
		w := word(g.data, from).Load()
		if byte(w) != markWhole {
			return from
		}
		from += room(int(w>>8) & 0xFFFFFF)
	}
	return end
}

// keep writes down how far the segment is acknowledged. If that is lost, clicks are sent twice, which readers see.
func (g *segment) keep(offset int) error {
	var b [8]byte
	binary.NativeEndian.PutUint64(b[:], position(offset, g.seed))
	if _, err := g.file.WriteAt(b[:], positionAt); err != nil {
		return fmt.Errorf("keep position: %w", err)
	}
	return nil
}

// close lets go of the file, which stays.
func (g *segment) close() error {
	var err error
	if g.data != nil && !g.left {
		err = unix.Munmap(g.data)
	}
	g.data = nil
	return errors.Join(err, g.file.Close())
}

// remove closes and deletes the segment.
func (g *segment) remove() error { return errors.Join(g.close(), os.Remove(g.path)) }

// syncDir makes names in a directory last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
