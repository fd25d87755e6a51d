package postgres

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/linklog/linklog/domain"
)

// passwordParams cost some 25 ms and 19 MB: what OWASP has as the least for argon2id.
var passwordParams = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Bounds of passwords, in characters.
const (
	ShortestPassword = 10
	LongestPassword  = 200
)

// hashing lets as many passwords be hashed at a time as there are processors, so that a flood of
// sign-ins takes neither the memory nor the time of everything else.
type hashing struct {
	slots  chan struct{}
	nobody func() string // the hash that guesses at unknown addresses are compared with
}

// hashingPatience is how long somebody waits for their turn.
const hashingPatience = 5 * time.Second

func newHashing() *hashing {
	return &hashing{
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))),
		nobody: sync.OnceValue(func() string {
			hash, err := argon2id.CreateHash(string(newSecret()), &passwordParams)
			if err != nil {
				panic(fmt.Sprintf("the system has no randomness: %v", err))
			}
			return hash
		}),
	}
}

// turn waits for a slot, which the caller gives back by calling done.
func (h *hashing) turn(ctx context.Context) (done func(), err error) {
	patience := time.NewTimer(hashingPatience)
	defer patience.Stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-patience.C:
		return nil, domain.Errorf(domain.RateLimited, "", "Too many people are signing in at the moment. Try again in a few seconds.")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash is what is kept of a password.
func (h *hashing) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(password, &passwordParams)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches compares a password with a hash. It takes as long if there is none.
func (h *hashing) matches(ctx context.Context, password string, hash *string) (bool, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	against := h.nobody()
	if hash != nil {
		against = *hash
	}
	if utf8.RuneCountInString(password) > LongestPassword { // hashed in proportion to their length
		password = ""
	}
	same, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && hash != nil, nil
}

// worstPasswords are those of ten characters and more that are tried first.
var worstPasswords = strings.Fields(`
	1234567890 0123456789 12345678910 123456789a 1q2w3e4r5t 1q2w3e4r5t6y qwertyuiop qwerty1234 qwerty12345 qwerty123456
	1qaz2wsx3edc password12 password123 password1234 passw0rd123 password123! iloveyou12 iloveyou123 administrator
	changeme123 letmein123 welcome123 football123 superman123 0987654321 9876543210 987654321a asdfghjkl1 zxcvbnm123
	abcdefghij abcdefghijk abc1234567 1111111111 0000000000 aaaaaaaaaa correcthorsebatterystaple`)

// checkPassword refuses what would be guessed first.
func checkPassword(password, email string) error {
	bad := func(format string, args ...any) error {
		return domain.Errorf(domain.Validation, "password", format, args...)
	}
	lower := strings.ToLower(password)
	local, _, _ := strings.Cut(email, "@")
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return bad("password must be valid UTF-8")
	case n < ShortestPassword:
		return bad("password must have at least %d characters", ShortestPassword)
	case n > LongestPassword:
		return bad("password must have at most %d characters", LongestPassword)
	case lower == email, lower == local:
		return bad("password must not be the e-mail address")
	case slices.Contains(worstPasswords, lower), strings.Count(lower, lower[:1]) == len(lower):
		return bad("password is one of those that are guessed first: choose another")
	}
	return nil
}
