package domain

import "time"

// Target is what a redirect needs to know of a link.
type Target struct {
	Link        LinkNumber
	Version     uint64
	Account     AccountID
	Destination Destination
	Expires     time.Time
	Traits      *Traits // nil for a plain link, which most are

	zones *[]zone // those of the rules
}

// Target is the link as redirects see it; ok is false if visitors must not find it.
func (l Link) Target() (t Target, ok bool) {
	t = Target{Link: l.Number, Version: l.Version, Account: l.Account, Destination: l.Destination, Expires: l.Expires}
	if !l.Plain() {
		t.Traits, t.zones = &l.Traits, l.zones()
	}
	return t, l.Number != 0 && l.Status == Active && !l.Disabled && !l.Archived
}

// Verdict is what a visitor gets.
type Verdict uint8

// The verdicts.
const (
	Redirect Verdict = iota // to the destination
	Gone                    // the link ended
	Early                   // the link has not begun: to visitors there is none
	Locked                  // a password has to be entered first
)

// Route decides where a visit goes: pure, and on every redirect's path. rule is the rule that
// chose, empty for the link's own destination or, if it has ended, for its expired URL. A visit
// to a locked link is routed as well, for when the password has been entered.
func Route(t *Target, v *Visit) (to Destination, rule string, verdict Verdict) {
	if t.Traits == nil {
		if t.ended(v) {
			return "", "", Gone
		}
		return t.Destination, "", Redirect
	}
	return t.route(v)
}

func (t *Target) ended(v *Visit) bool { return !t.Expires.IsZero() && !v.At.Before(t.Expires) }
