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
