package domain

import (
	"errors"
	"time"
)

// Chance is what a decision takes from outside the log: the clock, drawn slugs, and the
// partition's numbering.
type Chance struct {
	Now       time.Time
	Slugs     []Slug // candidates for a link that asked for a drawn slug
	Numbering Numbering
}

// ErrDrawAgain says that every candidate slug was taken: draw others and decide again.
var ErrDrawAgain = errors.New("every drawn slug is taken")

// Lack says that the decision depends on keys the state does not know: load them and decide
// again. A renamed slug is such a case: its host is only known once the link is.
type Lack struct{ Keys Keys }

// Error names nothing in particular: whoever decides reads Keys.
func (*Lack) Error() string { return "more must be known to decide" }

// Decide says what happens because of c: the events to append, or the *Error it is refused
// with. No event and no error means that c was decided before: its outcome is in s.Outcomes.
// offset is where c stands in its partition of links.commands. Decide changes nothing; the
// caller applies the events.
//
// Deadlines are compared with the clock alone and not with event time, so that one decider
// with a fast clock can't make everything that comes after it look late.
func Decide(s *State, c Command, offset int64, chance Chance) ([]Event, error) {
	now := latest(chance.Now, s.Now)
	if known, ok := s.Outcomes[c.ID]; ok && known.remembered(chance.Now, now) {
		if known.Fingerprint != c.Fingerprint {
			return nil, Errorf(KeyReused, "Idempotency-Key", "this idempotency key was used for a different request")
		}
		if known.Rejection != nil {
			return nil, known.Rejection
		}
		return nil, nil
	}
	if chance.Now.After(c.Deadline.Add(Skew)) {
		return nil, Errorf(DeadlinePassed, "", "the command reached its decider too late and was not done")
	}
	d := decision{state: s, command: c, offset: offset, now: now, chance: chance}
	if err := d.decide(c.Body); err != nil {
		return nil, err
	}
	for i := range len(d.events) - 1 {
		d.events[i].More = true
	}
	return d.events, nil
}

func (o Outcome) remembered(clock, eventTime time.Time) bool {
	if o.Rejection != nil {
		return !clock.After(o.Until)
	}
	return !o.At.IsZero() && eventTime.Sub(o.At) < Memory
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// decision collects the events of one command.
type decision struct {
	state   *State // in a batch, with what its earlier items did
	command Command
	offset  int64
	now     time.Time
	chance  Chance
	link    Link // as the events so far leave it
	batch   bool
	events  []Event
}

func (d *decision) decide(body CommandBody) error {
	if d.state.blocked(Block{BlockAccount, string(d.command.Account)}) {
		return Errorf(Forbidden, "", "the account is suspended")
	}
	switch b := body.(type) {
	case RegisterDomain:
		return d.registerDomain(b)
	case VerifyDomain:
		return d.verifyDomain()
	case ChangeDomain:
		return d.changeDomain(b)
	case ReleaseDomain:
		return d.releaseDomain()
	case SetBlock:
		return d.setBlock(b)
	case CreateLink:
		return d.createLink(b)
	case UpdateLink:
		return d.updateLink(b)
	case DeleteLink:
		return d.deleteLink(b)
	case Batch:
		return d.decideBatch(b)
	}
	return Errorf(Validation, "", "unknown command %T", body)
}

// happen records one event. Within a batch, that nothing changed is told by the batch's end.
func (d *decision) happen(link LinkNumber, body EventBody) {
	_, idle := body.(NothingChanged)
	if idle && d.batch {
		return
	}
	c := d.command
	e := Event{
		Command: c.ID, CommandOffset: d.offset, Fingerprint: c.Fingerprint, Index: len(d.events),
		Account: c.Account, By: c.By, Via: c.Via, Domain: c.Domain, Link: link, At: d.now, Body: body,
	}
	if link != 0 {
		e.Version = d.link.Version
		if !idle {
			e.Version++
		}
		d.link = d.link.Apply(e)
	}
	d.events = append(d.events, e)
}
