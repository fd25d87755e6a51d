package commands

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/linklog/linklog/domain"
)

// Settings is what a Decider takes from its surroundings. All but the bounds are required.
type Settings struct {
	Partitions int32            // of links.commands, by which domains are placed
	Secret     []byte           // keeps link numbers from being guessed; must never change
	Clock      func() time.Time // the present
	Random     func(n int) int  // a uniform number below n that nobody can foretell; called from several goroutines
	Log        *slog.Logger     // for what the partitions' loops overcome by themselves
	MaxBatch   int              // most commands decided in one transaction; 0: 500
	MaxLag     int              // most events the read model may lack while commands are decided; 0: 100,000

	// Pause is how long to wait after the nth error in a row, from 1; nil: 10 ms, doubling up
	// to 5 s.
	Pause func(n int) time.Duration
}

// Decider decides the commands of the partitions it is given.
type Decider struct {
	Settings
	model ReadModel
}

// NewDecider makes a Decider that starts from model.
func NewDecider(model ReadModel, s Settings) *Decider {
	if s.MaxBatch == 0 {
		s.MaxBatch = 500
	}
	if s.MaxLag == 0 {
		s.MaxLag = 100_000
	}
	if s.Pause == nil {
		s.Pause = func(n int) time.Duration { return min(10*time.Millisecond<<min(n-1, 10), 5*time.Second) }
	}
	return &Decider{s, model}
}

// Work decides the commands of p, in order and each once, until p's commands end or ctx does.
// Whatever fails on the way is tried again from what the log says; the one error returned is
// a log that lost what was decided.
func (d *Decider) Work(ctx context.Context, p Partition) error {
	w := &writer{Decider: d, partition: p, refusals: newRefusals(), cases: map[domain.Host]domain.CasePolicy{}}
	for {
		err := w.hold(ctx)
		if errors.Is(err, errReleased) || ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errLost) {
			return fmt.Errorf("decide partition %d: %w", p.Number(), err)
		}
		d.Log.WarnContext(ctx, "commands wait", "partition", p.Number(), "error", err)
		if w.pause(ctx) != nil {
			return nil
		}
	}
}

var (
	errReleased = errors.New("the partition was taken away")
	errLost     = errors.New("the log no longer has what was decided")
	errWentBack = errors.New("the read model went back behind what was forgotten for it")
	errBehind   = errors.New("the read model is too far behind the log")
)

// writer is the one writer of a partition. Its fields belong to the goroutine of Work.
type writer struct {
	*Decider
	partition Partition
	hand      []Received // received, not decided
	alone     int        // of the hand: to be decided one by one
	next      int64      // the first command offset not decided
	failures  int        // in a row
	overlay   *overlay
	refusals  *refusals
	cases     map[domain.Host]domain.CasePolicy // learnt; a domain's policy never changes
}

// hold takes the partition and decides until something breaks.
func (w *writer) hold(ctx context.Context) error {
	if err := w.take(ctx); err != nil {
		return err
	}
	if err := w.fill(ctx); err != nil {
		return err
	}
	for {
		if err := w.receive(ctx); err != nil {
			return err
		}
		if err := w.round(ctx); err != nil {
			return err
		}
		w.failures = 0
	}
}

// take fences earlier writers and drops from the hand what turns out to be decided.
func (w *writer) take(ctx context.Context) error {
	position, err := w.partition.Take(ctx)
	if err != nil {
		return fmt.Errorf("take the partition: %w", err)
	}
	if position.Next < w.next {
		return fmt.Errorf("%w: decided to %d, log says %d", errLost, w.next, position.Next)
	}
	w.next = position.Next
	w.refusals.recall(position.Replies)
	w.drop(w.next)
	return nil
}

// drop takes what stands before next out of the hand.
func (w *writer) drop(next int64) {
	n := 0
	for n < len(w.hand) && w.hand[n].Offset < next {
		n++
	}
	w.hand = append(w.hand[:0], w.hand[n:]...)
	w.alone = max(0, w.alone-n)
}

// receive waits for a command unless one is in hand, then takes what else has arrived.
func (w *writer) receive(ctx context.Context) error {
	for len(w.hand) == 0 {
		select {
		case r, ok := <-w.partition.Commands():
			if !ok {
				return errReleased
			}
			w.keep(r)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for len(w.hand) < w.MaxBatch {
		select {
		case r, ok := <-w.partition.Commands():
			if !ok {
				return errReleased
			}
			w.keep(r)
		default:
			return nil
		}
	}
	return nil
}

// keep takes a command in hand unless it was decided before.
func (w *writer) keep(r Received) {
	if r.Offset >= w.next {
		w.hand = append(w.hand, r)
	}
}

// pause waits before another try, while watching for the end of the partition: a writer that
// goes on without noticing would fence its successor.
func (w *writer) pause(ctx context.Context) error {
	w.failures++
	timer := time.NewTimer(w.Pause(w.failures))
	defer timer.Stop()
	for {
		commands := w.partition.Commands()
		if len(w.hand) >= 2*w.MaxBatch {
			commands = nil
		}
		select {
		case r, ok := <-commands:
			if !ok {
				return errReleased
			}
			w.keep(r)
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// isolate finds the command that can't be recorded because its account's key is destroyed:
// after such an error commands are decided one by one, and the one that fails alone is
// passed over. Nobody is left who could read its outcome.
func (w *writer) isolate(err error, tried int) {
	switch {
	case !errors.Is(err, domain.ErrNoKey):
	case w.alone > 0:
		w.hand[0], w.alone = Received{Offset: w.hand[0].Offset, Err: domain.ErrNoKey}, 0
	default:
		w.alone = tried
	}
}
