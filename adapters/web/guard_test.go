package web

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Nothing is changed by what another site has a browser send, whatever it carries.
func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	right := d.house.sessions[d.cookies[sessionCookie]].CSRF
	name := func(token string) url.Values { return url.Values{"name": {"Mallory"}, tokenField: {token}} }
	refused := func(s *shown) {
		t.Helper()
		s.want(http.StatusForbidden)
		if got := d.house.people["usr_ann"].Name; got != "Ann" {
			t.Fatalf("the name is %q", got)
		}
	}
	const path = "/settings/profile/name"
	refused(d.post(path, name("")))
	refused(d.post(path, name("guessed")))
	refused(d.post(path, name(d.server.guestToken(t))))
	refused(d.post(path, name(right), "Sec-Fetch-Site", "cross-site"))
	refused(d.post(path, name(right), "Sec-Fetch-Site", "same-site"))
	refused(d.post(path, name(right), "Origin", "https://evil.example"))
	refused(d.post(path, name(right), "Origin", "null"))
	d.post(path, name(right), "Origin", "https://app.example.com").want(http.StatusSeeOther)
	d.house.people["usr_ann"].Name = "Ann"
	d.post(path, url.Values{"name": {"Ann B"}}, tokenHeader, right, "Sec-Fetch-Site", "same-origin").want(http.StatusSeeOther)
}

// guestToken is one that is right for those who have not signed in.
func (s *Server) guestToken(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sign-in", nil))
	return w.Result().Cookies()[0].Value
}

// A stranger's site can't sign somebody in as somebody else.
func TestSigningInTakesAToken(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	known := url.Values{"email": {"ann@example.com"}, "password": {"correct horse"}}
	d.post("/sign-in", known).want(http.StatusForbidden)
	known.Set(tokenField, "AAAAAAAAAAAAAAAAAAAAAAAAAA")
	d.post("/sign-in", known).want(http.StatusForbidden)
	d.get("/sign-in")
	d.post("/sign-in", known).want(http.StatusForbidden)
	if len(d.house.sessions) != 0 {
		t.Error("somebody is in")
	}
}

// What was typed when the session was over is there again after signing in, and can be sent.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := d.get("/settings/members").form("/settings/members/invite").set("email", "eve+long&typed=1@example.com").set("role", "viewer")
	clear(d.house.sessions)
	signIn := form.send().want(http.StatusUnauthorized, "Your session is over", "eve+long&typed=1@example.com")
	signIn = signIn.form("/sign-in").set("email", "ann@example.com").set("password", "wrong").send().want(http.StatusUnauthorized, "eve+long&typed=1@example.com")
	again := signIn.form("/sign-in").set("password", "correct horse").send().want(http.StatusOK, "Send it now?", "eve+long&typed=1@example.com")
	if len(d.house.invites) != 0 {
		t.Fatal("it was sent unasked")
	}
	again.form("/settings/members/invite").send().want(http.StatusOK, "on its way to eve+long&typed=1@example.com")
}

// Passwords are not kept, nor shown.
func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := d.get("/settings/profile").form("/settings/profile/password").set("old", "correct horse").set("password", "my new secret words")
	form.set("old", "an old secret")
	clear(d.house.sessions)
	s := form.send().want(http.StatusUnauthorized)
	for _, secret := range []string{"my new secret words", "an old secret", url.QueryEscape("an old secret"), url.QueryEscape("my new secret words")} {
		if strings.Contains(s.Body, secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
}

// A form of another session is shown for a second look.
func TestFormOfAnotherSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := d.get("/settings/members").form("/settings/members/invite").set("email", "eve@example.com")
	entry, err := d.house.Enter(t.Context(), "usr_ann", "test")
	must(t, err)
	d.cookies[sessionCookie] = entry.Token
	form.send().want(http.StatusForbidden, "Send it now?", "eve@example.com").form("/settings/members/invite").send().want(http.StatusOK, "on its way")
}

// htmx is told to show the form for signing in instead of the page.
func TestHtmxAfterTheSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	clear(d.house.sessions)
	if to := d.hx("GET", "/links", nil).Header.Get("Hx-Redirect"); to != "/sign-in?next="+url.QueryEscape("/links?page=2") {
		t.Errorf("htmx is sent to %q", to)
	}
	s := d.hx("POST", "/settings/members/invite", url.Values{"email": {"eve@example.com"}}).want(http.StatusUnauthorized, "eve@example.com")
	if s.Header.Get("Hx-Retarget") != "body" {
		t.Error("htmx shows it in a part of the page")
	}
	s = newDesk(t).hx("POST", "/settings/members/role", url.Values{"person": {"usr_ann"}, "role": {"king"}})
	s.want(http.StatusUnprocessableEntity, "Role must be owner, editor or viewer")
}

// A part that is away costs nobody what they typed.
func TestPartsAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Records["_linklog.go.example.com"] = []string{domain.NewProof([]byte("secret"), "acc_ann", "go.example.com").Value}
	const path = "/settings/domains/go.example.com/verify"
	form := d.get("/settings/domains/go.example.com").form(path).set("case", "ignore")
	key := form.values.Get(keyField)
	d.Fault = "not done"
	s := form.send().want(http.StatusServiceUnavailable, "This was not done")
	d.Fault = "unknown"
	s = s.form(path).want(t, "case", "ignore").send().want(http.StatusServiceUnavailable, "it isn't known yet")
	if got := s.form(path).values.Get(keyField); got != key {
		t.Errorf("sending again would be another command: key %s after %s", got, key)
	}
	d.Fault = ""
	s.form(path).send().want(http.StatusOK, "go.example.com is yours")

	d.house.down = brokenPart{}
	d.get("/settings/keys").want(http.StatusInternalServerError, "It is not your doing").lacks("secret thing")
	if !strings.Contains(d.logged.String(), "secret thing") {
		t.Error("nobody is told")
	}
}

