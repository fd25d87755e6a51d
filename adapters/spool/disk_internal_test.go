package spool

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linklog/linklog/domain"
)

func testOptions() Options {
	return Options{
		SegmentSize: 128 << 10, Cap: 4 << 20, Fsync: FsyncNone, Linger: time.Microsecond,
		Encode: func(dst []byte, c *domain.Click) []byte { return append(dst, c.UserAgent...) },
		Ship:   func(context.Context, []Record) error { return nil },
		Log:    slog.New(slog.DiscardHandler),
	}
}

// TestGroupCommit: under [FsyncBatch] nobody returns before a sync that began after his record was whole, and all who came during one
// share the next.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, groupCommit)
}

func groupCommit(t *testing.T) {
	syncing, goOn := make(chan struct{}), make(chan struct{})
	o := testOptions()
	o.Fsync = FsyncBatch
	o.sync = func(f *os.File) error {
		syncing <- struct{}{}
		<-goOn
		return f.Sync()
	}
	o.Ship = func(ctx context.Context, _ []Record) error { <-ctx.Done(); return ctx.Err() }
	s, err := Open(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	var returned atomic.Int32
	var wg sync.WaitGroup
	record := func(n int) {
		for range n {
			wg.Go(func() {
				s.Record(&domain.Click{})
				returned.Add(1)
			})
		}
	}
	record(1)
	<-syncing // for the first
	record(8)
	synctest.Wait() // for all to wait for a round
	if n := s.Stats().Waiting; n != 9 {
		t.Fatalf("%d are recorded", n)
	}
	if n := returned.Load(); n != 0 {
		t.Fatalf("%d returned before the disk", n)
	}
	goOn <- struct{}{}
	<-syncing // for the others, all of them
	if n := returned.Load(); n > 1 {
		t.Fatalf("%d returned before the disk", n)
	}
	goOn <- struct{}{}
	wg.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestInterval: the clock syncs what was recorded, and nothing if nothing was; a disk that fails is counted.
func TestInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, interval)
}

func interval(t *testing.T) {
	var syncs atomic.Int32
	o := testOptions()
	o.Fsync, o.FsyncInterval = FsyncInterval, time.Millisecond
	o.Ship = func(ctx context.Context, _ []Record) error { <-ctx.Done(); return ctx.Err() }
	o.sync = func(*os.File) error {
		syncs.Add(1)
		return errors.New("EIO")
	}
	s, err := Open(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	for n := range int32(3) {
		s.Record(&domain.Click{})
		time.Sleep(10 * o.FsyncInterval) // by the bubble's clock
		if got := s.Stats().Unsynced; got != uint64(n)+1 {
			t.Errorf("%d syncs failed after click %d", got, n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Close(ctx)
	if n := syncs.Load(); n != 3 {
		t.Errorf("%d syncs", n)
	}
}

// TestNoRoom: a disk without room costs the clicks that don't fit, each counted once, and no file is left half made.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	var full atomic.Bool
	o := testOptions()
	o.fill = func(f *os.File, size int64) error {
		if full.Load() {
			_ = zeros(f, size/2)
			return errors.New("no space left on device")
		}
		return zeros(f, size)
	}
	dir := t.TempDir()
	full.Store(true)
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		s.Record(&domain.Click{})
	}
	if d := s.Stats().Dropped; d != (Dropped{Disk: 5}) {
		t.Errorf("dropped %+v", d)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 2 { // the lock, and one that is being tried
		t.Errorf("left: %v", entries)
	}
	full.Store(false)
	wake(s.wanted)
	var before, tried uint64 = 5, 0
	for ; s.Stats().Dropped.Disk > before || tried == 0; tried++ {
		before = s.Stats().Dropped.Disk
		s.Record(&domain.Click{})
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if stats := s.Stats(); stats.Shipped != 1 || stats.Dropped.Disk != 4+tried {
		t.Errorf("after %d tries: %+v", tried, stats)
	}
}

// TestReserveOnly: a record that is taken and not finished holds back those after it, and only until it is finished.
func TestReserveOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, reserveOnly)
}

func reserveOnly(t *testing.T) {
	o := testOptions()
	shipped := make(chan int, 10)
	o.Ship = func(_ context.Context, batch []Record) error {
		shipped <- len(batch)
		return nil
	}
	s, err := Open(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.Record(&domain.Click{})
	if n := <-shipped; n != 1 {
		t.Errorf("%d at first", n)
	}
	g, place, sequence := s.take(4)
	s.Record(&domain.Click{})
	closed := make(chan error)
	go func() { closed <- s.Close(t.Context()) }() // which waits for the writer, too
	synctest.Wait()
	select {
	case n := <-shipped:
		t.Errorf("%d shipped past one that is not finished", n)
	case err := <-closed:
		t.Errorf("closed: %v", err)
	default:
	}
	(&content{sequence: sequence, payload: []byte("late")}).put(place, g.seed)
	s.written(g)
	if err := <-closed; err != nil {
		t.Error(err)
	}
	total := 0
	for close(shipped); ; {
		n, ok := <-shipped
		if !ok {
			break
		}
		total += n
	}
	if total != 2 {
		t.Errorf("%d afterwards", total)
	}
}
