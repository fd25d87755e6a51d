package domain

import "time"

// Event is a fact with its circumstances. Where it stands in the log is not part of it: see
// [Position].
type Event struct {
	Command       CommandID // the command that caused it
	CommandOffset int64     // where that command stands in its partition of links.commands
	Fingerprint   Fingerprint
	Index         int  // 0, 1, … among the events of one command
	More          bool // whether others of the command follow: until they are read, it isn't done
	Account       AccountID
	By            KeyID
	Domain        Host
	Link          LinkNumber // 0 for facts about a domain
	Version       uint64     // the link's version after this event
	At            time.Time  // event time: never runs backwards within a partition
	Body          EventBody
}

// Position is a place in a topic.
type Position struct {
	Partition int32
	Offset    int64
}

// EventBody is one of the facts below.
type EventBody interface{ event() }

// DomainRegistered: a host became a short domain.
type DomainRegistered struct{ Cases CasePolicy }

// LinkCreated: a link claimed Slug on Host.
type LinkCreated struct {
	Host        Host
	Slug        Slug
	Key         SlugKey // the slug as the domain's case policy folds it
	Destination Destination
	Expires     time.Time
	Counter     uint64 // the partition's link counter that made the number
}

// DestinationChanged: visitors of the link are sent elsewhere from now on.
type DestinationChanged struct {
	Key  SlugKey
	From Destination
	To   Destination
}

// SlugChanged: the link left one slug, which rests in quarantine, and claimed another.
type SlugChanged struct {
	From    Slug
	To      Slug
	FromKey SlugKey
	ToKey   SlugKey
}

// ExpiryChanged: the link ends at To; zero means never.
type ExpiryChanged struct {
	Key  SlugKey
	From time.Time
	To   time.Time
}

// LinkDeleted: the link is gone for good and Key rests in quarantine.
type LinkDeleted struct{ Key SlugKey }

// NothingChanged: a command was accepted that asked for what already was. It is recorded so
// that the command's id answers the same when it comes back after something did change.
type NothingChanged struct{}

// Redacted stands for a fact whose account's key was destroyed: nobody can read it any more.
// Folds treat its link as deleted.
type Redacted struct{ Counter uint64 }

// Unreadable stands for a fact whose payload can't be decoded though its circumstances can.
// Folds park its link: the slugs it touched count as taken until an operator has it read again.
type Unreadable struct {
	Reason  string
	Slugs   []SlugDigest
	Counter uint64
}

func (DomainRegistered) event()   {}
func (LinkCreated) event()        {}
func (DestinationChanged) event() {}
func (SlugChanged) event()        {}
func (ExpiryChanged) event()      {}
func (LinkDeleted) event()        {}
func (NothingChanged) event()     {}
func (Redacted) event()           {}
func (Unreadable) event()         {}

// Touches lists what e changes, so that an overlay or a cache knows what to forget.
func (e Event) Touches() Keys {
	k := Keys{Commands: []CommandID{e.Command}}
	if e.Link != 0 {
		k.Links = []LinkNumber{e.Link}
	} else {
		k.Hosts = []Host{e.Domain}
	}
	switch b := e.Body.(type) {
	case LinkCreated:
		k.Slugs = []SlugKey{b.Key}
	case SlugChanged:
		k.Slugs = []SlugKey{b.FromKey, b.ToKey}
	case LinkDeleted:
		k.Slugs = []SlugKey{b.Key}
	}
	return k
}
