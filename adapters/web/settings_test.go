package web

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// settingsPages are those below /settings.
var settingsPages = []visited{
	{path: "/settings/profile", setup: func(d *desk) string {
		_, err := d.house.Enter(d.t.Context(), "usr_ann", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
		must(d.t, err)
		return ""
	}},
	{path: "/settings/account"},
	{path: "/settings/members", setup: func(d *desk) string {
		d.house.join("Bob", identity.Editor)
		d.house.join("Cleo", identity.Viewer)
		invitation(d)
		return ""
	}},
	{path: "/settings/keys", setup: func(d *desk) string {
		for _, k := range []identity.NewKey{{Name: "Newsletter tool", Scopes: domain.AllScopes}, {Name: "Reports", Scopes: domain.ScopeRead | domain.ScopeAnalytics}} {
			_, _, err := d.house.New(d.t.Context(), "acc_ann", k)
			must(d.t, err)
		}
		d.house.keys[1].Revoked = d.Now
		return ""
	}},
	{path: "/settings/keys/none", setup: func(*desk) string { return "/settings/keys" }},
	{path: "/settings/domains", setup: ownDomain},
	{path: "/settings/domains/new.example.com"},
	{path: "/settings/domains/go.example.com", setup: ownDomain},
}

func ownDomain(d *desk) string {
	d.State.Domains["go.example.com"] = domain.Domain{Host: "go.example.com", Account: "acc_ann", Verified: true, Version: 2}
	return ""
}

func TestProfile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.get("/settings/profile").form("/settings/profile/name").set("name", "Ann Example").send().want(200, "Your name is changed.")
	if name := d.house.people["usr_ann"].Name; name != "Ann Example" {
		t.Errorf("the name is %q", name)
	}
	before := d.cookies[sessionCookie]
	d.get("/settings/profile").form("/settings/profile/password").set("old", "wrong").set("password", "a new battery staple").send().
		want(422, "That is not your password.").
		form("/settings/profile/password").set("old", "correct horse").set("password", "a new battery staple").send().
		want(200, "Your password is changed")
	if d.house.people["usr_ann"].password != "a new battery staple" || d.cookies[sessionCookie] == before {
		t.Error("the password or the session is the old one")
	}
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := d.get("/settings/profile").form("/settings/profile/second").set("password", "wrong").send().want(422, "That is not your password").
		form("/settings/profile/second").set("password", "correct horse").send().want(200, "JBSW Y3DP EHPK 3PXP")
	page.form("/settings/profile/second/confirm").set("code", "000 000").send().want(422, "That code doesn't fit").
		form("/settings/profile/second/confirm").set("code", "123 456").send().want(200, "aaaa-bbbb", "Turn it off")
	d.get("/settings/profile").want(200).lacks("aaaa-bbbb")

	door := newDoor(t)
	door.house = d.house
	door.server.People = d.house
	second := door.get("/sign-in").form("/sign-in").set("email", "ann@example.com").set("password", "correct horse").send().want(200, "One more step")
	second.lacks("correct horse")
	second.form("/sign-in").set("code", "999999").send().want(401, "doesn't fit").form("/sign-in").set("code", "123 456").send().want(200, "Links")

	d.get("/settings/profile").form("/settings/profile/second/end").set("password", "correct horse").send().want(200, "The second factor is off.")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other, err := d.house.Enter(t.Context(), "usr_ann", "curl/8.5")
	must(t, err)
	d.get("/settings/profile").want(200, "curl").form("/settings/profile/sessions", other.Session.ID).send().want(200, "Signed out there.")
	if d.house.sessions[other.Token] != nil || len(d.house.sessions) != 1 {
		t.Errorf("%d sessions are left", len(d.house.sessions))
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.get("/settings/account").want(200, "0 Links of 1 000 000").form("/settings/account/name").set("name", `<b>"Ann"</b>`).send().
		want(200, "name is changed", `Type “<b>"Ann"</b>” to confirm`)
	d.get("/settings/account").form("/settings/account/delete").set("confirm", "ann").send().want(422, "Type the account's name")
	if len(d.erased) != 0 {
		t.Fatal("a wrong word deletes an account")
	}
	d.get("/settings/account").form("/settings/account/delete").set("confirm", `<b>"Ann"</b>`).send()
	if len(d.erased) != 1 || d.erased[0] != "acc_ann" {
		t.Errorf("deleted: %v", d.erased)
	}
	if d.cookies[sessionCookie] != "" || len(d.house.sessions) != 0 {
		t.Error("the session goes on")
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := d.get("/settings/members").form("/settings/members/invite").set("email", "nobody").set("role", "viewer").send().want(422, "Email must be an address")
	page.form("/settings/members/invite").set("email", "eve@example.com").set("role", "viewer").send().want(200, "on its way to eve@example.com")
	if len(d.mails) != 1 || d.mails[0].To != "eve@example.com" {
		t.Fatalf("mails: %v", d.mails)
	}
	door := newDoor(t)
	door.server = d.server
	door.house = d.house
	link := paragraphs(d.mails[0].Text)[1]
	path := link[len("https://app.example.com"):]
	door.get(path).want(200, "Join Ann's links", "as viewer").form(path).set("password", "correct horse too").send().want(200, "Links")
	eve := d.house.byEmail("eve@example.com")
	if d.house.accounts["acc_ann"].members[eve.ID] != identity.Viewer {
		t.Fatal("Eve is no viewer")
	}
	door.get("/settings/keys").want(403, "Your role in this account")
	door.get("/settings/members").want(200, "eve@example.com").lacks("Invite somebody", "Remove")
	door.post("/settings/members/remove", map[string][]string{"person": {"usr_ann"}, tokenField: {d.house.sessions[door.cookies[sessionCookie]].CSRF}}).want(403)

	d.get("/settings/members").form("/settings/members/role", string(eve.ID)).set("role", "editor").send().want(200, "The role is changed.")
	d.get("/settings/members").form("/settings/members/role", "usr_ann").set("role", "viewer").send().want(422, "An account needs an owner.")
	d.get("/settings/members").form("/settings/members/leave").send().want(422, "An account needs an owner.")
	d.get("/settings/members").form("/settings/members/remove", string(eve.ID)).send().want(200, "They are no member any more.")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := d.get("/settings/keys").want(200, "No keys yet").form("/settings/keys").set("name", "").send().want(422, "Give it a name")
	page = page.form("/settings/keys").set("name", `<script>alert("k")</script>`).set("scopes", "read", "analytics").set("expires", "30").send().
		want(200, "It is shown only now", `<script>alert("k")</script>`, "read, analytics")
	token := d.house.keys[0]
	if token.Scopes != domain.ScopeRead|domain.ScopeAnalytics || !token.Expires.Equal(d.Now.AddDate(0, 0, 30)) {
		t.Errorf("the key is %+v", token)
	}
	page.form("/settings/keys/rotate", string(token.ID)).set("overlap", "24").send().want(200, "It is shown only now")
	if len(d.house.keys) != 2 || !d.house.keys[0].Expires.Equal(d.Now.AddDate(0, 0, 1)) {
		t.Errorf("the keys are %+v", d.house.keys)
	}
	d.get("/settings/keys").lacks("It is shown only now").form("/settings/keys/revoke", string(d.house.keys[1].ID)).send().want(200, "opens nothing any more", "revoked")
	d.get("/settings/keys").form("/settings/keys").set("name", "n").set("scopes").send().want(422, "Tick what the key may be used for.")
}

func TestDomains(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.get("/settings/domains").form("/settings/domains").set("host", "localhost").send().want(422, "must be the name of a domain")
	d.get("/settings/domains").form("/settings/domains").set("host", "https://pocolink.com/").send().want(403, "belongs to another account")
	page := d.get("/settings/domains").form("/settings/domains").set("host", "https://Go.Example.com/x").send().want(200, "Show that it is yours", "_linklog.go.example.com")
	verify := "/settings/domains/go.example.com/verify"
	page = page.form(verify).set("case", "ignore").send().want(422, "No TXT record of")
	p := domain.NewProof([]byte("secret"), "acc_ann", "go.example.com")
	d.Records[p.Name] = []string{p.Value}
	page = page.form(verify).send().want(200, "go.example.com is yours")
	if got := d.State.Domains["go.example.com"]; !got.Verified || got.Cases != domain.IgnoreCase || got.Account != "acc_ann" {
		t.Fatalf("the domain is %+v", got)
	}

	path := "/settings/domains/go.example.com"
	page.form(path).set("root_url", "javascript:alert(1)").set("robots_txt", "User-agent: *\nAllow: /").send().want(422).
		form(path).want(t, "robots_txt", "User-agent: *\nAllow: /").set("root_url", "https://example.com").set("redirect_status", "301").send().want(200, "The settings are saved.")
	if got := d.State.Domains["go.example.com"].Settings; got.Root != "https://example.com" || got.RedirectStatus != 301 || got.Robots == "" {
		t.Errorf("the settings are %+v", got)
	}

	stale := d.get(path)
	d.get(path).form(path).set("root_url", "https://theirs.example").send().want(200, "saved")
	again := stale.form(path).set("root_url", "https://mine.example").send().want(409, "Somebody else changed this")
	again.form(path).want(t, "root_url", "https://mine.example").send().want(200, "saved")

	d.get(path).form(path+"/release").send().want(200, "no domain of this account any more")
	if got := d.State.Domains["go.example.com"]; got.Account == "acc_ann" && got.Verified {
		t.Errorf("the domain is still %+v", got)
	}
}

// brokenMail sends nothing.
type brokenMail struct{}

func (brokenMail) Send(context.Context, string, string, string) error {
	return errors.New("no such server")
}

// What the mail would have proven must not be seen by who invites.
func TestInvitationWithoutMail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.server.Mailer = brokenMail{}
	page := d.get("/settings/members").form("/settings/members/invite").set("email", "boss@example.com").set("role", "viewer").send().want(200, "No mail could be sent")
	for token := range d.house.invites {
		if !strings.Contains(page.Body, "/invitation/handed-"+token) {
			t.Errorf("shown is %s", page.Body)
		}
	}
}
