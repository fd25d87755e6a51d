package postgres_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestSignIn(t *testing.T) {
	people := newPeople(migrated(t))
	ann, account := person(t, people, "ann@example.com")
	e, err := people.SignIn(t.Context(), attempt(" ANN@example.com", password))
	if err != nil {
		t.Fatal(err)
	}
	s := e.Session
	if s.Person.ID != ann || s.Current.Account != account || s.Current.Role != identity.Owner || s.Agent != "Firefox" || s.CSRF == "" || e.Token == "" || e.Device == "" {
		t.Errorf("entered %+v", e)
	}
	if want := (domain.Caller{Account: account, Key: domain.KeyID(ann), Plan: domain.Free, Scopes: domain.AllScopes}); s.Caller() != want {
		t.Errorf("it calls as %+v", s.Caller())
	}
	if got, err := people.Session(t.Context(), e.Token); err != nil || got.ID != s.ID {
		t.Errorf("its session is %+v, %v", got, err)
	}
}

// Whoever guesses learns nothing of whether somebody has the address.
func TestSignInRefusesAllTheSame(t *testing.T) {
	people := newPeople(migrated(t))
	person(t, people, "ann@example.com")
	if _, _, err := people.Create(t.Context(), identity.NewPerson{Email: "none@example.com"}); err != nil {
		t.Fatal(err)
	}
	_, want := people.SignIn(t.Context(), attempt("ann@example.com", "wrong password"))
	wantCode(t, want, domain.Unauthorized)
	for _, a := range []identity.Attempt{
		attempt("bob@example.com", password), attempt("not an address", password), attempt("", ""), attempt("ann@example.com", ""),
		attempt("none@example.com", ""), attempt("none@example.com", password), attempt("ann@example.com", strings.Repeat("x", 100_000)),
	} {
		if _, err := people.SignIn(t.Context(), a); err == nil || err.Error() != want.Error() {
			t.Errorf("%q: %v, want %v", a.Email, err, want)
		}
	}
}

// A stranger who guesses from anywhere is stopped, and doesn't keep the owner out of a device that
// they have signed in on before, nor from setting a new password.
func TestGuessingLocksNobodyOut(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	id, _ := person(t, people, "ann@example.com")
	home, err := people.SignIn(t.Context(), attempt("ann@example.com", password))
	if err != nil {
		t.Fatal(err)
	}
	guesses := 0
	for from := netip.MustParseAddr("198.51.0.1"); guesses < 100; guesses++ {
		a := attempt("ann@example.com", "guess guess guess")
		a.From, a.Device = from, home.Device[1:]+"x"
		if _, err = people.SignIn(t.Context(), a); domain.CodeOf(err) == domain.RateLimited {
			break
		}
		wantCode(t, err, domain.Unauthorized)
		b := from.As4()
		b[2]++
		from = netip.AddrFrom4(b) // another network each time
	}
	if guesses < 10 || guesses > 30 {
		t.Errorf("%d guesses were looked at", guesses)
	}
	_, err = people.SignIn(t.Context(), attempt("ann@example.com", password))
	wantCode(t, err, domain.RateLimited) // on a new device even the owner has to wait, or
	a := attempt("ann@example.com", password)
	a.Device = home.Device
	again, err := people.SignIn(t.Context(), a)
	if err != nil || again.Device != home.Device {
		t.Errorf("on a known device: %v", err)
	}
	token, err := people.Forgotten(t.Context(), "ann@example.com")
	if err != nil || token == "" {
		t.Fatalf("the mail: %q, %v", token, err)
	}
	if got, err := people.Reset(t.Context(), token, "another long one"); err != nil || got != id {
		t.Errorf("reset: %v", err)
	}
}

func TestGuessingFromOnePlace(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	person(t, people, "ann@example.com")
	for i := range 11 {
		a := attempt("ann@example.com", "guess guess guess")
		a.From = netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) // of one network
		_, err := people.SignIn(t.Context(), a)
		if want := map[bool]domain.Code{true: domain.Unauthorized, false: domain.RateLimited}[i < 10]; domain.CodeOf(err) != want {
			t.Errorf("guess %d: %v, want %v", i, err, want)
		}
	}
	a := attempt("ann@example.com", password)
	a.From = netip.MustParseAddr("2001:db8::1")
	if _, err := people.SignIn(t.Context(), a); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestGuessesKeepNoAddresses(t *testing.T) {
	pool := migrated(t)
	if _, err := newPeople(pool).SignIn(t.Context(), attempt("ann@example.com", password)); err == nil {
		t.Fatal("nobody signed in")
	}
	if rows := one[string](t, pool, "SELECT string_agg(bucket, ' ') FROM identity.rate"); strings.Contains(rows, "ann") || strings.Contains(rows, "192.0") {
		t.Errorf("kept: %s", rows)
	}
}

