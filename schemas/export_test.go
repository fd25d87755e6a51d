package schemas

import (
	"context"
	"strings"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// Reseal puts another plaintext into a sealed message, as only a holder of the key can.
func Reseal(c *Codec, account domain.AccountID, m Message, plaintext []byte) Message {
	aead, err := c.aead(context.Background(), account)
	if err != nil {
		panic(err)
	}
	m.Value = aead.Seal(nil, nil, plaintext, binding(m))
	return m
}

// Plaintext is what is sealed in a message.
func Plaintext(c *Codec, account domain.AccountID, m Message) []byte {
	b, err := c.open(context.Background(), account, m)
	if err != nil {
		panic(err)
	}
	return b
}

// Types lists every message type we write.
func Types() (all []string) {
	for _, types := range kinds {
		all = append(all, types...)
	}
	return all
}

// HasCode says whether reply.proto has the code under its own name.
func HasCode(c domain.Code) bool {
	return pb.RejectionCode(c+1).String() == "REJECTION_CODE_"+strings.ToUpper(c.String())
}

// NextSchema is what a message says that this code can't read yet.
var NextSchema = schemaOf(revision + 1)

// HasField says whether traits.proto has the field under its own name.
func HasField(f domain.Field) bool {
	return pb.Field(f+1).String() == "FIELD_"+strings.ToUpper(f.String())
}

// ConditionName is what traits.proto calls a kind of condition.
func ConditionName(k domain.ConditionKind) string { return pb.ConditionKind(k).String() }

// BlockName is what short_domain.proto calls a kind of block.
func BlockName(k domain.BlockKind) string { return pb.BlockKind(k).String() }

// SlugsOf lists the slugs whose digests stand beside an event.
var SlugsOf = slugsOf
