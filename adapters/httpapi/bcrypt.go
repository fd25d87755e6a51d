package httpapi

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/blowfish" //nolint:staticcheck // deprecated for new systems; bcrypt is made of it
)

// bcryptCost is the logarithm of how often the key schedule runs: some 50 ms.
const bcryptCost = 10

// MaxPassword is how many bytes of a password bcrypt looks at.
const MaxPassword = 72

const bcryptSaltSize = 16

// bcryptAlphabet is bcrypt's own base64.
var bcryptAlphabet = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)

// bcryptHash is the bcrypt hash of a password under a given salt. The library of that name draws
// the salt itself; but the retry of a request must make the same command again, or its
// idempotency key would seem to have been used for another one.
func bcryptHash(password string, salt [bcryptSaltSize]byte) (string, error) {
	key := append([]byte(password), 0)
	cipher, err := blowfish.NewSaltedCipher(key, salt[:])
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	for range 1 << bcryptCost {
		blowfish.ExpandKey(key, cipher)
		blowfish.ExpandKey(salt[:], cipher)
	}
	text := []byte("OrpheanBeholderScryDoubt")
	for block := 0; block < len(text); block += blowfish.BlockSize {
		for range 64 {
			cipher.Encrypt(text[block:], text[block:])
		}
	}
	const kept = 23 // of the 24 bytes, as ever since the first bcrypt
	return fmt.Sprintf("$2a$%02d$%s%s", bcryptCost, bcryptAlphabet.EncodeToString(salt[:]), bcryptAlphabet.EncodeToString(text[:kept])), nil
}
