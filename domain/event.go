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
	Via           string // see [Command]
	Domain        Host
	Link          LinkNumber // 0 for facts about a domain
	Version       uint64     // the link's version after this event; of a fact about a domain, the domain's
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

// DomainRegistered: a host became a short domain, or got another case policy before its first link.
type DomainRegistered struct{ Cases CasePolicy }

// DomainVerified: the domain's account was seen to control it.
type DomainVerified struct{}

// DomainChanged: the domain has other settings.
type DomainChanged struct{ From, To DomainSettings }

// DomainReleased: the domain is nobody's any more. Its slugs rest in quarantine as they did.
type DomainReleased struct{}

// BlockChanged: something was put on the installation's blocklist, or taken off.
type BlockChanged struct {
	Block  Block
	On     bool
	Reason string
}

// LinkCreated: a link claimed Slug on Host.
type LinkCreated struct {
	Host        Host
	Slug        Slug
	Key         SlugKey // the slug as the domain's case policy folds it
	Destination Destination
	Expires     time.Time
	Traits      Traits
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

// LinkChanged: traits of the link are others. Of From and To only the fields in Set mean anything.
type LinkChanged struct {
	Key  SlugKey
	Set  Fields
	From Traits
	To   Traits
}

// LinkDeleted: the link is gone for good, Key rests in quarantine and External is free.
type LinkDeleted struct {
	Key      SlugKey
	External string
}

// BatchDecided closes the events of a batch: what became of each item.
type BatchDecided struct{ Items []ItemResult }

// NothingChanged: a command was accepted that asked for what already was. It is recorded so
// that the command's id answers the same when it comes back after something did change.
type NothingChanged struct{}

// Redacted stands for a fact whose account's key was destroyed: nobody can read it any more.
// Folds treat its link as deleted, and its slugs as freed by the newest of such facts: the links of
// an account are deleted before its key is.
type Redacted struct {
	Slugs   []SlugDigest
	Counter uint64 // 0 unless a link was made
}

// Unreadable stands for a fact whose payload can't be decoded though its circumstances can.
// Folds park its link: the slugs it touched count as taken until an operator has it read again.
type Unreadable struct {
	Reason  string
	Slugs   []SlugDigest
	Counter uint64
}

func (DomainRegistered) event()   {}
func (DomainVerified) event()     {}
func (DomainChanged) event()      {}
func (DomainReleased) event()     {}
func (BlockChanged) event()       {}
func (LinkCreated) event()        {}
func (DestinationChanged) event() {}
func (SlugChanged) event()        {}
func (ExpiryChanged) event()      {}
func (LinkChanged) event()        {}
func (LinkDeleted) event()        {}
func (BatchDecided) event()       {}
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
		k.Hosts = []Host{e.Domain}
		k.Usage = e.usage()
		k.External = e.external(b.Traits.External)
	case SlugChanged:
		k.Slugs = []SlugKey{b.FromKey, b.ToKey}
	case LinkChanged:
		if b.Set.Has(FieldExternal) {
			k.External = e.external(b.From.External, b.To.External)
		}
	case LinkDeleted:
		k.Slugs = []SlugKey{b.Key}
		k.Usage = e.usage()
		k.External = e.external(b.External)
	case Redacted:
		k.Usage = e.usage()
		if e.MakesLink() {
			k.Hosts = []Host{e.Domain}
		}
	case BlockChanged:
		k.Blocks = []Block{b.Block}
	}
	return k
}

// Sealed lists the slugs that e concerns of which only the digest can be read.
func (e Event) Sealed() []SlugDigest {
	switch b := e.Body.(type) {
	case Unreadable:
		return b.Slugs
	case Redacted:
		return b.Slugs
	}
	return nil
}

// MakesLink reports whether e is the creation of a link, even if that is all that can be told of it.
func (e Event) MakesLink() bool {
	switch b := e.Body.(type) {
	case LinkCreated:
		return true
	case Redacted:
		return b.Counter > 0
	}
	return false
}

func (e Event) usage() []UsageKey { return []UsageKey{{e.Account, e.Domain}} }

func (e Event) external(ids ...string) []ExternalKey {
	var keys []ExternalKey
	for _, id := range ids {
		if id != "" {
			keys = append(keys, ExternalKey{e.Account, e.Domain, id})
		}
	}
	return keys
}
