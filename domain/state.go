package domain

import "time"

// State is what decisions see: the part of the world that the commands at hand concern.
// A key that is present with a zero value is known to be absent.
type State struct {
	Domains  map[Host]Domain
	Links    map[LinkNumber]Link
	Claims   map[SlugKey]Claim
	Outcomes map[CommandID]Outcome
	Parked   map[SlugDigest]LinkNumber // slugs of unreadable events: taken
	Counter  uint64                    // links numbered so far in this partition
	Now      time.Time                 // newest event time seen in this partition
}

// Outcome is what became of a command. Rejection is nil if it was accepted.
type Outcome struct {
	Fingerprint Fingerprint
	Link        LinkNumber
	Version     uint64
	Offset      int64 // of the command in links.commands
	At          time.Time
	Rejection   *Error
	Until       time.Time // a rejection is remembered until then
}

// Open reports whether account may claim the slug at now.
func (s *State) Open(key SlugKey, account AccountID, now time.Time) bool {
	if len(s.Parked) > 0 { // hardly ever: digests cost time
		if _, parked := s.Parked[key.Digest()]; parked {
			return false
		}
	}
	return s.Claims[key].Open(account, now)
}

// Remember notes a refusal, so that a retry of the command hears the same until its deadline.
func (s *State) Remember(c Command, offset int64, refusal *Error) {
	if refusal.Code == KeyReused || refusal == s.Outcomes[c.ID].Rejection {
		return // the outcome under this id belongs to another request, or was only repeated
	}
	s.Outcomes[c.ID] = Outcome{
		Fingerprint: c.Fingerprint, Offset: offset, Rejection: refusal, Until: c.Deadline.Add(Skew),
	}
}

// NewState is an empty state, ready to Apply.
func NewState() *State {
	return &State{
		Domains: map[Host]Domain{}, Links: map[LinkNumber]Link{},
		Claims: map[SlugKey]Claim{}, Outcomes: map[CommandID]Outcome{},
		Parked: map[SlugDigest]LinkNumber{},
	}
}

// Apply folds one event into the state. It trusts the log: what happened, happened.
func (s *State) Apply(e Event) {
	if e.At.After(s.Now) {
		s.Now = e.At
	}
	s.Outcomes[e.Command] = Outcome{
		Fingerprint: e.Fingerprint, Link: e.Link, Version: e.Version, Offset: e.CommandOffset, At: e.At,
	}
	switch b := e.Body.(type) {
	case DomainRegistered:
		s.Domains[e.Domain] = Domain{Host: e.Domain, Account: e.Account, Cases: b.Cases}
		return
	case LinkCreated:
		s.Counter = max(s.Counter, b.Counter)
		s.Claims[b.Key] = Claim{Link: e.Link, Account: e.Account}
	case SlugChanged:
		s.Claims[b.FromKey] = Claim{Link: e.Link, Account: e.Account, Freed: e.At}
		s.Claims[b.ToKey] = Claim{Link: e.Link, Account: e.Account}
	case LinkDeleted:
		s.Claims[b.Key] = Claim{Link: e.Link, Account: e.Account, Freed: e.At}
	case Redacted:
		s.Counter = max(s.Counter, b.Counter)
	case Unreadable:
		s.Counter = max(s.Counter, b.Counter)
		for _, d := range b.Slugs {
			s.Parked[d] = e.Link
		}
	}
	if e.Link != 0 {
		s.Links[e.Link] = s.Links[e.Link].Apply(e)
	}
}

// Apply is the link after e. What happened to a parked link after the unreadable event waits
// behind it, so nothing but redaction changes it. Of a deleted link only its circumstances are
// left: deleted means deleted.
func (l Link) Apply(e Event) Link {
	if _, gone := e.Body.(Redacted); l.Status == Parked && !gone {
		return l
	}
	switch b := e.Body.(type) {
	case LinkCreated:
		l = Link{
			Number: e.Link, Domain: e.Domain, Host: b.Host, Slug: b.Slug, Destination: b.Destination,
			Expires: b.Expires, Account: e.Account, Created: e.At,
		}
	case DestinationChanged:
		l.Destination = b.To
	case SlugChanged:
		l.Slug, l.Host = b.To, b.ToKey.Host
	case ExpiryChanged:
		l.Expires = b.To
	case LinkDeleted, Redacted:
		l = Link{Number: e.Link, Domain: e.Domain, Account: e.Account, Status: Deleted, Created: l.Created}
	case Unreadable:
		l.Number, l.Domain, l.Account, l.Status = e.Link, e.Domain, e.Account, Parked
	case NothingChanged:
		return l
	}
	l.Version, l.Updated = e.Version, e.At
	return l
}