type brokenPart struct{}

func (brokenPart) Error() string { return "secret thing is broken" }

// A form is done once, however often it is sent.
func TestSentTwiceDoneOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ownDomain(d)
	const path = "/settings/domains/go.example.com"
	form := d.get(path).form(path).set("root_url", "https://example.com")
	form.send().want(http.StatusOK, "saved")
	before := d.State.Domains["go.example.com"].Version
	form.send().want(http.StatusOK, "saved")
	if after := d.State.Domains["go.example.com"].Version; after != before {
		t.Errorf("version %d after %d", after, before)
	}
	form.set("root_url", "https://other.example").send().want(http.StatusUnprocessableEntity, "This form was sent before with something else")
}

func TestUnfinishedIsTold(t *testing.T) {
	t.Parallel()
	for fate, want := range map[commands.Fate]string{commands.Done: "This is done", commands.NotDone: "not done", commands.Unknown: "isn't known yet"} {
		f := Form{Key: "k"}.refused(&commands.Unfinished{Fate: fate})
		if !strings.Contains(f.Problem, want) || f.Key != "k" {
			t.Errorf("%v: %q, key %q", fate, f.Problem, f.Key)
		}
	}
}

// What people call things is text, wherever it stands.
func TestNamesAreText(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	d := newDesk(t)
	d.house.people["usr_ann"].Name = evil
	d.house.accounts["acc_ann"].name = evil
	d.house.accounts["acc_two"] = &tenancy{evil, domain.Free, map[identity.PersonID]identity.Role{"usr_ann": identity.Owner}}
	_, _, err := d.house.New(t.Context(), "acc_ann", identity.NewKey{Name: evil, Scopes: domain.AllScopes})
	must(t, err)
	must(t, d.Send(t.Context(), evil, evil, evil+"\n\njavascript:alert(1)"))
	for _, path := range []string{"/settings/profile", "/settings/account", "/settings/members", "/settings/keys", "/dev/mail", "/sign-in?next=" + url.QueryEscape(evil), "/settings/domains/" + url.PathEscape(evil)} {
		s := d.get(path)
		if strings.Contains(s.Body, "<script>alert") || strings.Contains(s.Body, "<img src=x") {
			t.Errorf("%s runs what a name says", path)
		}
		checkTree(t, s)
	}
	d.setFlashCookie(evil)
	if s := d.get("/settings/profile"); strings.Contains(s.Body, "<script>alert") {
		t.Error("a forged notice is run")
	}
}

func (d *desk) setFlashCookie(text string) {
	d.cookies[flashCookie] = base64.RawURLEncoding.EncodeToString([]byte("good " + text))
}

func TestLocal(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"/", "/links?tag=a&x=%2F", "/a/b#c"} {
		if local(to, "") != to {
			t.Errorf("%q is refused", to)
		}
	}
	for _, to := range []string{"", "links", "//x", "/\\x", "https://x", "/\n/x", "javascript:x", "\t//x"} {
		if got := local(to, "no"); got != "no" {
			t.Errorf("%q is taken for local: %q", to, got)
		}
	}
}

func FuzzLocal(f *testing.F) {
	f.Add("/links")
	f.Add("//evil.example")
	f.Add("/\\evil.example")
	base, err := url.Parse("https://app.example.com/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := local(to, "/")
		u, err := base.Parse(got)
		if err != nil || u.Host != "app.example.com" || u.Scheme != "https" {
			t.Errorf("%q leads to %v", to, u)
		}
	})
}

func FuzzTicket(f *testing.F) {
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		tickets, err := newTickets([]byte("secret"), nil)
		must(t, err)
		var first firstStep
		if tickets.redeem(ticketField, text, &first) == nil {
			t.Error("a made-up ticket is taken")
		}
	})
}

func TestTicketsEnd(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	sealed, err := d.server.tickets.issue("a", firstStep{"ann@example.com", "secret"})
	must(t, err)
	var got firstStep
	must(t, d.server.tickets.redeem("a", sealed, &got))
	if got.Password != "secret" || d.server.tickets.redeem("b", sealed, &got) == nil {
		t.Error("a ticket is good for another purpose")
	}
	d.Now = d.Now.Add(ticketLife + 1)
	if d.server.tickets.redeem("a", sealed, &got) == nil {
		t.Error("a ticket is good for ever")
	}
}

// What is no text is no reason to fail: the database would refuse it.
func TestBytesThatAreNoText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, path := range []string{"/settings/webhooks/%00", "/links/%ff", "/%00"} {
		d.get(path).want(404)
	}
	if got := d.get("/settings/keys").form("/settings/keys").set("name", "a\x00b\xff").set("scopes", "read").send().want(200); !strings.Contains(got.Body, "a\uFFFDb\uFFFD") {
		t.Errorf("the key is called something else: %q", d.house.keys)
	}
}
