package postgres_test

import (
	"bytes"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestManyProcessesMigrateAtOnce(t *testing.T) {
	url := embeddedtest.Database(t)
	var g errgroup.Group
	for range 6 {
		pool := open(t, url)
		g.Go(func() error { return postgres.Migrate(t.Context(), pool) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	pool := open(t, url)
	if n := one[int](t, pool, "SELECT count(*) FROM identity.account"); n != 2 {
		t.Errorf("%d accounts, want the installation's own two", n)
	}
	if n := one[int](t, pool, "SELECT count(*) FROM identity.account_key WHERE account = $1", domain.SystemAccount); n != 1 {
		t.Errorf("the system account has %d keys", n)
	}
}

func TestMigrateAgainKeepsWhatIsThere(t *testing.T) {
	pool := migrated(t)
	before, err := postgres.NewKeyring(pool).Key(t.Context(), domain.SystemAccount)
	if err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	after, err := postgres.NewKeyring(pool).Key(t.Context(), domain.SystemAccount)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the system account's key changed")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	pool := migrated(t)
	exec(t, pool, "UPDATE identity.schema_version SET version = 999")
	if err := postgres.Migrate(t.Context(), pool); err == nil {
		t.Error("a binary that is too old started on the schema")
	}
}

func TestOpenSaysWhoIsThere(t *testing.T) {
	pool := open(t, embeddedtest.Database(t))
	if got := one[string](t, pool, "SHOW application_name"); got != "test" {
		t.Errorf("application_name is %q", got)
	}
	if got := one[string](t, pool, "SHOW timezone"); got != "UTC" {
		t.Errorf("timezone is %q", got)
	}
}

func TestOpenNeedsADatabase(t *testing.T) {
	for _, url := range []string{"postgres://127.0.0.1:1/none", "http://", "host=\x00"} {
		if pool, err := postgres.Open(t.Context(), url, postgres.Options{}); err == nil {
			pool.Close()
			t.Errorf("%q opened", url)
		}
	}
}

func TestSecretIsDrawnOnce(t *testing.T) {
	pool := migrated(t)
	secrets := make([][]byte, 8)
	var g errgroup.Group
	for i := range secrets {
		g.Go(func() (err error) {
			secrets[i], err = postgres.Secret(t.Context(), pool, "numbers")
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if len(s) != 32 || !bytes.Equal(s, secrets[0]) {
			t.Fatalf("got secrets %x and %x", s, secrets[0])
		}
	}
	other, err := postgres.Secret(t.Context(), pool, "addresses")
	if err != nil || bytes.Equal(other, secrets[0]) {
		t.Errorf("another name gave %x, %v", other, err)
	}
}

// An installation from before there were people: each account's address becomes its owner, who sets
// a password by having forgotten it.
func TestAddressesBecomeOwners(t *testing.T) {
	pool := open(t, embeddedtest.Database(t))
	if err := postgres.MigrateTo(t.Context(), pool, 1); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "INSERT INTO identity.account (id, email, plan) VALUES ('acc_ann', 'ann@example.com', 'pro'), ('acc_gone', NULL, 'free')")
	exec(t, pool, "INSERT INTO identity.api_key (id, account, name, prefix, hash) VALUES ('key_a', 'acc_ann', 'ci', 'pl_live_abcd', sha256('x'))")
	if err := postgres.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	people := newPeople(pool)
	token, err := people.Forgotten(t.Context(), "ann@example.com")
	if err != nil || token == "" {
		t.Fatalf("%q, %v", token, err)
	}
	ann, err := people.Reset(t.Context(), token, password)
	if err != nil {
		t.Fatal(err)
	}
	if hers, err := people.Memberships(t.Context(), ann); err != nil || len(hers) != 1 || hers[0].Account != "acc_ann" || hers[0].Role != identity.Owner || hers[0].Plan != domain.Pro {
		t.Errorf("in %+v, %v", hers, err)
	}
	if keys, err := postgres.NewKeys(pool).List(t.Context(), "acc_ann"); err != nil || len(keys) != 1 || keys[0].Scopes != domain.AllScopes || !keys[0].Revoked.IsZero() {
		t.Errorf("keys %+v, %v", keys, err)
	}
	if err := postgres.MigrateTo(t.Context(), pool, 1); err != nil {
		t.Fatal(err)
	}
	if email := one[string](t, pool, "SELECT email FROM identity.account WHERE id = 'acc_ann'"); email != "ann@example.com" {
		t.Errorf("back again it is %q", email)
	}
}
