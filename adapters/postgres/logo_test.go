package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

func TestLogosAreKept(t *testing.T) {
	pool := migrated(t)
	logos, mine, other := postgres.NewLogos(pool), newAccount(t, pool), newAccount(t, pool)
	picture := []byte("a picture")
	for range 2 {
		if sum, err := logos.KeepLogo(t.Context(), mine, picture); err != nil || sum != sha256.Sum256(picture) {
			t.Fatalf("%x, %v", sum, err)
		}
	}
	if got, err := logos.Logo(t.Context(), mine, sha256.Sum256(picture)); err != nil || !bytes.Equal(got, picture) {
		t.Errorf("%q, %v", got, err)
	}
	_, err := logos.Logo(t.Context(), other, sha256.Sum256(picture))
	wantCode(t, err, domain.NotFound)
	if err := postgres.NewAccounts(pool).Close(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	_, err = logos.Logo(t.Context(), mine, sha256.Sum256(picture))
	wantCode(t, err, domain.NotFound)
	if _, err := logos.KeepLogo(t.Context(), mine, picture); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, `SELECT count(*) FROM identity.logo`); n != 0 {
		t.Errorf("%d pictures of a closed account", n)
	}
}

// An account has those it asked for last, and nobody has what nobody wants.
func TestLogosAreBounded(t *testing.T) {
	pool := migrated(t)
	logos, mine, other := postgres.NewLogos(pool), newAccount(t, pool), newAccount(t, pool)
	keep := func(account domain.AccountID, picture []byte) [32]byte {
		t.Helper()
		sum, err := logos.KeepLogo(t.Context(), account, picture)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	gone := func(account domain.AccountID, sum [32]byte) {
		t.Helper()
		_, err := logos.Logo(t.Context(), account, sum)
		wantCode(t, err, domain.NotFound)
	}
	first := keep(mine, []byte{0})
	exec(t, pool, `UPDATE identity.logo SET used = now() - interval '2 days'`)
	second := keep(mine, []byte{1})
	exec(t, pool, `UPDATE identity.logo SET used = now() - interval '36 hours' WHERE digest = $1`, second[:])
	if _, err := logos.Logo(t.Context(), mine, first); err != nil { // and so it is the newer one
		t.Fatal(err)
	}
	for i := range byte(49) {
		keep(mine, []byte{2, i})
	}
	gone(mine, second)
	if _, err := logos.Logo(t.Context(), mine, first); err != nil {
		t.Errorf("the one that was asked for: %v", err)
	}
	for i := range byte(11) {
		keep(other, bytes.Repeat([]byte{i}, 1<<20))
	}
	if n := one[int](t, pool, `SELECT count(*) FROM identity.logo WHERE account = $1`, other); n != 10 {
		t.Errorf("%d MB are kept", n)
	}
	exec(t, pool, `UPDATE identity.logo SET used = now() - interval '367 days' WHERE account = $1`, mine)
	keep(other, []byte{1})
	gone(mine, first)
}
