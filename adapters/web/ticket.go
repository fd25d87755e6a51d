package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linklog/linklog/domain"
)

// tickets seal what a browser has to bring back and must not read or change: the password between
// the two steps of signing in. Any process of the installation opens them.
type tickets struct{ seal cipher.AEAD }

// ticket is one's content.
type ticket struct {
	Email    string    `json:"email"`
	Password string    `json:"password"`
	Until    time.Time `json:"until"`
}

const ticketLife = 5 * time.Minute

func newTickets(secret []byte) (*tickets, error) {
	key := sha256.Sum256(append([]byte("linklog dashboard tickets\x00"), secret...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return &tickets{seal}, nil
}

func (t *tickets) issue(content ticket) (string, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("write a ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(t.seal.Seal(nil, nil, plain, nil)), nil //nolint:gosec // the cipher draws the nonce itself
}

// redeem opens a ticket, unless it is too old or not ours.
func (t *tickets) redeem(text string, now time.Time) (ticket, error) {
	var content ticket
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var plain []byte
		if plain, err = t.seal.Open(nil, nil, sealed, nil); err == nil {
			err = json.Unmarshal(plain, &content)
		}
	}
	if err != nil || now.After(content.Until) {
		return ticket{}, domain.Errorf(domain.Unauthorized, "", "That took too long. Begin again.")
	}
	return content, nil
}

// drawnSecret is for a dashboard that is the only one and forgets with its process.
func drawnSecret() []byte { return []byte(rand.Text()) }
