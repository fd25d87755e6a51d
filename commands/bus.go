package commands

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
)

// How often a waiting command looks for its outcome in the read model, in case its reply was
// missed, and how long the listener rests after an error.
const (
	outcomeEvery = 500 * time.Millisecond
	listenAgain  = time.Second
)

// Wiring is what a Bus takes from its surroundings. All of it is required.
type Wiring struct {
	Outbox      Outbox
	Replies     Replies
	Progress    Progress
	Fingerprint func(domain.Command) (domain.Fingerprint, error) // the one that deciders see
	Clock       func() time.Time
	Log         *slog.Logger // for what the listener overcomes by itself
}

// Bus carries commands to their decider and brings back what became of them.
type Bus struct {
	Wiring
	waiters waiters

	mu    sync.Mutex
	ready chan struct{} // closed while replies can't be missed

	stop    context.CancelFunc
	stopped chan struct{}   // closed when the listener has ended
	life    context.Context //nolint:containedctx // ends with Stop, for Do and the listener alike
}

// NewBus makes a Bus; Start makes it work.
func NewBus(w Wiring) *Bus {
	b := &Bus{Wiring: w, ready: make(chan struct{}), stopped: make(chan struct{})}
	b.life, b.stop = context.WithCancel(context.Background())
	return b
}

// Start listens for replies, in a goroutine that ends with Stop. It must be called once.
func (b *Bus) Start() { go b.listen() }

// Stop ends the listener and every waiting Do, and waits for the listener.
func (b *Bus) Stop() {
	b.stop()
	<-b.stopped
}

// Ready is closed once replies are heard. It may be another channel after the listener broke.
func (b *Bus) Ready() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ready
}

func (b *Bus) listen() {
	defer close(b.stopped)
	for b.life.Err() == nil {
		var once sync.Once
		ready := b.ready
		err := b.Replies.Listen(b.life, func() { once.Do(func() { close(ready) }) }, b.waiters.deliver)
		if b.life.Err() != nil {
			return
		}
		b.Log.WarnContext(b.life, "replies are not heard", "error", err)
		opened := true
		once.Do(func() { opened = false }) // a late call opens nothing any more
		if opened {
			b.mu.Lock()
			b.ready = make(chan struct{})
			b.mu.Unlock()
		}
		b.rest()
	}
}

func (b *Bus) rest() {
	timer := time.NewTimer(listenAgain)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.life.Done():
	}
}

// Do has c done and returns its reply once everything the command did can be read. It waits
// no longer than c's deadline and skew allow. A refusal is its *domain.Error; when the result
// can't be promised the error is an *[Unfinished].
func (b *Bus) Do(ctx context.Context, c domain.Command) (domain.Reply, error) {
	var err error
	if c.Fingerprint, err = b.Fingerprint(c); err != nil {
		return domain.Reply{}, fmt.Errorf("digest the command: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.Deadline.Add(domain.Skew).Sub(b.Clock()))
	defer cancel()
	defer context.AfterFunc(b.life, cancel)() //nolint:contextcheck // Stop ends what the caller began

	reply, fate, err := b.ask(ctx, c)
	switch {
	case err != nil:
		return domain.Reply{}, &Unfinished{c.ID, fate, err}
	case reply.Rejection != nil && reply.Rejection.Code == domain.DeadlinePassed:
		return domain.Reply{}, &Unfinished{c.ID, NotDone, reply.Rejection}
	case reply.Rejection != nil:
		return reply, reply.Rejection
	}
	if err := b.Progress.Await(ctx, reply.Position); err != nil {
		return domain.Reply{}, &Unfinished{c.ID, Done, fmt.Errorf("await the read model: %w", err)}
	}
	return reply, nil
}

// ask publishes c and awaits its reply. fate is what is known of c when there is none.
func (b *Bus) ask(ctx context.Context, c domain.Command) (reply domain.Reply, fate Fate, err error) {
	select {
	case <-b.Ready():
	case <-ctx.Done():
	}
	if err := errors.Join(ctx.Err(), b.life.Err()); err != nil {
		return reply, NotDone, fmt.Errorf("await the reply listener: %w", err)
	}
	one := b.waiters.add(c)
	defer b.waiters.remove(one)
	switch err := b.Outbox.Publish(ctx, c); {
	case errors.Is(err, ErrNotSent):
		return reply, NotDone, fmt.Errorf("publish: %w", err)
	case err != nil:
		return reply, Unknown, fmt.Errorf("publish: %w", err)
	}
	if reply, err = b.await(ctx, one); err != nil {
		return reply, Unknown, fmt.Errorf("await the reply: %w", err)
	}
	return reply, Unknown, nil
}

// await returns the reply to one, or what the read model knows of its command.
func (b *Bus) await(ctx context.Context, one *waiter) (domain.Reply, error) {
	tick := time.NewTicker(outcomeEvery)
	defer tick.Stop()
	for {
		select {
		case r := <-one.replies:
			return r, nil
		case <-ctx.Done():
			return one.last(ctx.Err())
		case <-tick.C:
		}
		r, ok, err := b.Progress.Outcome(ctx, one.command.ID)
		if err == nil && ok && one.concerns(r) { // an error here is no news: the reply may still come
			return r, nil
		}
	}
}
