package identity

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// Key is what is known of an API key. The token itself is shown once, when it is made.
type Key struct {
	ID       domain.KeyID
	Account  domain.AccountID
	Name     string
	Prefix   string // the token's first characters
	Scopes   domain.Scopes
	Created  time.Time
	LastUsed time.Time // to the minute; zero: never
	Revoked  time.Time // zero: not revoked
	Expires  time.Time // zero: never
}

// Live reports whether the key opens its account.
func (k Key) Live(now time.Time) bool {
	return k.Revoked.IsZero() && (k.Expires.IsZero() || now.Before(k.Expires))
}

// NewKey is what a key is to be.
type NewKey struct {
	Name    string
	Style   string        // the API whose keys it looks like: pocolink, linkpack, linxly, spotify, smartlinks; empty: pocolink
	Scopes  domain.Scopes // 0: all
	Expires time.Time     // zero: never
}
