package projections

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How often a Watch asks while somebody waits, and how long it rests after losing its
// connection.
const (
	pollInterval   = 100 * time.Millisecond
	reconnectPause = 200 * time.Millisecond
)

// Watch knows how far the live generations of all read models are, and wakes those who wait.
// One Watch serves a whole process with one connection, however many wait.
type Watch struct {
	pool   *pgxpool.Pool
	log    *slog.Logger
	waited chan struct{} // holds a token after somebody began to wait; never closed

	mu      sync.Mutex
	live    map[string]swapped // by model
	marks   map[place]int64
	waiters map[topicPartition]map[*waiter]struct{}
}

// place is a checkpoint.
type place struct {
	schema    string
	partition int32
}

// topicPartition is what a caller waits for: the checkpoint of whatever generation is live.
type topicPartition struct {
	model     string
	partition int32
}

type waiter struct {
	mark    int64
	reached chan struct{} // closed, under the watch's lock, when the mark is reached
}

// NewWatch makes a watch over the database of pool. It does nothing until Run.
func NewWatch(pool *pgxpool.Pool, log *slog.Logger) *Watch {
	return &Watch{
		pool: pool, log: log, waited: make(chan struct{}, 1), live: map[string]swapped{},
		marks: map[place]int64{}, waiters: map[topicPartition]map[*waiter]struct{}{},
	}
}

// Await returns nil once the checkpoint of partition in the live generation of model has a
// mark of at least mark, or ctx's error when that ends first. While the watch isn't running,
// it waits.
func (w *Watch) Await(ctx context.Context, model string, partition int32, mark int64) error {
	at := topicPartition{model, partition}
	me := w.join(at, mark)
	if me == nil {
		return nil
	}
	select {
	case <-me.reached:
		return nil
	case <-ctx.Done():
		w.leave(at, me)
		return fmt.Errorf("await mark %d of %s partition %d: %w", mark, model, partition, ctx.Err())
	}
}

// join adds a waiter, or returns nil if there is nothing to wait for.
func (w *Watch) join(at topicPartition, mark int64) *waiter {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reached(at, mark) {
		return nil
	}
	me := &waiter{mark, make(chan struct{})}
	if w.waiters[at] == nil {
		w.waiters[at] = map[*waiter]struct{}{}
	}
	w.waiters[at][me] = struct{}{}
	select {
	case w.waited <- struct{}{}:
	default:
	}
	return me
}

func (w *Watch) leave(at topicPartition, me *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.remove(at, me)
}

// remove forgets a waiter; the lock is held.
func (w *Watch) remove(at topicPartition, me *waiter) {
	delete(w.waiters[at], me)
	if len(w.waiters[at]) == 0 {
		delete(w.waiters, at)
	}
}

// reached tells whether a mark is known to be reached; the lock is held.
func (w *Watch) reached(at topicPartition, mark int64) bool {
	known, ok := w.marks[place{w.live[at.model].schema, at.partition}]
	return ok && known >= mark
}

// wake releases the waiters of a partition whose marks are reached; the lock is held.
func (w *Watch) wake(at topicPartition) {
	for me := range w.waiters[at] {
		if w.reached(at, me.mark) {
			close(me.reached)
			w.remove(at, me)
		}
	}
}

// Run keeps the watch up to date until ctx ends, and returns nil then. It outlives lost
// connections.
func (w *Watch) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { w.listen(ctx) })
	both.Go(func() { w.pollForWaiters(ctx) })
	both.Wait()
	return nil
}

// listen holds the listening connection and makes another when it is lost.
func (w *Watch) listen(ctx context.Context) {
	for {
		err := w.session(ctx)
		if ctx.Err() != nil {
			return
		}
		w.log.WarnContext(ctx, "listening for read model progress was interrupted", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(reconnectPause):
		}
	}
}

// session listens on one connection until it is lost.
func (w *Watch) session(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, w.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // lost or not needed any more
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// The database may have been replaced by one that knows less.
	w.forget()
	if err := w.poll(ctx); err != nil {
		return err
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for notification: %w", err)
		}
		w.note(parseNews(n.Payload))
	}
}

func (w *Watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.live)
	clear(w.marks)
}

// note takes in news. Old news changes nothing: notifications and polls overtake each other.
func (w *Watch) note(news ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range news {
		switch n := n.(type) {
		case advanced:
			at := place{n.schema, n.partition}
			if known, ok := w.marks[at]; !ok || n.mark > known {
				w.marks[at] = n.mark
				w.wake(topicPartition{modelOf(n.schema), n.partition})
			}
		case swapped:
			if known, ok := w.live[n.model]; !ok || n.swaps > known.swaps {
				w.live[n.model] = n
				for at := range w.waiters {
					w.wake(at)
				}
			}
		}
	}
}
