package domain

import (
	"strings"
	"time"
)

// CommandID names one wish to change something; a retry of the wish has the same id.
type CommandID string

// Fingerprint is a digest of a command's content, by which a reused id is told from a retry.
type Fingerprint [16]byte

// Command is a wish with its circumstances.
type Command struct {
	ID          CommandID
	Account     AccountID
	By          KeyID     // the credential that asked
	Domain      Host      // the registered short domain it concerns: the key that orders it
	Deadline    time.Time // after this (plus [Skew]) it must not be done any more
	IfVersion   uint64    // the version the caller saw; 0: any
	Fingerprint Fingerprint
	Body        CommandBody
}

// Skew is how far clocks of different processes may lie apart.
const Skew = 2 * time.Second

// Memory is how long an accepted command id answers the same, in event time.
const Memory = 7 * 24 * time.Hour

// CommandBody is one of the commands below.
type CommandBody interface{ command() }

// RegisterDomain makes a host a short domain with a fixed case policy. Registering again
// the same way changes nothing.
type RegisterDomain struct{ Cases CasePolicy }

// CreateLink claims a slug. An empty slug asks for a drawn one.
type CreateLink struct {
	Host        Host
	Slug        Slug
	Destination Destination
	Expires     time.Time // zero: never
}

// UpdateLink changes the fields that are set. A pointer to a zero time removes the expiry.
type UpdateLink struct {
	Link        LinkNumber
	Destination *Destination
	Slug        *Slug
	Expires     *time.Time
}

// DeleteLink ends a link for good.
type DeleteLink struct{ Link LinkNumber }

func (RegisterDomain) command() {}
func (CreateLink) command()     {}
func (UpdateLink) command()     {}
func (DeleteLink) command()     {}

// Keys names what must be known to decide a command, or what an event touches.
type Keys struct {
	Hosts    []Host
	Links    []LinkNumber
	Slugs    []SlugKey
	Commands []CommandID
}

// Needs lists what deciding c reads. candidates are the drawn slugs it may be given.
func (c Command) Needs(candidates []Slug) Keys {
	k := Keys{Hosts: []Host{c.Domain}, Commands: []CommandID{c.ID}}
	switch b := c.Body.(type) {
	case CreateLink:
		k.Hosts = append(k.Hosts, b.Destination.Host())
		for _, s := range candidates {
			k.addSlug(b.Host, s)
		}
		if b.Slug != "" {
			k.addSlug(b.Host, b.Slug)
		}
	case UpdateLink:
		k.Links = append(k.Links, b.Link)
		if b.Destination != nil {
			k.Hosts = append(k.Hosts, b.Destination.Host())
		}
		if b.Slug != nil {
			k.addSlug(c.Domain, *b.Slug)
		}
	case DeleteLink:
		k.Links = append(k.Links, b.Link)
	}
	return k
}

// addSlug names a slug under both case policies: which one holds is part of the answer.
func (k *Keys) addSlug(h Host, s Slug) {
	exact := SlugKey{h, string(s)}
	k.Slugs = append(k.Slugs, exact)
	if folded := (SlugKey{h, strings.ToLower(exact.Text)}); folded != exact {
		k.Slugs = append(k.Slugs, folded)
	}
}

// Add joins two lists of needs.
func (k *Keys) Add(other Keys) {
	k.Hosts = append(k.Hosts, other.Hosts...)
	k.Links = append(k.Links, other.Links...)
	k.Slugs = append(k.Slugs, other.Slugs...)
	k.Commands = append(k.Commands, other.Commands...)
}

// Reply tells the asker what became of a command. An accepted command's effects are visible
// once the read model has applied the events of the command at Position.
type Reply struct {
	Command   CommandID
	Account   AccountID
	Position  Position // of the command in links.commands
	Link      LinkNumber
	Version   uint64
	Rejection *Error // nil: accepted

	Fingerprint Fingerprint // of the command: an id used twice gets two answers
	Until       time.Time   // a rejection is remembered until then
}
