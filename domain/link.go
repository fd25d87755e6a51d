package domain

import "time"

// AccountID names an account: opaque text, no personal data.
type AccountID string

// SystemAccount owns what no customer does, such as an installation's own domain.
const SystemAccount AccountID = "acc_system"

// AnonymousAccount owns the links of people who have no account. It is the installation's, has no
// keys, and nobody but the operator can do anything about its links.
const AnonymousAccount AccountID = "acc_anonymous"

// KeyID names the API key (or other credential) that asked for a change.
type KeyID string

// Status is where a link is in its life.
type Status uint8

// The statuses. Expiry is not one: it is a comparison with the clock.
const (
	Active  Status = iota
	Deleted        // final; visitors get 404
	Parked         // an event of this link could not be read; the slug stays taken
)

// Link is a short link as the log tells it.
type Link struct {
	Number      LinkNumber
	Domain      Host // the registered short domain: the unit of ordering
	Host        Host // where the slug lives: Domain or one of its subdomains
	Slug        Slug
	Destination Destination
	Expires     time.Time // zero: never
	Status      Status
	Account     AccountID
	Version     uint64 // 1 at creation, one more with every event
	Created     time.Time
	Updated     time.Time
	Traits
}

// Counts reports whether limits count the link: it is not deleted, and something readable is
// known of it.
func (l Link) Counts() bool { return l.Status != Deleted && l.Host != "" }

// Quarantine is how long a freed slug stays closed to other accounts: printed codes and old
// posts go on sending visitors there.
const Quarantine = 30 * 24 * time.Hour

// Claim is who has a slug, or had it last.
type Claim struct {
	Link    LinkNumber
	Account AccountID
	Freed   time.Time // zero while held
}

// Open reports whether account may claim the slug at now.
func (c Claim) Open(account AccountID, now time.Time) bool {
	if c.Link == 0 {
		return true
	}
	return !c.Freed.IsZero() && (c.Account == account || now.Sub(c.Freed) >= Quarantine)
}
