package spool

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/linklog/linklog/domain"
)

// Fsync says how much the loss of power may take. The death of the process takes nothing under any of them.
type Fsync string

// The policies.
const (
	FsyncNone     Fsync = "none"     // what the system had not written by itself
	FsyncInterval Fsync = "interval" // the clicks of one interval
	FsyncBatch    Fsync = "batch"    // nothing: Record waits for the disk, together with those who came meanwhile
)

// Options of a spool. Those without a default must be given.
type Options struct {
	Node          uint64        // goes into the ids of clicks
	SegmentSize   int64         // bytes; default 8 MiB
	Cap           int64         // most bytes on disk; default 4 GiB
	Fsync         Fsync         // default FsyncInterval
	FsyncInterval time.Duration // default 1 s
	Linger        time.Duration // how long a batch waits for more clicks; default 10 ms

	// Encode appends a click to dst, without its id, which the click doesn't have yet.
	Encode func(dst []byte, c *domain.Click) []byte
	// Stamp appends to dst what goes before the payload when it is shipped, for the id it has by then. It may be nil.
	Stamp func(dst []byte, id domain.ClickID) []byte
	Ship  Ship
	Log   *slog.Logger

	// The disk; tests fill it up and slow it down here.
	fill func(f *os.File, size int64) error // takes the room of a new segment
	sync func(f *os.File) error             // makes its records last
}

// Spool is a local log of clicks on their way. It must be closed.
type Spool struct {
	dir   string
	o     Options
	epoch uint64
	known bool // the epoch is on the disk; for provide
	lock  *os.File
	rooms sync.Pool // of *[]byte, to encode in

	mu       sync.Mutex
	segments []*segment // oldest first
	active   *segment   // the last of them, if it is of this opening
	spare    *segment   // made ahead, so that Record needn't wait
	used     int64      // bytes on disk
	newest   uint64     // number of the segment made last
	sequence uint64
	waiting  uint64 // clicks recorded and not acknowledged
	closed   bool

	writers sync.WaitGroup // Records that have a place and are not done with it
	tally   tally
	round   atomic.Pointer[round]

	some     chan struct{} // holds one element if there may be clicks to ship
	wanted   chan struct{} // holds one element if there may be a spare to make
	unsynced chan struct{} // holds one element if somebody waits for a round
	closing  chan struct{} // closed by Close
	drained  chan struct{} // closed when the shipper ended
	cancel   context.CancelFunc
	workers  sync.WaitGroup // the makers of spares and of rounds
}

// Open opens the spool in a directory, which it makes if need be, and begins to ship what an earlier opening left there. Only one
// process may have it open. A full disk is no error: clicks are dropped and counted until there is room.
func Open(dir string, o Options) (*Spool, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make spool directory: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Spool{
		dir: dir, o: o, epoch: freshEpoch(), lock: lock, rooms: sync.Pool{New: func() any { return new([]byte) }},
		some: make(chan struct{}, 1), wanted: make(chan struct{}, 1), unsynced: make(chan struct{}, 1),
		closing: make(chan struct{}), drained: make(chan struct{}),
	}
	s.round.Store(newRound())
	if err := s.recover(); err != nil {
		_ = s.release()
		return nil, fmt.Errorf("recover spool %s: %w", dir, err)
	}
	_ = s.provide() // provideAhead tries again, and tells
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.workers.Go(func() { s.provideAhead(ctx) })
	s.workers.Go(func() { s.syncRounds(ctx) })
	go s.ship(ctx)
	wake(s.some)
	return s, nil
}

func (o *Options) complete() error {
	if o.Encode == nil || o.Ship == nil || o.Log == nil {
		return errors.New("open spool: Encode, Ship and Log are needed")
	}
	if o.SegmentSize == 0 {
		o.SegmentSize = 8 << 20
	}
	if o.Cap == 0 {
		o.Cap = 4 << 30
	}
	if o.Fsync == "" {
		o.Fsync = FsyncInterval
	}
	if o.FsyncInterval <= 0 {
		o.FsyncInterval = time.Second
	}
	if o.Linger <= 0 {
		o.Linger = 10 * time.Millisecond
	}
	if o.fill == nil {
		o.fill = zeros
	}
	if o.sync == nil {
		o.sync = (*os.File).Sync
	}
	if o.Fsync != FsyncNone && o.Fsync != FsyncInterval && o.Fsync != FsyncBatch {
		return fmt.Errorf("open spool: fsync must be none, interval or batch, not %q", o.Fsync)
	}
	if o.SegmentSize < 128<<10 || o.SegmentSize > 1<<30 {
		return fmt.Errorf("open spool: a segment must have 128 KiB to 1 GiB, not %d bytes", o.SegmentSize)
	}
	if o.Cap < o.SegmentSize {
		return fmt.Errorf("open spool: a cap of %d bytes has no room for a segment of %d", o.Cap, o.SegmentSize)
	}
	o.SegmentSize &^= int64(os.Getpagesize() - 1)
	return nil
}

// lockDir keeps other processes out for as long as the file is open, however this process ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open spool lock: %w", err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = errors.New("another process has it open; every redirector needs a directory of its own")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock spool %s: %w", dir, err), f.Close())
	}
	return f, nil
}

// freshEpoch draws a number that no other opening has.
func freshEpoch() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])
}

// wake says to the owner of a channel that there may be something to do.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Close takes no more clicks, ships those it has until ctx ends, and closes the files. What was not shipped stays for the next opening;
// that is the error it tells.
func (s *Spool) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errors.New("close spool: it is closed")
	}
	s.closed = true
	s.mu.Unlock()
	close(s.closing)
	select {
	case <-s.drained:
	case <-ctx.Done():
	}
	s.cancel()
	<-s.drained
	s.writers.Wait() // from here on nobody writes to the mapping
	s.workers.Wait()
	s.sync() // and lets go whoever waits for a last round
	finished := s.finished()
	if err := s.release(); err != nil {
		return fmt.Errorf("close spool: %w", err)
	}
	if !finished {
		return fmt.Errorf("close spool: %d clicks wait for the next start: %w", s.waiting, ctx.Err())
	}
	return nil
}

// release closes all files. Segments that hold nothing to ship are removed.
func (s *Spool) release() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.spare != nil {
		errs = append(errs, s.spare.remove())
	}
	for _, g := range s.segments {
		if g.acked < g.end {
			errs = append(errs, g.close())
		} else {
			errs = append(errs, g.remove())
		}
	}
	s.segments, s.active, s.spare = nil, nil, nil
	return errors.Join(append(errs, s.lock.Close())...)
}