func TestKnownDeviceHasLimitsOfItsOwn(t *testing.T) {
	inOneWindow(t)
	people := newPeople(migrated(t))
	person(t, people, "ann@example.com")
	home, err := people.SignIn(t.Context(), attempt("ann@example.com", password))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 21 {
		a := attempt("ann@example.com", "guess guess guess")
		a.Device = home.Device
		_, err = people.SignIn(t.Context(), a)
		if (domain.CodeOf(err) == domain.RateLimited) != (i == 20) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
}

// secondFactor gives somebody one.
func secondFactor(t *testing.T, people *postgres.People, id identity.PersonID) (secret string, recovery []string) {
	t.Helper()
	secret, url, err := people.BeginTwoFactor(t.Context(), id, password)
	if err != nil || !strings.HasPrefix(url, "otpauth://totp/Linklog:") {
		t.Fatalf("began with %q, %v", url, err)
	}
	recovery, err = people.ConfirmTwoFactor(t.Context(), id, codeAt(t, secret, -30*time.Second))
	if err != nil || len(recovery) != 10 {
		t.Fatalf("confirmed with %q, %v", recovery, err)
	}
	return secret, recovery
}

// codeAt is a code of some time from now. Of three that follow each other, one before, one of now
// and one after are due.
func codeAt(t *testing.T, secret string, offset time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(offset))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestSecondFactor(t *testing.T) {
	pool := migrated(t)
	people := newPeople(pool)
	id, _ := person(t, people, "ann@example.com")
	secret, recovery := secondFactor(t, people, id)
	with := func(code string) error {
		a := attempt("ann@example.com", password)
		a.Code = code
		_, err := people.SignIn(t.Context(), a)
		return err
	}
	if err := with(""); !errors.Is(err, identity.ErrSecondFactor) {
		t.Errorf("without a code: %v", err)
	}
	code := codeAt(t, secret, 0)
	if err := with(code[:3] + " " + code[3:]); err != nil {
		t.Errorf("with a code: %v", err)
	}
	wantCode(t, with(code), domain.Unauthorized)
	wantCode(t, with(codeAt(t, secret, -30*time.Second)), domain.Unauthorized) // older than the last
	wantCode(t, with(codeAt(t, secret, 5*time.Minute)), domain.Unauthorized)
	if err := with(strings.ToUpper(recovery[0])); err != nil {
		t.Errorf("with a recovery code: %v", err)
	}
	wantCode(t, with(recovery[0]), domain.Unauthorized)
	row := one[string](t, pool, "SELECT encode(totp, 'escape') FROM identity.person")
	if strings.Contains(row, secret) {
		t.Error("the secret is kept as it is")
	}
	_, _, err := people.BeginTwoFactor(t.Context(), id, password)
	wantField(t, err, "code")
	wantField(t, people.EndTwoFactor(t.Context(), id, "wrong"), "password")
	if err := people.EndTwoFactor(t.Context(), id, password); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, pool, "SELECT count(*) FROM identity.recovery_code"); n != 0 {
		t.Errorf("%d recovery codes are left", n)
	}
}

// Who has lost app and codes signs in with the password once an operator has helped.
func TestLostTwoFactor(t *testing.T) {
	people := newPeople(migrated(t))
	id, _ := person(t, people, "ann@example.com")
	secondFactor(t, people, id)
	wantCode(t, people.LostTwoFactor(t.Context(), "bob@example.com"), domain.NotFound)
	if _, err := people.SignIn(t.Context(), attempt("ann@example.com", password)); !errors.Is(err, identity.ErrSecondFactor) {
		t.Fatalf("before: %v", err)
	}
	if err := people.LostTwoFactor(t.Context(), "Ann@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, err := people.SignIn(t.Context(), attempt("ann@example.com", password)); err != nil {
		t.Errorf("after: %v", err)
	}
}

// A code is taken by one of many who bring it at once.
func TestCodeIsTakenOnce(t *testing.T) {
	people := newPeople(migrated(t))
	id, _ := person(t, people, "ann@example.com")
	secret, _ := secondFactor(t, people, id)
	code, results := codeAt(t, secret, 0), make([]error, 6)
	var g errgroup.Group
	for i := range results {
		g.Go(func() error {
			a := attempt("ann@example.com", password)
			a.Code = code
			_, results[i] = people.SignIn(t.Context(), a)
			return nil
		})
	}
	_ = g.Wait()
	entered := 0
	for _, err := range results {
		if err == nil {
			entered++
		}
	}
	if entered != 1 {
		t.Errorf("%d entered: %v", entered, results)
	}
}

func TestSecondFactorNeedsAProvenAddress(t *testing.T) {
	people := newPeople(migrated(t))
	id, err := people.SignUp(t.Context(), identity.NewPerson{Email: "ann@example.com", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = people.BeginTwoFactor(t.Context(), id, password)
	wantField(t, err, "email")
	token, err := people.Verification(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	bob, _ := person(t, people, "bob@example.com")
	wantField(t, people.Verify(t.Context(), token, bob), "token") // who signed up has to say so: the address may be another's
	if err := people.Verify(t.Context(), token, id); err != nil {
		t.Fatal(err)
	}
	wantField(t, people.Verify(t.Context(), token, id), "token")
	_, err = people.ConfirmTwoFactor(t.Context(), id, "123456")
	wantField(t, err, "code")
	_, _, err = people.BeginTwoFactor(t.Context(), id, "wrong") // somebody at their keyboard
	wantField(t, err, "password")
	if _, _, err = people.BeginTwoFactor(t.Context(), id, password); err != nil {
		t.Error(err)
	}
	_, err = people.ConfirmTwoFactor(t.Context(), id, "12345")
	wantField(t, err, "code")
}

// inOneWindow returns when no window in which attempts are counted ends soon: they end at quarters of
// an hour, and what a test has used up is had again then.
func inOneWindow(t *testing.T) {
	t.Helper()
	const window, enough = 15 * time.Minute, 20 * time.Second
	now := time.Now()
	left := now.Truncate(window).Add(window).Sub(now)
	if left > enough {
		return
	}
	select {
	case <-time.After(left):
	case <-t.Context().Done():
	}
}
