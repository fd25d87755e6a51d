package postgres_test

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestMembers(t *testing.T) {
	people := newPeople(migrated(t))
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	bob, _ := person(t, people, "bob@example.com")
	wantCode(t, members.SetRole(t.Context(), shop, bob, identity.Owner), domain.NotFound)
	wantCode(t, members.RemoveMember(t.Context(), shop, bob), domain.NotFound)
	wantField(t, members.SetRole(t.Context(), shop, ann, "boss"), "role")
	wantField(t, members.SetRole(t.Context(), shop, ann, identity.Editor), "role")
	wantField(t, members.RemoveMember(t.Context(), shop, ann), "role")
	join(t, members, shop, ann, bob, "bob@example.com", identity.Owner)
	if err := members.SetRole(t.Context(), shop, ann, identity.Editor); err != nil {
		t.Fatal(err)
	}
	all, err := members.Members(t.Context(), shop)
	if err != nil || len(all) != 2 || all[0].Person.ID != ann || all[0].Role != identity.Editor || all[1].Person.Email != "bob@example.com" || all[1].Role != identity.Owner {
		t.Errorf("members are %+v, %v", all, err)
	}
	if err := members.RemoveMember(t.Context(), shop, ann); err != nil {
		t.Fatal(err)
	}
	if hers, err := people.Memberships(t.Context(), ann); err != nil || len(hers) != 0 {
		t.Errorf("she is in %+v, %v", hers, err)
	}
	s := enter(t, people, ann).Session
	if s.Current.Account != "" || s.Caller().Scopes != 0 {
		t.Errorf("without an account she looks at %+v", s.Current)
	}
}

func join(t *testing.T, members *postgres.Members, account domain.AccountID, by, id identity.PersonID, email string, role identity.Role) {
	t.Helper()
	token, _, err := members.Invite(t.Context(), account, by, email, role)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := members.Accept(t.Context(), token, id); err != nil || got != account {
		t.Fatalf("joined %s, %v", got, err)
	}
}

// Two owners who go at once leave one of them.
func TestLastOwnerStays(t *testing.T) {
	people := newPeople(migrated(t))
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	bob, _ := person(t, people, "bob@example.com")
	join(t, members, shop, ann, bob, "bob@example.com", identity.Owner)
	errs := make([]error, 2)
	var g errgroup.Group
	for i, id := range []identity.PersonID{ann, bob} {
		g.Go(func() error { errs[i] = members.RemoveMember(t.Context(), shop, id); return nil })
	}
	_ = g.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("got %v and %v", errs[0], errs[1])
	}
	if all, err := members.Members(t.Context(), shop); err != nil || len(all) != 1 {
		t.Errorf("members are %+v, %v", all, err)
	}
}

