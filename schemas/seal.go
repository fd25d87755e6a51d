package schemas

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
)

// errSeal says that a payload does not open with its account's key: it was damaged, or
// belongs to another message.
var errSeal = errors.New("the payload does not open")

// seal ends a message: it marshals the payload and seals it to everything that m holds.
func (c *Codec) seal(ctx context.Context, account domain.AccountID, m *Message, payload proto.Message) error {
	m.set(contentType, sealedContent)
	plaintext, err := proto.Marshal(payload)
	if err != nil {
		return fmt.Errorf("marshal payload: %w", err)
	}
	aead, err := c.aead(ctx, account)
	if err != nil {
		return err
	}
	m.Value = aead.Seal(nil, nil, plaintext, binding(*m)) //nolint:gosec // this AEAD draws its nonce itself
	return nil
}

// sealOverhead is what sealing adds to a payload: the nonce in front, the tag behind.
const sealOverhead = 12 + 16

// sealedSize is how many bytes m has once seal has ended it with payload.
func sealedSize(m Message, payload proto.Message) int {
	size := len(m.Key) + len(contentType) + len(sealedContent) + proto.Size(payload) + sealOverhead
	for _, h := range m.Headers {
		size += len(h.Key) + len(h.Value)
	}
	return size
}

// open reverses seal. It fails with [domain.ErrNoKey], errSeal, or what kept the key away.
func (c *Codec) open(ctx context.Context, account domain.AccountID, m Message) ([]byte, error) {
	aead, err := c.aead(ctx, account)
	if err != nil {
		return nil, err
	}
	plaintext, err := aead.Open(nil, nil, m.Value, binding(m))
	if err != nil {
		return nil, errSeal
	}
	return plaintext, nil
}

// aead is AES-256-GCM with the account's key and a random nonce in front of each message.
// Random nonces are safe for 2^32 messages of an account.
func (c *Codec) aead(ctx context.Context, account domain.AccountID) (cipher.AEAD, error) {
	key, err := c.keys.Key(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("get the key of account %s: %w", account, err)
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("the key of account %s has %d bytes instead of 32", account, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use the key of account %s: %w", account, err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// binding is the data a payload is sealed to: the record's key and every ce_ header in its
// order, each text with its length in front.
func binding(m Message) []byte {
	b := appendText(make([]byte, 0, 512), string(m.Key))
	for _, h := range m.Headers {
		if strings.HasPrefix(h.Key, "ce_") {
			b = appendText(appendText(b, h.Key), h.Value)
		}
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
