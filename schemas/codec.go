package schemas

// FORMAT MIGRATION GUIDE
//
// The log is kept for ever, so every message ever written must decode for ever. What is
// written is spread over four things: payload fields (linklog/v1/*.proto), headers
// (envelope.go), message types (kind.go) and the seal (seal.go). To change one of them:
//
//  1. A field that old readers may overlook (a note, a label): add it to the .proto with the
//     next free number, to the two functions in the file of that message, and to the domain.
//     Absent must mean what it meant before the field was there.
//  2. A field or enum value that changes what a message means (a rule that chooses another
//     destination): as 1, and raise [revision]; let commandNeeds or eventNeeds (revision.go)
//     answer the new revision for the messages that use it, and only for those. Old readers
//     then wait with ErrUnknown for their upgrade, and go on reading everything else. This
//     goes for a new trait, a new kind of condition or of block as well, in every message that
//     may hold one: an enum value that a reader doesn't know makes the message unusable.
//  3. A new message type: a constant and a line in kind.go, a message in the oneof, and its
//     two functions. Old readers wait when the first one arrives.
//  4. A message that must be said differently: a new type ending in .v2 beside the old one;
//     writers change over, the reader of .v1 stays and answers the same domain value.
//  5. A new header: write it; readers treat its absence as the old meaning. Every ce_ header
//     is bound to the seal by itself.
//  6. Another seal: a new revision and a header that names it; the old one stays readable.
//  7. A rejection code: append it to domain.Codes and to RejectionCode in reply.proto.
//
// After any of them: `make generate`, `buf breaking` must agree, and record the new messages:
//
//	go test ./schemas -run TestRecorded -record
//
// adds files for the samples in recorded_test.go that have none. It never rewrites a file:
// a recorded message that no longer decodes is a defect of the reader. Fields added to a
// command leave the fingerprints of commands that don't use them as they were; see
// [Fingerprint].

import (
	"context"
	"errors"

	"github.com/linklog/linklog/domain"
)

var (
	// ErrUnknown says that a message was written by a newer version of us: its reader waits.
	ErrUnknown = errors.New("message of a newer version")
	// ErrUnusable says that a message is broken for good: it belongs among the dead letters.
	ErrUnusable = errors.New("unusable message")
)

// Keyring knows the keys of accounts, 32 bytes each. An error that is [domain.ErrNoKey] says
// that the key was destroyed for good; after any other error the message can be tried again.
type Keyring interface {
	Key(ctx context.Context, account domain.AccountID) ([]byte, error)
}

// Codec writes and reads the sealed messages. It may be used by many goroutines.
type Codec struct{ keys Keyring }

// New is a codec that seals with keys.
func New(keys Keyring) *Codec { return &Codec{keys} }
