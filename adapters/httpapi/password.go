package httpapi

import (
	"context"
	"crypto/sha256"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// maxPasswords is how many different passwords one request may set: each costs time.
const maxPasswords = 10

// passwordWait is how long a request waits for its turn to have a password hashed.
const passwordWait = 3 * time.Second

// passwords hashes passwords, only so many at a time that other requests have processors left.
type passwords struct{ turns chan struct{} } // holds an element for each hash under way

func newPasswords() passwords { return passwords{make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))} }

func (p passwords) hash(ctx context.Context, password string, salt [bcryptSaltSize]byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, passwordWait)
	defer cancel()
	select {
	case p.turns <- struct{}{}:
	case <-ctx.Done():
		return "", unavailable(ctx.Err())
	}
	defer func() { <-p.turns }()
	return bcryptHash(password, salt)
}

// HashPassword is the hash by which redirects know a link's password of up to [MaxPassword] bytes,
// for others that make commands. The same salt gives the same hash.
func (s *Server) HashPassword(ctx context.Context, password string, salt [16]byte) (string, error) {
	return s.passwords.hash(ctx, password, salt)
}

// hashPasswords puts hashes in the place of the passwords that wishes ask for. The salt comes of
// the request's idempotency key, so that its retry asks for the same.
func (s *Server) hashPasswords(c echo.Context, wishes ...*wish) error {
	hashes := map[string]string{}
	for _, w := range wishes {
		password := w.patch.To.Password
		if password == "" {
			continue
		}
		hash, known := hashes[password]
		if !known {
			if len(hashes) == maxPasswords {
				return domain.Errorf(domain.Validation, "password", "password: one request may set %d different ones", maxPasswords)
			}
			key, err := idempotencyKey(c)
			if err != nil {
				return err
			}
			sum := sha256.Sum256([]byte("password salt " + commandID(caller(c).Account, key)))
			if hash, err = s.passwords.hash(c.Request().Context(), password, [bcryptSaltSize]byte(sum[:])); err != nil {
				return err
			}
			hashes[password] = hash
		}
		w.patch.To.Password = hash
	}
	return nil
}
