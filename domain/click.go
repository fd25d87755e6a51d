package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// ClickID names one answered redirect: the process's node, the epoch drawn when its recorder
// was opened, and a sequence that grows by one within the epoch.
type ClickID struct {
	Node     uint64
	Epoch    uint64
	Sequence uint64
}

// ImportedBy is the node and the epoch of a link's clicks that another shortener recorded. They
// are always the same, so a click that is brought twice has one id: its sequence is how many of
// them came before it.
func ImportedBy(account AccountID, link LinkNumber, source string) (node, epoch uint64) {
	sum := sha256.Sum256(fmt.Appendf(nil, "imported clicks\x00%s\x00%d\x00%s", account, link, source))
	return binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
}

// Method is how a redirect was asked for.
type Method uint8

// The methods. A HEAD is a look, not a visit: it is recorded and counted apart.
const (
	Get Method = iota
	Head
)

// Trigger is what brought the visitor.
type Trigger uint8

// The triggers.
const (
	TriggerLink Trigger = iota
	TriggerQR
)

// Click is one answered redirect: facts as they were seen, nothing that names a visitor.
// What the facts mean (device, bot, …) is decided when they are counted, so that it can be
// decided again.
type Click struct {
	ID           ClickID
	Account      AccountID
	Link         LinkNumber
	LinkVersion  uint64
	Host         Host
	Slug         Slug
	At           time.Time
	Rule         string // the routing rule that chose the destination; empty: the link's own
	Method       Method
	Trigger      Trigger
	Country      string // ISO 3166 alpha-2, upper-case; empty: unknown
	Region       string
	City         string
	ReferrerHost string
	ReferrerPath string // without its query
	UserAgent    string // as sent, cut at [MaxUserAgent]
	Language     string // primary tag of Accept-Language, lower-case
	UTM          UTM    // as the short URL was visited with
	Visitor      uint64 // hash under the day's salt; 0: not taken
	Imported     string // the shortener that recorded it, as in "shlink"; empty: this one
}

// UTM holds the five campaign parameters.
type UTM struct{ Source, Medium, Campaign, Term, Content string }

// Longest texts a click keeps, in bytes: a visitor must not choose how much we store.
const (
	MaxUserAgent = 512
	MaxReferrer  = 256
	MaxUTM       = 128
	MaxLanguage  = 16
)
