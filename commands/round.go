package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linklog/linklog/domain"
)

// maxDraws is how often slugs are drawn for one command. Each time there are twice as many
// candidates, so running out means that the domain is full.
const maxDraws = 8

// round is one batch on its way: what is known, what is decided so far.
type round struct {
	*writer
	clock   time.Time // no finer than read models can store
	view    *domain.State
	slugs   [][]domain.Slug // candidates of each command
	events  []domain.Event
	replies []domain.Reply
}

// round decides what is in hand and appends it in one transaction.
func (w *writer) round(ctx context.Context) error {
	todo := w.hand
	if w.alone > 0 {
		todo = todo[:1]
	}
	r := &round{writer: w, clock: w.Clock().UTC().Truncate(time.Microsecond), view: domain.NewState(), slugs: make([][]domain.Slug, len(todo))}
	w.refusals.forget(r.clock)
	if err := w.learn(ctx, r.view, r.needs(todo)); err != nil {
		return err
	}
	for i, c := range todo {
		if err := r.decide(ctx, c, r.slugs[i]); err != nil {
			return err
		}
	}
	next := todo[len(todo)-1].Offset + 1
	offsets, err := w.partition.Append(ctx, r.events, r.replies, next)
	if err == nil && len(offsets) != len(r.events) {
		err = fmt.Errorf("%d offsets for %d events", len(offsets), len(r.events))
	}
	if err != nil {
		w.isolate(err, len(todo))
		return fmt.Errorf("append %d events of %d commands: %w", len(r.events), len(todo), err)
	}
	r.settle(offsets)
	w.next = next
	w.drop(next)
	return nil
}

// needs lists what the commands read, and draws slugs for those that ask for one.
func (r *round) needs(todo []Received) domain.Keys {
	var keys domain.Keys
	for i, c := range todo {
		if c.Err != nil {
			continue
		}
		r.slugs[i] = r.draw(c.Command, 0) // taken once in millions of times; then others are drawn
		keys.Add(c.Command.Needs(r.slugs[i]))
	}
	return keys
}

// draw makes a candidate for each link of c that asks for a drawn slug, and some to spare. As
// long as a domain's policy is not known, the letters are those that are right under either.
func (r *round) draw(c domain.Command, spare int) []domain.Slug {
	n := c.Draws()
	if n == 0 {
		return nil
	}
	cases, known := r.cases[c.Domain]
	if !known {
		cases = domain.IgnoreCase
	}
	slugs := make([]domain.Slug, n+spare)
	for i := range slugs {
		slugs[i] = domain.DrawSlug(cases, r.Random)
	}
	return slugs
}

// decide settles one command. Its error means that the whole round is off.
func (r *round) decide(ctx context.Context, c Received, slugs []domain.Slug) error {
	if c.Err != nil {
		r.passOver(ctx, c)
		return nil
	}
	for try := range maxDraws {
		events, err := r.attempt(c, slugs)
		var keys domain.Keys
		if lack, ok := errors.AsType[*domain.Lack](err); ok {
			keys = lack.Keys
		} else if errors.Is(err, domain.ErrDrawAgain) {
			slugs = r.draw(c.Command, 4<<try)
			keys = c.Command.Needs(slugs)
		} else {
			r.record(ctx, c, events, err)
			return nil
		}
		if err := r.learn(ctx, r.view, keys); err != nil {
			return err
		}
	}
	r.record(ctx, c, nil, domain.Errorf(domain.Unavailable, "", "no free slug was found; choose one"))
	return nil
}

// attempt is domain.Decide for a command that is in the right place. A panic is the failure
// of this command alone: the ones behind it must not wait for a new release.
func (r *round) attempt(c Received, slugs []domain.Slug) (events []domain.Event, err error) {
	defer func() {
		if p := recover(); p != nil {
			events, err = nil, fmt.Errorf("decide %T: panic: %v", c.Command.Body, p)
		}
	}()
	number := r.partition.Number()
	if at := domain.PartitionOf(string(c.Command.Domain), r.Partitions); at != number {
		return nil, fmt.Errorf("%s belongs to partition %d, not %d", c.Command.Domain, at, number)
	}
	return domain.Decide(r.view, c.Command, c.Offset, domain.Chance{
		Now: r.clock, Slugs: slugs, Numbering: domain.Numbering{Partition: number, Secret: r.Secret},
	})
}

// record applies a decision to the view and writes its reply.
func (r *round) record(ctx context.Context, c Received, events []domain.Event, err error) {
	if err == nil {
		for _, e := range events {
			r.view.Apply(e)
		}
		r.events = append(r.events, events...)
		r.reply(c, r.view.Outcomes[c.Command.ID])
		return
	}
	refusal, ok := errors.AsType[*domain.Error](err)
	if !ok {
		r.Log.ErrorContext(ctx, "a command can't be decided", "command", c.Command.ID, "offset", c.Offset, "error", err)
		refusal = domain.Errorf(domain.Internal, "", "the command could not be decided")
	}
	r.view.Remember(c.Command, c.Offset, refusal)
	if o := r.view.Outcomes[c.Command.ID]; o.Rejection == refusal {
		r.reply(c, o)
		return
	}
	r.reply(c, domain.Outcome{Offset: c.Offset, Rejection: refusal})
}

func (r *round) reply(c Received, o domain.Outcome) {
	r.replies = append(r.replies, domain.Reply{
		Command: c.Command.ID, Account: c.Command.Account,
		Position: domain.Position{Partition: r.partition.Number(), Offset: o.Offset},
		Link:     o.Link, Version: o.Version, Items: o.Items, Rejection: o.Rejection,
		Fingerprint: c.Command.Fingerprint, Until: o.Until,
	})
}

// passOver answers a command that can't be read, if it is known whom to answer.
func (r *round) passOver(ctx context.Context, c Received) {
	r.Log.ErrorContext(ctx, "a command can't be read", "offset", c.Offset, "error", c.Err)
	if c.Command.ID == "" || c.Command.Account == "" || errors.Is(c.Err, domain.ErrNoKey) {
		return
	}
	r.reply(c, domain.Outcome{Offset: c.Offset, Rejection: domain.Errorf(domain.Internal, "", "the command could not be read")})
}

// settle takes over what the log has accepted.
func (r *round) settle(offsets []int64) {
	for i, e := range r.events {
		r.overlay.absorb(r.view, Entry{offsets[i], e})
	}
	for _, reply := range r.replies {
		r.refusals.note(reply.Command, domain.Outcome{
			Fingerprint: reply.Fingerprint, Offset: reply.Position.Offset,
			Rejection: reply.Rejection, Until: reply.Until,
		})
	}
}
