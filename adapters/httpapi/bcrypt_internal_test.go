package httpapi

import (
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// What is made here is what everybody else's bcrypt takes.
func TestBcryptIsBcrypt(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"x", "open sesame", "pässword\x00\xff", string(make([]byte, MaxPassword))} {
		hash, err := bcryptHash(password, [bcryptSaltSize]byte{1, 2, 3, 255})
		if err != nil {
			t.Fatal(err)
		}
		if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)); err != nil {
			t.Errorf("%q: %v of %s", password, err, hash)
		}
		if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password[1:]+"y")); err == nil {
			t.Errorf("another password than %q fits %s", password, hash)
		}
		if cost, err := bcrypt.Cost([]byte(hash)); err != nil || cost != bcryptCost {
			t.Errorf("cost %d, %v", cost, err)
		}
		again, err := bcryptHash(password, [bcryptSaltSize]byte{1, 2, 3, 255})
		if err != nil || again != hash {
			t.Errorf("%s, then %s (%v)", hash, again, err)
		}
	}
}
