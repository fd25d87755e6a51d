package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestAccountsAreMadeWithTheirKey(t *testing.T) {
	pool := migrated(t)
	accounts := postgres.NewAccounts(pool)
	a, err := accounts.Create(t.Context(), " Ann's   shop ", domain.Pro)
	if err != nil {
		t.Fatal(err)
	}
	if a.Name != "Ann's shop" || a.Plan != domain.Pro || !strings.HasPrefix(string(a.ID), "acc_") || a.Created.IsZero() {
		t.Errorf("made %+v", a)
	}
	if key, err := postgres.NewKeyring(pool).Key(t.Context(), a.ID); err != nil || len(key) != 32 {
		t.Errorf("its key is %x, %v", key, err)
	}
	_, err = accounts.Create(t.Context(), strings.Repeat("x", 101), domain.Free)
	wantCode(t, err, domain.Validation)
	all, err := accounts.List(t.Context())
	if err != nil || len(all) != 3 || all[0].ID != domain.SystemAccount || all[1].ID != domain.AnonymousAccount || all[2].ID != a.ID || !all[2].Created.Equal(a.Created) {
		t.Errorf("listed %+v, %v, want %+v last", all, err, a)
	}
	if got, err := accounts.Account(t.Context(), a.ID); err != nil || got.Name != a.Name || got.Plan != a.Plan || !got.Erased.IsZero() {
		t.Errorf("found %+v, %v", got, err)
	}
	_, err = accounts.Account(t.Context(), "acc_nobody")
	wantCode(t, err, domain.NotFound)
}

func TestErasedAccountIsUnreadableAndShutOut(t *testing.T) {
	pool := migrated(t)
	accounts, keys, people := postgres.NewAccounts(pool), postgres.NewKeys(pool), newPeople(pool)
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	bob, bobs := person(t, people, "bob@example.com")
	token, _, err := members.Invite(t.Context(), shop, ann, "bob@example.com", identity.Editor)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := members.Accept(t.Context(), token, bob); err != nil {
		t.Fatal(err)
	}
	if _, _, err := members.Invite(t.Context(), shop, ann, "eve@example.com", identity.Viewer); err != nil {
		t.Fatal(err)
	}
	hers, his := enter(t, people, ann), enter(t, people, bob)
	key, _, err := keys.New(t.Context(), shop, identity.NewKey{Name: "ci"})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "CREATE TABLE identity.later (owner text REFERENCES identity.account, what text)")
	exec(t, pool, "INSERT INTO identity.later VALUES ($1, 'of ann'), ($2, 'of bob')", shop, bobs)

	for range 2 { // again changes nothing
		if err := accounts.Erase(t.Context(), shop); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := postgres.NewKeyring(pool).Key(t.Context(), shop); !errors.Is(err, domain.ErrNoKey) {
		t.Errorf("its key: %v", err)
	}
	_, err = keys.Authenticate(t.Context(), key)
	wantCode(t, err, domain.Unauthorized)
	_, _, err = keys.New(t.Context(), shop, identity.NewKey{})
	wantCode(t, err, domain.NotFound)
	_, err = newPeople(pool).Session(t.Context(), hers.Token)
	wantCode(t, err, domain.Unauthorized)
	_, err = people.Person(t.Context(), ann)
	wantCode(t, err, domain.NotFound)
	if s, err := newPeople(pool).Session(t.Context(), his.Token); err != nil || s.Current.Account != bobs {
		t.Errorf("bob, who has an account of his own, is in %+v, %v", s.Current, err)
	}
	for table, want := range map[string]int{"invitation": 0, "member": 1, "person": 1, "later": 1, "api_key": 0} {
		if n := one[int](t, pool, "SELECT count(*) FROM identity."+table); n != want {
			t.Errorf("%d rows in %s, want %d", n, table, want)
		}
	}
	if a, err := accounts.Account(t.Context(), shop); err != nil || a.Name != "" || a.Erased.IsZero() {
		t.Errorf("the account is %+v, %v", a, err)
	}
}

func TestNotEveryAccountCanBeErased(t *testing.T) {
	accounts := postgres.NewAccounts(migrated(t))
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

// What was agreed with an account reaches its keys and its people.
func TestEntitledAccounts(t *testing.T) {
	pool := migrated(t)
	accounts, people := postgres.NewAccounts(pool), newPeople(pool)
	ann, shop := person(t, people, "ann@example.com")
	token, _, err := postgres.NewKeys(pool).New(t.Context(), shop, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	enterprise, requests, none := domain.Enterprise, 50_000, 0
	if a, err := accounts.Entitle(t.Context(), shop, &enterprise, &requests); err != nil || a.Plan != enterprise || a.Requests != requests || a.ID != shop {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err := accounts.Entitle(t.Context(), shop, nil, nil); err != nil || a.Plan != enterprise || a.Requests != requests {
		t.Errorf("what wasn't named changed: %+v, %v", a, err)
	}
	if who, err := postgres.NewKeys(pool).Authenticate(t.Context(), token); err != nil || who.Plan != enterprise || who.Requests != requests {
		t.Errorf("the key opens %+v, %v", who, err)
	}
	if now := enter(t, people, ann).Session; now.Current.Requests != requests || now.Caller().Requests != requests {
		t.Errorf("the session shows %+v", now.Current)
	}
	if all, err := people.Memberships(t.Context(), ann); err != nil || len(all) != 1 || all[0].Requests != requests {
		t.Errorf("memberships %+v, %v", all, err)
	}
	if a, err := accounts.Entitle(t.Context(), shop, nil, &none); err != nil || a.Requests != 0 || a.Plan != enterprise {
		t.Errorf("%+v, %v", a, err)
	}
	gold, negative := domain.Plan("gold"), -1
	_, err = accounts.Entitle(t.Context(), shop, &gold, nil)
	wantCode(t, err, domain.Validation)
	_, err = accounts.Entitle(t.Context(), shop, nil, &negative)
	wantCode(t, err, domain.Validation)
	_, err = accounts.Entitle(t.Context(), "acc_nobody", nil, nil)
	wantCode(t, err, domain.NotFound)
}
