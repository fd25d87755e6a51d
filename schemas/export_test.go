package schemas

import (
	"context"

	"github.com/linklog/linklog/domain"
	"google.golang.org/protobuf/proto"
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

// Payload is the generated message of a command, for comparison.
func Payload(c domain.Command) (proto.Message, error) { return commandPayload(c) }

// Types lists every message type we write.
func Types() (all []string) {
	for _, types := range kinds {
		all = append(all, types...)
	}
	return all
}
