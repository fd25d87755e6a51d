package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestSessionsEnd(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	bob, _ := person(t, people, "bob@example.com")
	for name, end := range map[string]func(e identity.Entry) error{
		"signed out": func(e identity.Entry) error { return people.SignOut(t.Context(), e.Token) },
		"ended":      func(e identity.Entry) error { return people.EndSession(t.Context(), id, e.Session.ID) },
		"all others": func(identity.Entry) error { return people.EndOthers(t.Context(), id, "ses_other") },
		"password":   func(identity.Entry) error { return people.ChangePassword(t.Context(), id, password, password) },
		"not seen": func(identity.Entry) error {
			exec(t, pool, "UPDATE identity.session SET expires = now()")
			return people.SignOut(t.Context(), "")
		},
	} {
		e := enter(t, people, id)
		if err := people.EndSession(t.Context(), bob, e.Session.ID); err != nil { // not his
			t.Fatal(err)
		}
		if _, err := people.Session(t.Context(), e.Token); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := end(e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := people.Session(t.Context(), e.Token)
		wantCode(t, err, domain.Unauthorized)
		if all, err := people.SessionsOf(t.Context(), id); err != nil || len(all) != 0 {
			t.Errorf("%s: still open %+v, %v", name, all, err)
		}
	}
}

func TestSessionSlides(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	e := enter(t, people, id)
	for _, c := range []struct{ age, left time.Duration }{
		{24 * time.Hour, 30 * 24 * time.Hour},
		{80 * 24 * time.Hour, 10 * 24 * time.Hour}, // at 90 days it is over whatever happens
	} {
		exec(t, pool, "UPDATE identity.session SET created = now() - make_interval(secs => $1), seen = now() - interval '2 minutes', expires = now() + interval '1 minute'", c.age.Seconds())
		if _, err := newPeople(pool).Session(t.Context(), e.Token); err != nil {
			t.Fatal(err)
		}
		if left := one[time.Duration](t, pool, "SELECT expires - now() FROM identity.session"); left < c.left-time.Minute || left > c.left {
			t.Errorf("after %v it is open for another %v, want %v", c.age, left, c.left)
		}
	}
}

func TestSessionTokenIsNotStored(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	e := enter(t, people, id)
	rows := one[string](t, pool, "SELECT session::text || device::text FROM identity.session, identity.device")
	if strings.Contains(rows, e.Token) || strings.Contains(rows, e.Device) {
		t.Errorf("kept: %s", rows)
	}
	for _, token := range []string{"", "x", e.Token + "x", e.Token[1:] + "x", e.Device} {
		_, err := people.Session(t.Context(), token)
		wantCode(t, err, domain.Unauthorized)
	}
}

// What another process has ended or changed is heard of within the time.
func TestSessionsAreBelievedForATime(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	e := enter(t, people, id)
	_, err := people.Session(t.Context(), e.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := newPeople(pool).SignOut(t.Context(), e.Token); err != nil {
		t.Fatal(err)
	}
	ended := time.Now()
	for err == nil {
		_, err = people.Session(t.Context(), e.Token)
		if took := time.Since(ended); took > postgres.SessionTTL+2*time.Second {
			t.Fatalf("still open after %v", took)
		}
	}
	wantCode(t, err, domain.Unauthorized)
}

func TestSwitch(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	members := postgres.NewMembers(people)
	ann, hers := person(t, people, "ann@example.com")
	bob, his := person(t, people, "bob@example.com")
	invited, _, err := members.Invite(t.Context(), his, bob, "ann@example.com", identity.Viewer)
	if err != nil {
		t.Fatal(err)
	}
	e := enter(t, people, ann)
	wantCode(t, people.Switch(t.Context(), e.Token, his), domain.NotFound)
	if got, err := members.Accept(t.Context(), invited, ann); err != nil || got != his {
		t.Fatal(got, err)
	}
	forms := map[string]domain.AccountID{} // a form of one account is none of another's
	in := func(account domain.AccountID, role identity.Role) {
		t.Helper()
		s, err := people.Session(t.Context(), e.Token)
		if err != nil || s.Current.Account != account || s.Current.Role != role {
			t.Errorf("in %+v, %v, want %s as %s", s.Current, err, account, role)
		}
		if of, seen := forms[s.CSRF]; seen && of != account || len(s.CSRF) < 40 {
			t.Errorf("forms of %s carry %q, as those of %s do", account, s.CSRF, of)
		}
		forms[s.CSRF] = account
	}
	in(hers, identity.Owner)
	if err := people.Switch(t.Context(), e.Token, his); err != nil {
		t.Fatal(err)
	}
	in(his, identity.Viewer)
	if err := members.SetRole(t.Context(), his, ann, identity.Editor); err != nil {
		t.Fatal(err)
	}
	in(his, identity.Editor)
	if err := members.RemoveMember(t.Context(), his, ann); err != nil {
		t.Fatal(err)
	}
	in(hers, identity.Owner)
	if len(forms) != 2 {
		t.Errorf("forms carry %v", forms)
	}
}
