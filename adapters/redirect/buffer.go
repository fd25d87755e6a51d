package redirect

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/linklog/linklog/domain"
)

// Ship sends clicks on, in their order wherever order is kept, and returns once all of them are acknowledged. After an error the same
// clicks are shipped again. Ship must not keep the slice.
type Ship func(ctx context.Context, batch []domain.Click) error

// Buffer is a Recorder that keeps clicks in memory until they are shipped: they survive a broker that is away for a while, but not the
// process. It gives every click its id: one epoch per Buffer, and a sequence in the order of shipping. Only one batch is
// unacknowledged at a time; otherwise a reader that drops what is not above the highest sequence it has seen would drop a failed batch
// which comes again after a later one.
type Buffer struct {
	ship  Ship
	log   *slog.Logger
	node  uint64
	epoch uint64
	limit int

	mu       sync.Mutex
	waiting  []domain.Click
	spare    []domain.Click // memory for waiting
	texts    arena
	sequence uint64
	shipping int // clicks of the batch under way
	dropped  uint64
	shipped  uint64
	closed   bool

	some   chan struct{} // holds one element if clicks may be waiting; Record and Close put it there
	done   chan struct{} // closed when the shipper has ended
	cancel context.CancelFunc
}

// BufferStats are counts since the start, and how many clicks are held now.
type BufferStats struct {
	Waiting int
	Shipped uint64
	Dropped uint64
}

// The largest batch, and the pauses between attempts to ship it.
const (
	maxBatch     = 4096
	shipPause    = 20 * time.Millisecond
	shipMost     = 2 * time.Second
	defaultLimit = 65_536
)

// NewBuffer opens a buffer for limit clicks (0: 65,536) on the given node and starts to ship. Close it.
func NewBuffer(node uint64, limit int, ship Ship, log *slog.Logger) *Buffer {
	if limit <= 0 {
		limit = defaultLimit
	}
	ctx, cancel := context.WithCancel(context.Background())
	b := &Buffer{
		ship: ship, log: log, node: node, epoch: freshEpoch(), limit: limit,
		some: make(chan struct{}, 1), done: make(chan struct{}), cancel: cancel,
	}
	go b.run(ctx)
	return b
}

// freshEpoch draws a number that no other opening has.
func freshEpoch() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])
}

// Record keeps a copy of c under the next id, or counts it as dropped if the buffer is full or closed.
func (b *Buffer) Record(c *domain.Click) {
	b.mu.Lock()
	if b.closed || len(b.waiting)+b.shipping >= b.limit {
		b.dropped++
		b.mu.Unlock()
		return
	}
	b.sequence++
	b.waiting = append(b.waiting, *c)
	kept := &b.waiting[len(b.waiting)-1]
	kept.ID = domain.ClickID{Node: b.node, Epoch: b.epoch, Sequence: b.sequence}
	b.texts.own(kept)
	b.mu.Unlock()
	b.wake()
}

func (b *Buffer) wake() {
	select {
	case b.some <- struct{}{}:
	default:
	}
}

// Stats is what the buffer counted so far.
func (b *Buffer) Stats() BufferStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	return BufferStats{Waiting: len(b.waiting) + b.shipping, Shipped: b.shipped, Dropped: b.dropped}
}

// Close takes no more clicks, ships those that wait until ctx ends, and counts the rest as dropped.
func (b *Buffer) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.wake()
	select {
	case <-b.done:
	case <-ctx.Done():
		b.cancel()
		<-b.done
	}
	b.cancel()
	b.mu.Lock()
	defer b.mu.Unlock()
	lost := len(b.waiting) + b.shipping
	b.dropped += uint64(lost) //nolint:gosec // a length
	b.waiting, b.shipping = nil, 0
	if lost > 0 {
		return fmt.Errorf("ship the last clicks: %d were lost: %w", lost, ctx.Err())
	}
	return nil
}

// run ships batches, one after the other, until the buffer is closed and empty or ctx ends.
func (b *Buffer) run(ctx context.Context) {
	defer close(b.done)
	for {
		select {
		case <-b.some:
		case <-ctx.Done():
			return
		}
		clicks, last := b.take()
		for batch := range slices.Chunk(clicks, maxBatch) {
			if !b.deliver(ctx, batch) {
				return
			}
		}
		if last {
			return
		}
		b.reuse(clicks)
	}
}

// take makes everything that waits ready to be shipped. last tells that no more will come.
func (b *Buffer) take() (clicks []domain.Click, last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clicks, b.waiting, b.spare = b.waiting, b.spare, nil
	b.shipping = len(clicks)
	return clicks, b.closed
}

// reuse gives the memory of shipped clicks to later ones.
func (b *Buffer) reuse(clicks []domain.Click) {
	clear(clicks)
	b.mu.Lock()
	b.spare = clicks[:0]
	b.mu.Unlock()
}

// deliver ships one batch for as long as it takes, and reports false if ctx ended first.
func (b *Buffer) deliver(ctx context.Context, batch []domain.Click) bool {
	for pause, failed := shipPause, false; ; pause = min(2*pause, shipMost) {
		err := b.ship(ctx, batch)
		if err == nil {
			if failed {
				b.log.Info("clicks are shipped again")
			}
			b.mu.Lock()
			b.shipped += uint64(len(batch))
			b.shipping -= len(batch)
			b.mu.Unlock()
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if !failed {
			b.log.Warn("clicks can't be shipped, trying again", "error", err)
			failed = true
		}
		if !wait(ctx, pause) {
			return false
		}
	}
}

// arena copies texts into large pieces of memory, which live as long as any click that points into them.
type arena struct{ free []byte }

const arenaPiece = 64 << 10

// own replaces the texts of c by copies.
func (a *arena) own(c *domain.Click) {
	for _, text := range [...]*string{
		(*string)(&c.Account), (*string)(&c.Host), (*string)(&c.Slug), &c.Rule, &c.Country, &c.Region, &c.City,
		&c.ReferrerHost, &c.ReferrerPath, &c.UserAgent, &c.Language,
		&c.UTM.Source, &c.UTM.Medium, &c.UTM.Campaign, &c.UTM.Term, &c.UTM.Content,
	} {
		if *text != "" {
			*text = a.copy(*text)
		}
	}
}

func (a *arena) copy(s string) string {
	if len(a.free) < len(s) {
		a.free = make([]byte, max(arenaPiece, len(s)))
	}
	n := copy(a.free, s)
	kept := unsafe.String(&a.free[0], n) // never written again
	a.free = a.free[n:]
	return kept
}
