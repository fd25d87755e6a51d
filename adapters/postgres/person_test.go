package postgres_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

const password = "a long enough one"

func newPeople(pool *pgxpool.Pool) *postgres.People {
	return postgres.NewPeople(pool, []byte("an installation's secret"))
}

// person signs somebody up, with an account of their own.
func person(tb testing.TB, people *postgres.People, email string) (identity.PersonID, domain.AccountID) {
	tb.Helper()
	id, account, err := people.Create(tb.Context(), identity.NewPerson{Email: email, Password: password})
	if err != nil {
		tb.Fatal(err)
	}
	return id, account
}

func enter(tb testing.TB, people *postgres.People, id identity.PersonID) identity.Entry {
	tb.Helper()
	e, err := people.Enter(tb.Context(), id, "Firefox")
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// attempt is one to sign in from a usual place.
func attempt(email, password string) identity.Attempt {
	return identity.Attempt{Email: email, Password: password, From: netip.MustParseAddr("192.0.2.1"), Agent: "Firefox"}
}

func TestSignUp(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, err := people.SignUp(t.Context(), identity.NewPerson{Email: " Ann@Example.com", Name: "Ann", Password: password, Plan: domain.Pro})
	if err != nil {
		t.Fatal(err)
	}
	ann, err := people.Person(t.Context(), id)
	if err != nil || ann.Email != "ann@example.com" || ann.Name != "Ann" || ann.Verified || !ann.Password || ann.TwoFactor {
		t.Errorf("made %+v, %v", ann, err)
	}
	hers, err := people.Memberships(t.Context(), id)
	if err != nil || len(hers) != 1 || hers[0].Name != "Ann" || hers[0].Plan != domain.Pro || hers[0].Role != identity.Owner {
		t.Errorf("in %+v, %v", hers, err)
	}
	if row := one[string](t, pool, "SELECT person::text FROM identity.person"); strings.Contains(row, password) || !strings.Contains(row, "$argon2id$") {
		t.Errorf("kept as %s", row)
	}
	_, err = people.SignUp(t.Context(), identity.NewPerson{Email: "ANN@example.com", Password: password})
	wantField(t, err, "email")
	if n := one[int](t, pool, "SELECT count(*) FROM identity.account"); n != 3 {
		t.Errorf("%d accounts, want the installation's two and one more", n)
	}
}

func TestSignUpNamesTheFieldAtFault(t *testing.T) {
	people := newPeople(migrated(t))
	for _, c := range []struct{ email, name, password, field string }{
		{"", "", password, "email"},
		{"ann", "", password, "email"},
		{"a b@example.com", "", password, "email"},
		{strings.Repeat("a", 255) + "@b", "", password, "email"},
		{"ann@example.com\x1b", "", password, "email"},
		{"\xff@example.com", "", password, "email"},
		{"ann@example.com", strings.Repeat("x", 101), password, "name"},
		{"ann@example.com", "", "", "password"},
		{"ann@example.com", "", "9 letters", "password"},
		{"ann@example.com", "", strings.Repeat("ä", 201), "password"},
		{"ann@example.com", "", "Ann@example.com", "password"},
		{"ann.longname@example.com", "", "ann.longname", "password"},
		{"ann@example.com", "", "Password123", "password"},
		{"ann@example.com", "", "zzzzzzzzzzzz", "password"},
		{"ann@example.com", "", "not\xff\xfetext at all", "password"},
	} {
		_, err := people.SignUp(t.Context(), identity.NewPerson{Email: c.email, Name: c.name, Password: c.password})
		wantField(t, err, c.field)
	}
	if _, err := people.SignUp(t.Context(), identity.NewPerson{Email: "ann@example.com", Password: strings.Repeat("ä", 199) + "b"}); err != nil {
		t.Error(err)
	}
}

// wantField is for refusals of what somebody entered.
func wantField(tb testing.TB, err error, field string) {
	tb.Helper()
	wantCode(tb, err, domain.Validation)
	if got := refusal(err).Field; got != field {
		tb.Errorf("%v is about %q, want %q", err, got, field)
	}
}

// Letters that look like others once they are small are others: mail to them goes elsewhere.
func TestAddressesThatOnlyLookAlike(t *testing.T) {
	people := newPeople(migrated(t))
	person(t, people, "kim@example.com")
	for _, email := range []string{"\u212aim@example.com", "k\u0130m@example.com"} {
		if token, err := people.Forgotten(t.Context(), email); token != "" || err != nil {
			t.Errorf("%q may set the password: %q, %v", email, token, err)
		}
		id, err := people.SignUp(t.Context(), identity.NewPerson{Email: email, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := people.Person(t.Context(), id); err != nil || p.Email != email {
			t.Errorf("%q signs up as %q, %v", email, p.Email, err)
		}
	}
}

// Whoever makes people up by the hundred, or asks who is here, is slowed down.
func TestSignUpsOfOnePlace(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	var err error
	for range 31 {
		_, err = people.SignUp(t.Context(), identity.NewPerson{Email: "ann", Password: password, From: netip.MustParseAddr("192.0.2.1")})
	}
	wantCode(t, err, domain.RateLimited)
	_, err = people.SignUp(t.Context(), identity.NewPerson{Email: "ann@example.com", Password: password, From: netip.MustParseAddr("198.51.100.1")})
	if err != nil {
		t.Error(err)
	}
}