func TestInvitations(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	if err := members.RenameAccount(t.Context(), shop, " The  shop "); err != nil {
		t.Fatal(err)
	}
	invite := func() string {
		t.Helper()
		token, _, err := members.Invite(t.Context(), shop, ann, "Bob@example.com", identity.Editor)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	old, token := invite(), invite()
	_, _, err := members.Invitation(t.Context(), old)
	wantField(t, err, "token")
	i, name, err := members.Invitation(t.Context(), token)
	if err != nil || i.Email != "bob@example.com" || i.Role != identity.Editor || i.By != ann || i.Account != shop || name != "The shop" {
		t.Errorf("invitation %+v to %q, %v", i, name, err)
	}
	if all, err := members.Invitations(t.Context(), shop); err != nil || len(all) != 1 || all[0].ID != i.ID {
		t.Errorf("open are %+v, %v", all, err)
	}
	wantCode(t, members.WithdrawInvitation(t.Context(), "acc_other", i.ID), domain.NotFound)
	if err := members.WithdrawInvitation(t.Context(), shop, i.ID); err != nil {
		t.Fatal(err)
	}
	_, err = members.Accept(t.Context(), token, ann)
	wantField(t, err, "token")
	token = invite()
	exec(t, pool, "UPDATE identity.invitation SET expires = now()")
	_, err = members.Accept(t.Context(), token, ann)
	wantField(t, err, "token")
	_, _, err = members.Invite(t.Context(), shop, ann, "ann@example.com", identity.Editor)
	wantField(t, err, "email")
	_, _, err = members.Invite(t.Context(), shop, ann, "nobody", identity.Editor)
	wantField(t, err, "email")
	_, _, err = members.Invite(t.Context(), shop, ann, "bob@example.com", "boss")
	wantField(t, err, "role")
	_, _, err = members.Invite(t.Context(), "acc_nobody", ann, "bob@example.com", identity.Editor)
	wantCode(t, err, domain.NotFound)
}

// Somebody who signs up with an invitation gets no account of their own, and has proved the address
// that it went to, but no other.
func TestSignUpByInvitation(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	for email, proven := range map[string]bool{"bob@example.com": true, "bob@other.example": false} {
		token, _, err := members.Invite(t.Context(), shop, ann, "bob@example.com", identity.Viewer)
		if proven && err != nil {
			t.Fatal(err)
		}
		if !proven {
			if token, _, err = members.Invite(t.Context(), shop, ann, "carl@example.com", identity.Viewer); err != nil {
				t.Fatal(err)
			}
		}
		id, err := people.SignUp(t.Context(), identity.NewPerson{Email: email, Password: password, Invitation: token})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := people.Person(t.Context(), id); err != nil || p.Verified != proven {
			t.Errorf("%+v, %v", p, err)
		}
		if his, err := people.Memberships(t.Context(), id); err != nil || len(his) != 1 || his[0].Account != shop || his[0].Role != identity.Viewer {
			t.Errorf("in %+v, %v", his, err)
		}
	}
	_, err := people.SignUp(t.Context(), identity.NewPerson{Email: "eve@example.com", Password: password, Invitation: "made up"})
	wantField(t, err, "token")
	if n := one[int](t, pool, "SELECT count(*) FROM identity.person WHERE email = 'eve@example.com'"); n != 0 {
		t.Error("she is here all the same")
	}
}

func TestRename(t *testing.T) {
	people := newPeople(migrated(t))
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	e := enter(t, people, ann)
	if _, err := people.Session(t.Context(), e.Token); err != nil {
		t.Fatal(err)
	}
	if err := people.Rename(t.Context(), ann, "Ann"); err != nil {
		t.Fatal(err)
	}
	if err := members.RenameAccount(t.Context(), shop, "Ann's"); err != nil {
		t.Fatal(err)
	}
	if s, err := people.Session(t.Context(), e.Token); err != nil || s.Person.Name != "Ann" || s.Current.Name != "Ann's" {
		t.Errorf("she sees %+v, %v", s, err)
	}
	wantField(t, members.RenameAccount(t.Context(), shop, " "), "name")
	wantCode(t, members.RenameAccount(t.Context(), "acc_nobody", "x"), domain.NotFound)
	wantCode(t, people.Rename(t.Context(), "usr_nobody", "x"), domain.NotFound)
}

// Who invites may have to hand the invitation on, and must not prove with it that an address of
// somebody else's is theirs.
func TestHandedInvitationProvesNothing(t *testing.T) {
	people := newPeople(migrated(t))
	members := postgres.NewMembers(people)
	eve, shop := person(t, people, "eve@example.com")
	for _, proven := range []bool{false, true} {
		mailed, handed, err := members.Invite(t.Context(), shop, eve, fmt.Sprintf("boss-%t@example.com", proven), identity.Viewer)
		if err != nil {
			t.Fatal(err)
		}
		token := handed
		if proven {
			token = mailed
		}
		i, _, err := members.Invitation(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		id, err := people.SignUp(t.Context(), identity.NewPerson{Email: i.Email, Password: password, Invitation: token})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := people.Person(t.Context(), id); err != nil || p.Verified != proven {
			t.Errorf("%+v, %v; want verified %t", p, err, proven)
		}
	}
}

// Invitations carry names that their inviter chose to addresses that they chose.
func TestInvitationsOfOneAccount(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	members := postgres.NewMembers(people)
	ann, shop := person(t, people, "ann@example.com")
	var err error
	for range 51 {
		_, _, err = members.Invite(t.Context(), shop, ann, "bob@example.com", identity.Viewer)
	}
	wantCode(t, err, domain.RateLimited)
}
