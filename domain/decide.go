package domain

import (
	"errors"
	"strings"
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
	if err := d.decide(); err != nil {
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
	state   *State
	command Command
	offset  int64
	now     time.Time
	chance  Chance
	link    Link // as the events so far leave it
	events  []Event
}

func (d *decision) decide() error {
	switch b := d.command.Body.(type) {
	case RegisterDomain:
		return d.registerDomain(b)
	case CreateLink:
		return d.createLink(b)
	case UpdateLink:
		return d.updateLink(b)
	case DeleteLink:
		return d.deleteLink(b)
	}
	return Errorf(Validation, "", "unknown command %T", d.command.Body)
}

// happen records one event.
func (d *decision) happen(link LinkNumber, body EventBody) {
	c := d.command
	e := Event{
		Command: c.ID, CommandOffset: d.offset, Fingerprint: c.Fingerprint, Index: len(d.events),
		Account: c.Account, By: c.By, Domain: c.Domain, Link: link, At: d.now, Body: body,
	}
	if link != 0 {
		e.Version = d.link.Version
		if _, idle := body.(NothingChanged); !idle {
			e.Version++
		}
		d.link = d.link.Apply(e)
	}
	d.events = append(d.events, e)
}

func (d *decision) registerDomain(b RegisterDomain) error {
	known := d.state.Domains[d.command.Domain]
	switch {
	case known.Host == "":
		d.happen(0, b.registered())
	case known.Account != d.command.Account:
		return Errorf(Forbidden, "domain", "domain %s belongs to another account", d.command.Domain)
	case known.Cases != b.Cases:
		return Errorf(Validation, "case", "domain %s is registered with case policy %q, which is fixed", known.Host, known.Cases)
	default:
		d.happen(0, NothingChanged{})
	}
	return nil
}

func (b RegisterDomain) registered() DomainRegistered { return DomainRegistered(b) }

func (d *decision) createLink(b CreateLink) error {
	dom := d.state.Domains[d.command.Domain]
	if dom.Host == "" {
		return Errorf(Validation, "domain", "%s is not a registered short domain", d.command.Domain)
	}
	if b.Host != dom.Host && !strings.HasSuffix(string(b.Host), "."+string(dom.Host)) {
		return Errorf(Validation, "domain", "%s is not part of the short domain %s", b.Host, dom.Host)
	}
	if err := d.checkDestination(b.Destination); err != nil {
		return err
	}
	if err := d.checkExpiry(b.Expires); err != nil {
		return err
	}
	slug, err := d.chooseSlug(dom, b)
	if err != nil {
		return err
	}
	counter := d.state.Counter + 1
	d.happen(d.chance.Numbering.Number(counter), LinkCreated{
		Host: b.Host, Slug: slug, Key: dom.Cases.Key(b.Host, slug),
		Destination: b.Destination, Expires: b.Expires, Counter: counter,
	})
	return nil
}

// chooseSlug is the wished slug if it is free, or the first free candidate.
func (d *decision) chooseSlug(dom Domain, b CreateLink) (Slug, error) {
	if b.Slug != "" {
		return b.Slug, d.checkFree(dom.Cases.Key(b.Host, b.Slug), b.Slug)
	}
	for _, s := range d.chance.Slugs {
		if d.state.Open(dom.Cases.Key(b.Host, s), d.command.Account, d.now) {
			return s, nil
		}
	}
	return "", ErrDrawAgain
}

func (d *decision) checkFree(key SlugKey, slug Slug) error {
	if _, known := d.state.Claims[key]; !known {
		return &Lack{Keys{Slugs: []SlugKey{key}}}
	}
	if !d.state.Open(key, d.command.Account, d.now) {
		return Errorf(SlugTaken, "slug", "The slug '%s' is already in use by another link.", slug)
	}
	return nil
}

func (d *decision) checkDestination(to Destination) error {
	if d.state.Domains[to.Host()].Host != "" {
		return badURL("url must not lead to a short domain of this installation: visitors would go in circles")
	}
	return nil
}

func (d *decision) checkExpiry(at time.Time) error {
	if !at.IsZero() && !at.After(d.now) {
		return Errorf(Validation, "expires_at", "expires_at must be in the future")
	}
	return nil
}

// own loads the command's link if the account may change it and nobody changed it meanwhile.
func (d *decision) own(n LinkNumber) error {
	l := d.state.Links[n]
	switch {
	case l.Number == 0, l.Status == Deleted, l.Account != d.command.Account, l.Domain != d.command.Domain:
		return Errorf(NotFound, "", "no link has the id %q", n)
	case l.Status == Parked:
		return Errorf(Unavailable, "", "link %s is being repaired by the operator", n)
	case d.command.IfVersion != 0 && d.command.IfVersion != l.Version:
		return Errorf(VersionConflict, "If-Match", "the link is at version %d, not %d: read it again before changing it", l.Version, d.command.IfVersion)
	}
	d.link = l
	return nil
}

func (d *decision) updateLink(b UpdateLink) error {
	if err := d.own(b.Link); err != nil {
		return err
	}
	cases := d.state.Domains[d.command.Domain].Cases
	for _, change := range []func(UpdateLink, CasePolicy) error{d.changeDestination, d.changeSlug, d.changeExpiry} {
		if err := change(b, cases); err != nil {
			return err
		}
	}
	if len(d.events) == 0 {
		d.happen(b.Link, NothingChanged{})
	}
	return nil
}

func (d *decision) changeDestination(b UpdateLink, cases CasePolicy) error {
	if b.Destination == nil || *b.Destination == d.link.Destination {
		return nil
	}
	if err := d.checkDestination(*b.Destination); err != nil {
		return err
	}
	d.happen(b.Link, DestinationChanged{Key: d.key(cases), From: d.link.Destination, To: *b.Destination})
	return nil
}

func (d *decision) changeSlug(b UpdateLink, cases CasePolicy) error {
	if b.Slug == nil || *b.Slug == d.link.Slug {
		return nil
	}
	from, to := d.key(cases), cases.Key(d.link.Host, *b.Slug)
	if from != to { // another spelling of its own slug is always free
		if err := d.checkFree(to, *b.Slug); err != nil {
			return err
		}
	}
	d.happen(b.Link, SlugChanged{From: d.link.Slug, To: *b.Slug, FromKey: from, ToKey: to})
	return nil
}

func (d *decision) changeExpiry(b UpdateLink, cases CasePolicy) error {
	if b.Expires == nil || b.Expires.Equal(d.link.Expires) {
		return nil
	}
	if err := d.checkExpiry(*b.Expires); err != nil {
		return err
	}
	d.happen(b.Link, ExpiryChanged{Key: d.key(cases), From: d.link.Expires, To: *b.Expires})
	return nil
}

func (d *decision) deleteLink(b DeleteLink) error {
	if err := d.own(b.Link); err != nil {
		return err
	}
	cases := d.state.Domains[d.command.Domain].Cases
	d.happen(b.Link, LinkDeleted{Key: d.key(cases)})
	return nil
}

// key is the slug the link holds now.
func (d *decision) key(cases CasePolicy) SlugKey { return cases.Key(d.link.Host, d.link.Slug) }
