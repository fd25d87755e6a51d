package domain

import "time"

// CommandID names one wish to change something; a retry of the wish has the same id.
type CommandID string

// Fingerprint is a digest of a command's content, by which a reused id is told from a retry.
type Fingerprint [16]byte

// Command is a wish with its circumstances.
type Command struct {
	ID          CommandID
	Account     AccountID
	By          KeyID     // the credential that asked
	Via         string    // through what: the name of a dialect, "cli", "dashboard"; empty: the native API
	Domain      Host      // the registered short domain it concerns: the key that orders it
	Deadline    time.Time // after this (plus [Skew]) it must not be done any more
	IfVersion   uint64    // the version the caller saw; 0: any
	Fingerprint Fingerprint
	Limits      Limits
	Body        CommandBody
}

// Limits are what the account's plan allows, as of the asking.
type Limits struct {
	Links     uint64 // on the command's domain that are not deleted; 0: any number
	FixedURLs bool   // destinations stay as they were created
}

// ViaErasure is what commands come through that end an account, and the events of them. After such
// an event the account gets nothing new, so what the log will no longer tell of it may go at once.
const ViaErasure = "erasure"

// Skew is how far clocks of different processes may lie apart.
const Skew = 2 * time.Second

// Memory is how long an accepted command id answers the same, in event time.
const Memory = 7 * 24 * time.Hour

// CommandBody is one of the commands below.
type CommandBody interface{ command() }

// RegisterDomain makes a host a short domain. Registering again the same way changes nothing; the
// case policy may be changed that way as long as no link was made.
type RegisterDomain struct{ Cases CasePolicy }

// VerifyDomain says that the account was seen to control the domain.
type VerifyDomain struct{}

// ChangeDomain replaces the domain's settings.
type ChangeDomain struct{ To DomainSettings }

// ReleaseDomain gives a domain up, so that somebody else may have it. It must hold no links.
type ReleaseDomain struct{}

// SetBlock puts something on the installation's blocklist, or takes it off. Its domain is the
// installation's own; only [SystemAccount] may ask for it.
type SetBlock struct {
	Block  Block
	On     bool
	Reason string
}

// CreateLink claims a slug. An empty slug asks for a drawn one.
type CreateLink struct {
	Host        Host
	Slug        Slug
	Foreign     bool // another shortener gave the slug out: see [ParseForeignSlug]
	Destination Destination
	Expires     time.Time // zero: never
	Traits      Traits

	// Upsert changes the account's link with the same external id, if there is one, instead of
	// refusing: it gets the destination, the traits in Set, the end if SetEnd and, if it isn't
	// empty, the slug. An empty Set stands for all traits and the end, as before there was one.
	Upsert bool
	Set    Fields
	SetEnd bool
}

// UpdateLink changes the fields that are set. A pointer to a zero time removes the expiry.
type UpdateLink struct {
	Link        LinkNumber
	Destination *Destination
	Host        *Host // another host of the same short domain
	Slug        *Slug
	Expires     *time.Time
	Patch       Patch

	Revert bool // to what the link was, so Expires may have passed and Slug be a foreign one
}

// DeleteLink ends a link for good.
type DeleteLink struct{ Link LinkNumber }

// Batch asks for several changes of links on one domain: creations, updates, deletions. They are
// decided in order, and each sees what those before it did.
type Batch struct {
	Atomic bool // all or nothing
	Items  []CommandBody
}

// MaxBatch is the most items of a batch.
const MaxBatch = 1000

func (RegisterDomain) command() {}
func (VerifyDomain) command()   {}
func (ChangeDomain) command()   {}
func (ReleaseDomain) command()  {}
func (SetBlock) command()       {}
func (CreateLink) command()     {}
func (UpdateLink) command()     {}
func (DeleteLink) command()     {}
func (Batch) command()          {}

// Draws is how many of the links that c creates ask for a drawn slug.
func (c Command) Draws() int {
	n := 0
	for _, b := range c.items() {
		if create, ok := b.(CreateLink); ok && create.Slug == "" {
			n++
		}
	}
	return n
}

// items are the changes c asks for: its body, or the items of it.
func (c Command) items() []CommandBody {
	if b, ok := c.Body.(Batch); ok {
		return b.Items
	}
	return []CommandBody{c.Body}
}

// Reply tells the asker what became of a command. An accepted command's effects are visible
// once the read model has applied the events of the command at Position.
type Reply struct {
	Command   CommandID
	Account   AccountID
	Position  Position // of the command in links.commands
	Link      LinkNumber
	Version   uint64
	Items     []ItemResult // of a batch, in its order
	Rejection *Error       // nil: accepted

	Fingerprint Fingerprint // of the command: an id used twice gets two answers
	Until       time.Time   // a rejection is remembered until then
}

// ItemResult is what became of an item of a batch. Items of an atomic one are never refused
// alone: the whole batch is.
type ItemResult struct {
	Link      LinkNumber
	Version   uint64
	Rejection *Error // nil: done
}
