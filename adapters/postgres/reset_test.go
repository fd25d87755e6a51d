package postgres_test

import (
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestReset(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	e := enter(t, people, id)
	first, err := people.Forgotten(t.Context(), "Ann@example.com ")
	if err != nil {
		t.Fatal(err)
	}
	second, err := people.Forgotten(t.Context(), "ann@example.com")
	if err != nil || first == "" || second == "" || first == second {
		t.Fatalf("%q, %q, %v", first, second, err)
	}
	if rows := one[string](t, pool, "SELECT string_agg(mail_token::text, '') FROM identity.mail_token"); strings.Contains(rows, first) {
		t.Errorf("the token is kept: %s", rows)
	}
	_, err = people.Reset(t.Context(), first, "short")
	wantField(t, err, "password")
	if got, err := people.Reset(t.Context(), first, "another long one"); err != nil || got != id {
		t.Fatalf("%s, %v", got, err)
	}
	for _, spent := range []string{first, second, "", "made up"} {
		_, err = people.Reset(t.Context(), spent, "a third long one")
		wantField(t, err, "token")
	}
	_, err = people.Session(t.Context(), e.Token)
	wantCode(t, err, domain.Unauthorized)
	_, err = people.SignIn(t.Context(), attempt("ann@example.com", password))
	wantCode(t, err, domain.Unauthorized)
	if _, err = people.SignIn(t.Context(), attempt("ann@example.com", "another long one")); err != nil {
		t.Error(err)
	}
}

func TestResetTokensEnd(t *testing.T) {
	inOneWindow(t)
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	token, err := people.Forgotten(t.Context(), "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "UPDATE identity.mail_token SET expires = now()")
	_, err = people.Reset(t.Context(), token, "another long one")
	wantField(t, err, "token")
	verify, err := people.Verification(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = people.Reset(t.Context(), verify, "another long one") // it was for something else
	wantField(t, err, "token")
	_, err = people.Verification(t.Context(), "usr_nobody")
	wantCode(t, err, domain.NotFound)
	for range 5 {
		_, err = people.Verification(t.Context(), id)
	}
	wantCode(t, err, domain.RateLimited) // the address may be somebody's who wants no mail
}

// Nobody learns who has an account here, and nobody is flooded with mails.
func TestForgottenTellsNothing(t *testing.T) {
	people := newPeople(migrated(t))
	person(t, people, "ann@example.com")
	for _, email := range []string{"bob@example.com", "not one", ""} {
		if token, err := people.Forgotten(t.Context(), email); token != "" || err != nil {
			t.Errorf("%q: %q, %v", email, token, err)
		}
	}
	var tokens []string
	for range 7 {
		token, err := people.Forgotten(t.Context(), "ann@example.com")
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	if tokens[4] == "" || tokens[5] != "" {
		t.Errorf("mails: %q", tokens)
	}
	if _, err := people.Reset(t.Context(), tokens[0], "another long one"); err != nil {
		t.Errorf("the first mail: %v", err) // goes on working whoever asked for the others
	}
}

func TestChangePassword(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	id, _ := person(t, people, "ann@example.com")
	wantField(t, people.ChangePassword(t.Context(), id, "wrong", "another long one"), "old")
	wantField(t, people.ChangePassword(t.Context(), id, password, "ann@example.com"), "password")
	if err := people.ChangePassword(t.Context(), id, password, "another long one"); err != nil {
		t.Fatal(err)
	}
	none, _, err := people.Create(t.Context(), identity.NewPerson{Email: "none@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if err := people.ChangePassword(t.Context(), none, "", "another long one"); err != nil {
		t.Errorf("the first password of somebody: %v", err)
	}
	wantCode(t, people.ChangePassword(t.Context(), "usr_nobody", "", "another long one"), domain.NotFound)
	for range 20 {
		err = people.ChangePassword(t.Context(), id, "wrong", "another long one")
	}
	wantCode(t, err, domain.RateLimited)
}

// Somebody may have signed up with an address of another's before them. Whoever gets mail there
// keeps them out by proving it.
func TestFirstProofShutsOthersOut(t *testing.T) {
	pool := migrated(t)
	people, keys := newPeople(pool), postgres.NewKeys(pool)
	members, hooks := postgres.NewMembers(people), postgres.NewWebhooks(pool)
	for email, prove := range map[string]func(email string) (identity.PersonID, error){
		"ann@example.com": func(email string) (identity.PersonID, error) {
			token, err := people.Forgotten(t.Context(), email)
			if err != nil {
				return "", err
			}
			return people.Reset(t.Context(), token, "another long one")
		},
		"bob@example.com": func(email string) (identity.PersonID, error) {
			return people.Federated(t.Context(), "https://id.example", email, identity.NewPerson{Email: email}, true, false)
		},
	} {
		squatter, err := people.Federated(t.Context(), "https://id.example", "squatter of "+email, identity.NewPerson{Email: email}, false, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := people.ChangePassword(t.Context(), squatter, "", password); err != nil {
			t.Fatal(err)
		}
		e := enter(t, people, squatter)
		account := e.Session.Current.Account
		_, handed, err := members.Invite(t.Context(), account, squatter, "eve@example.com", identity.Owner)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := hooks.New(t.Context(), account, identity.NewWebhook{URL: "https://eve.example"}); err != nil {
			t.Fatal(err)
		}
		token, _, err := keys.New(t.Context(), account, identity.NewKey{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := prove(email); err != nil || got != squatter {
			t.Fatalf("%s: %s, %v", email, got, err)
		}
		_, err = people.Session(t.Context(), e.Token)
		wantCode(t, err, domain.Unauthorized)
		_, err = people.SignIn(t.Context(), attempt(email, password))
		wantCode(t, err, domain.Unauthorized)
		_, err = keys.Authenticate(t.Context(), token)
		wantCode(t, err, domain.Unauthorized)
		_, err = people.Federated(t.Context(), "https://id.example", "squatter of "+email, identity.NewPerson{Email: email}, false, true)
		wantField(t, err, "email")
		_, _, err = members.Invitation(t.Context(), handed)
		wantField(t, err, "token")
		if all, err := hooks.List(t.Context(), account); err != nil || len(all) != 1 || all[0].Enabled {
			t.Errorf("told of what happens are %+v, %v", all, err)
		}
		if n := one[int](t, pool, "SELECT count(*) FROM identity.device WHERE person = '"+string(squatter)+"'"); n != 0 {
			t.Errorf("%d devices are known", n)
		}
		if p, err := people.Person(t.Context(), squatter); err != nil || !p.Verified {
			t.Errorf("%+v, %v", p, err)
		}
	}
}

func TestFederated(t *testing.T) {
	people := newPeople(migrated(t))
	from := func(subject, email string, verified, allowed bool) (identity.PersonID, error) {
		return people.Federated(t.Context(), "https://id.example", subject, identity.NewPerson{Email: email, Name: "Ann"}, verified, allowed)
	}
	_, err := from("1", "ann@example.com", true, false)
	wantCode(t, err, domain.Forbidden)
	ann, err := from("1", "ann@example.com", true, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"ann@example.com", "ann@other.example"} { // who they are doesn't hang on the address
		if again, err := from("1", email, false, false); err != nil || again != ann {
			t.Errorf("again: %s, %v", again, err)
		}
	}
	if all, err := people.Memberships(t.Context(), ann); err != nil || len(all) != 1 {
		t.Errorf("in %+v, %v", all, err)
	}
	bob, _ := person(t, people, "bob@example.com")
	_, err = from("2", "bob@example.com", false, true)
	wantField(t, err, "email")
	if got, err := from("2", "Bob@example.com", true, false); err != nil || got != bob {
		t.Errorf("somebody who is here: %s, %v", got, err)
	}
	if _, err := people.SignIn(t.Context(), attempt("bob@example.com", password)); err != nil {
		t.Errorf("with the password: %v", err) // his address was his all along
	}
}
