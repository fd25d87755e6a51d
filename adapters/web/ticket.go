package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/linklog/linklog/domain"
)

// tickets seal what a browser has to bring back and must not read or change, as the password
// between the two steps of signing in. Any process of the installation opens them, for a while.
type tickets struct {
	seal  cipher.AEAD
	clock func() time.Time
}

const ticketLife = 10 * time.Minute

type envelope struct {
	Until   time.Time       `json:"until"`
	Content json.RawMessage `json:"content"`
}

var errTicket = errors.New("the ticket is not ours, or too old")

func newTickets(secret []byte, clock func() time.Time) (*tickets, error) {
	key := sha256.Sum256(append([]byte("linklog dashboard tickets\x00"), secret...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return &tickets{seal, clock}, nil
}

// issue seals content for a purpose.
func (t *tickets) issue(purpose string, content any) (string, error) {
	inner, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("write a ticket: %w", err)
	}
	plain, err := json.Marshal(envelope{t.clock().Add(ticketLife), inner})
	if err != nil {
		return "", fmt.Errorf("write a ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(t.seal.Seal(nil, nil, plain, []byte(purpose))), nil //nolint:gosec // the cipher draws the nonce itself
}

// redeem opens a ticket of a purpose; one that is too old or not ours is a domain.Unauthorized error.
func (t *tickets) redeem(purpose, text string, content any) error {
	if err := t.open(purpose, text, content); err != nil {
		return domain.Errorf(domain.Unauthorized, "", "That took too long. Begin again.")
	}
	return nil
}

func (t *tickets) open(purpose, text string, content any) error {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	plain, err := t.seal.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return err
	}
	var e envelope
	if err := json.Unmarshal(plain, &e); err != nil {
		return err
	}
	if t.clock().After(e.Until) {
		return errTicket
	}
	return json.Unmarshal(e.Content, content)
}

// drawnSecret is for a dashboard that is the only one and forgets with its process.
func drawnSecret() []byte { return []byte(rand.Text()) }
