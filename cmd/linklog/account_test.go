package main_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// cli runs commands of the operator's on a database of their own.
type cli struct {
	*testing.T
	database string
}

// must runs a command that has to succeed, and reads the JSON that it prints.
func (c cli) must(answer any, args ...string) {
	c.Helper()
	out, stderr, status := output(c, append(args, "--json", "--database-url="+c.database)...)
	if err := json.Unmarshal([]byte(out), answer); status != 0 || err != nil {
		c.Fatalf("%v: exit %d, %v\n%s%s", args, status, err, out, stderr)
	}
}

// refused runs a command that has to fail with a text.
func (c cli) refused(with string, args ...string) {
	c.Helper()
	if out, stderr, status := output(c, append(args, "--database-url="+c.database)...); status == 0 || !strings.Contains(stderr, with) {
		c.Errorf("%v: exit %d, %s%s, want %q", args, status, out, stderr, with)
	}
}

type madeAccount struct {
	Account     domain.AccountID
	Person      identity.PersonID
	Email, Name string
	APIKey      string `json:"api_key"`
	PasswordURL string `json:"password_url"`
}

type shownKey struct {
	ID      domain.KeyID
	APIKey  string `json:"api_key"`
	Scopes  []string
	Expires *string `json:"expires_at"`
	Revoked *string `json:"revoked_at"`
}

func TestAccountsOfOperators(t *testing.T) {
	t.Parallel()
	c := cli{t, embeddedtest.Database(t)}
	var ann madeAccount
	c.must(&ann, "account", "create", "--email=Ann@example.com", "--dashboard-url=https://links.example.com/")
	token, found := strings.CutPrefix(ann.PasswordURL, "https://links.example.com/reset/")
	if ann.Email != "ann@example.com" || ann.Name != "ann@example.com" || !found {
		t.Fatalf("made %+v", ann)
	}
	c.refused("in use here already", "account", "create", "--email=ann@example.com")
	c.refused("not an e-mail address", "account", "create", "--email=ann")

	pool, err := pgxpool.New(t.Context(), c.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	secret, err := postgres.Secret(t.Context(), pool, "people")
	if err != nil {
		t.Fatal(err)
	}
	people := postgres.NewPeople(pool, secret)
	if id, err := people.Reset(t.Context(), token, "a long enough one"); err != nil || id != ann.Person {
		t.Errorf("with the link that was printed: %s, %v", id, err)
	}
	c.refused("nobody here has the address", "account", "lost-second-factor", "bob@example.com")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	create := exec.CommandContext(t.Context(), path, "account", "create", "--email=bob@example.com", "--name=Bob's", "--password-stdin", "--database-url="+c.database)
	create.Stdin = strings.NewReader("another long one\n")
	if out, err := create.CombinedOutput(); err != nil || !strings.Contains(string(out), "bob@example.com") {
		t.Fatalf("%s%v", out, err)
	}
	if _, err := people.SignIn(t.Context(), identity.Attempt{Email: "bob@example.com", Password: "another long one"}); err != nil {
		t.Errorf("with the password that was read: %v", err)
	}
	var all []struct{ Name, Email string }
	c.must(&all, "account", "list")
	if len(all) != 4 || all[2].Email != "ann@example.com" || all[3].Name != "Bob's" {
		t.Errorf("listed %+v", all)
	}
}

func TestKeysOfOperators(t *testing.T) {
	t.Parallel()
	c := cli{t, embeddedtest.Database(t)}
	var ann madeAccount
	c.must(&ann, "account", "create", "--email=ann@example.com")
	of := "--account=" + string(ann.Account)
	var first, second, third shownKey
	c.must(&first, "keys", "create", of, "--scope=read", "--scope=analytics")
	c.must(&second, "keys", "rotate", of, "--overlap=24h", string(first.ID))
	c.must(&third, "keys", "rotate", of, string(second.ID))
	for _, k := range []shownKey{first, second, third} {
		if strings.Join(k.Scopes, " ") != "read analytics" || k.APIKey == "" {
			t.Errorf("made %+v", k)
		}
	}
	c.refused("must be one of", "keys", "create", of, "--scope=all")
	c.refused("30 days", "keys", "rotate", of, "--overlap=1000h", string(third.ID))
	var all []shownKey
	c.must(&all, "keys", "list", of)
	ends := map[domain.KeyID]shownKey{}
	for _, k := range all {
		ends[k.ID] = k
	}
	if len(all) != 4 || ends[first.ID].Expires == nil || ends[first.ID].Revoked != nil || ends[second.ID].Revoked == nil || ends[third.ID].Expires != nil {
		t.Errorf("listed %+v", all)
	}
}
