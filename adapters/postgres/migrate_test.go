package postgres_test

import (
	"bytes"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
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
