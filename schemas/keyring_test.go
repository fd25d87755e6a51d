package schemas_test

import (
	"context"
	"errors"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// testKey seals the recorded messages. It must never change.
var testKey = []byte("the recorded messages' fixed key")

// keyring gives every account the test key.
type keyring struct{ err error }

func (k keyring) Key(context.Context, domain.AccountID) ([]byte, error) { return testKey, k.err }

var errAway = errors.New("database is away")

var (
	codec     = schemas.New(keyring{})
	erased    = schemas.New(keyring{domain.ErrNoKey})
	keysAway  = schemas.New(keyring{errAway})
	otherKeys = schemas.New(fixedKey("another key, of thirty-two bytes"))
)

type fixedKey []byte

func (k fixedKey) Key(context.Context, domain.AccountID) ([]byte, error) { return k, nil }
