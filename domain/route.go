package domain

import "time"

// Target is what a redirect needs to know of a link.
type Target struct {
	Link        LinkNumber
	Version     uint64
	Account     AccountID
	Destination Destination
	Expires     time.Time
}

// Target is the link as redirects see it; ok is false if visitors must not find it.
func (l Link) Target() (t Target, ok bool) {
	return Target{l.Number, l.Version, l.Account, l.Destination, l.Expires}, l.Number != 0 && l.Status == Active
}

// Visit is one request for a short link, as far as routing may look at it.
type Visit struct{ At time.Time }

// Verdict is what a visitor gets.
type Verdict uint8

// The verdicts.
const (
	Redirect Verdict = iota // to the destination
	Gone                    // the link ended
)

// Route decides where a visit goes: pure, and on every redirect's path.
func Route(t *Target, v Visit) (to Destination, rule string, verdict Verdict) {
	if !t.Expires.IsZero() && !v.At.Before(t.Expires) {
		return "", "", Gone
	}
	return t.Destination, "", Redirect
}
