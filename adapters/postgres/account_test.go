package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

func TestAccountsAreMadeWithTheirKey(t *testing.T) {
	pool := migrated(t)
	accounts := postgres.NewAccounts(pool)
	a, err := accounts.Create(t.Context(), " Ann@Example.com", domain.Pro)
	if err != nil {
		t.Fatal(err)
	}
	if a.Email != "ann@example.com" || a.Plan != domain.Pro || !strings.HasPrefix(string(a.ID), "acc_") || a.Created.IsZero() {
		t.Errorf("made %+v", a)
	}
	if key, err := postgres.NewKeyring(pool).Key(t.Context(), a.ID); err != nil || len(key) != 32 {
		t.Errorf("its key is %x, %v", key, err)
	}
	_, err = accounts.Create(t.Context(), "ann@example.com", domain.Free)
	wantCode(t, err, domain.Validation)
	for range 2 { // no address is no address's equal
		if _, err := accounts.Create(t.Context(), "", domain.Free); err != nil {
			t.Fatal(err)
		}
	}
	all, err := accounts.List(t.Context())
	if err != nil || len(all) != 5 || all[0].ID != domain.SystemAccount || all[1].ID != domain.AnonymousAccount || all[2].ID != a.ID || !all[2].Created.Equal(a.Created) {
		t.Errorf("listed %+v, %v", all, err)
	}
}

func TestEmailMustBeOne(t *testing.T) {
	accounts := postgres.NewAccounts(migrated(t))
	for _, email := range []string{"ann", "@example.com", "ann@", "a b@example.com", strings.Repeat("a", 255) + "@b"} {
		_, err := accounts.Create(t.Context(), email, domain.Free)
		wantCode(t, err, domain.Validation)
	}
}

func TestErasedAccountIsUnreadableAndShutOut(t *testing.T) {
	pool := migrated(t)
	accounts, keys := postgres.NewAccounts(pool), postgres.NewKeys(pool)
	a, err := accounts.Create(t.Context(), "ann@example.com", domain.Free)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := keys.New(t.Context(), a.ID, postgres.NewKey{Name: "ci"})
	if err != nil {
		t.Fatal(err)
	}
	if err := accounts.Erase(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.NewKeyring(pool).Key(t.Context(), a.ID); !errors.Is(err, domain.ErrNoKey) {
		t.Errorf("its key: %v", err)
	}
	_, err = keys.Authenticate(t.Context(), token)
	wantCode(t, err, domain.Unauthorized)
	if n := one[int](t, pool, "SELECT count(*) FROM identity.account WHERE email IS NOT NULL"); n != 0 {
		t.Error("its e-mail address was kept")
	}
	if err := accounts.Erase(t.Context(), a.ID); err != nil {
		t.Errorf("erasing it again: %v", err)
	}
	wantCode(t, accounts.Erase(t.Context(), "acc_nobody"), domain.NotFound)
	wantCode(t, accounts.Erase(t.Context(), domain.SystemAccount), domain.Forbidden)
	wantCode(t, accounts.Erase(t.Context(), domain.AnonymousAccount), domain.Forbidden)
}

func TestKeyringTellsDestroyedFromUnknown(t *testing.T) {
	pool := migrated(t)
	ring, account := postgres.NewKeyring(pool), newAccount(t, pool)
	exec(t, pool, "DELETE FROM identity.account_key WHERE account = $1", account)
	for range 2 { // read, then remembered
		if _, err := ring.Key(t.Context(), account); !errors.Is(err, domain.ErrNoKey) {
			t.Errorf("a destroyed key: %v", err)
		}
	}
	if _, err := ring.Key(t.Context(), "acc_from_a_newer_backup"); err == nil || errors.Is(err, domain.ErrNoKey) {
		t.Errorf("an unknown account: %v, must be an error that passes", err)
	}
}

func TestKeyringWorksFromMemory(t *testing.T) {
	pool := migrated(t)
	ring, account := postgres.NewKeyring(pool), newAccount(t, pool)
	if err := ring.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	for _, a := range []domain.AccountID{account, domain.SystemAccount} {
		if key, err := ring.Key(t.Context(), a); err != nil || len(key) != 32 {
			t.Errorf("%s: %x, %v", a, key, err)
		}
	}
	if _, err := ring.Key(t.Context(), "acc_other"); err == nil || errors.Is(err, domain.ErrNoKey) {
		t.Errorf("without a database: %v, must be an error that passes", err)
	}
}
