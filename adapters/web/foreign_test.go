package web

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/linklog/linklog/domain/identity"
)

// issuer is a foreign site that says who people are.
type issuer struct {
	*httptest.Server

	t         *testing.T
	key       *rsa.PrivateKey
	challenge string // of the code that it gave out
	answer    map[string]any
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	i := &issuer{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.say(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.say(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// token hands out the id token to whoever knows what the challenge was made of.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != i.challenge || r.FormValue("code") != "the-code" {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.key, KeyID: "1"}}, nil)
	if err != nil {
		i.t.Error(err)
		return
	}
	raw, err := jwt.Signed(signer).Claims(i.answer).Serialize()
	if err != nil {
		i.t.Error(err)
	}
	i.say(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
}

// visit is the journey of somebody of that address, with what else the issuer says.
func (i *issuer) visit(d *desk, claims map[string]any) *shown {
	i.t.Helper()
	s := d.get("/sign-in?next=/analytics").want(200, "By the example")
	to, err := url.Parse(d.get("/sign-in/foreign?next=%2Fsettings").Header.Get("Location"))
	must(i.t, err)
	q := to.Query()
	if s.Status != 200 || to.Path != "/authorize" || q.Get("redirect_uri") != "https://app.example.com"+foreignCallback || q.Get("code_challenge_method") != "S256" {
		i.t.Fatalf("sent to %v", to)
	}
	i.challenge = q.Get("code_challenge")
	i.answer = map[string]any{
		"iss": i.URL, "aud": "linklog", "sub": "subject", "nonce": q.Get("nonce"), "exp": d.Now.Add(time.Hour).Unix(), "iat": d.Now.Unix(),
		"email": "ann@example.com", "email_verified": true,
	}
	maps.Copy(i.answer, claims)
	return d.get(foreignCallback + "?" + url.Values{"state": {q.Get("state")}, "code": {"the-code"}}.Encode())
}

func newForeignDoor(t *testing.T, signUp SignUp) (*issuer, *desk) {
	t.Helper()
	i := newIssuer(t)
	return i, newDoor(t, func(o *Options) {
		o.SignUp, o.Foreign = signUp, Foreign{Issuer: i.URL, ClientID: "linklog", ClientSecret: "s", Name: "By the example", Client: i.Client()}
	})
}

func TestForeignSignIn(t *testing.T) {
	t.Parallel()
	i, d := newForeignDoor(t, Invitation)
	i.visit(d, nil).want(200, "Your profile", "ann@example.com")

	i, d = newForeignDoor(t, Invitation)
	i.visit(d, map[string]any{"email": "new@example.com"}).want(403, "Nobody here has that address")
	i, d = newForeignDoor(t, Open)
	i.visit(d, map[string]any{"email": "new@example.com", "name": "Newt"}).want(200, "Your profile", "new@example.com")
}

// Nobody gets in with a token that was made for somebody or something else.
func TestForeignForgeries(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]map[string]any{
		"another's nonce":    {"nonce": "other"},
		"another program's":  {"aud": "other"},
		"another issuer's":   {"iss": "https://evil.example"},
		"too old":            {"exp": 1},
		"unverified address": {"email_verified": false},
	} {
		i, d := newForeignDoor(t, Invitation)
		if s := i.visit(d, wrong); s.Status < 400 || d.cookies[sessionCookie] != "" {
			t.Errorf("%s: status %d", name, s.Status)
		}
	}
	i, d := newForeignDoor(t, Open)
	d.get("/sign-in/foreign")
	d.get(foreignCallback+"?state=guessed&code=the-code").want(401, "Begin again")
	delete(d.cookies, foreignCookie)
	i.visit(newDoor(t, func(o *Options) {
		o.Foreign = Foreign{Issuer: i.URL, ClientID: "linklog", Name: "By the example", Client: i.Client()}
	}), nil)
	d.get(foreignCallback+"?state=&code=the-code").want(401, "Begin again")
	i.Close()
	j, away := newForeignDoor(t, Open)
	j.Close()
	away.get("/sign-in/foreign").want(401, "Signing in by the other site didn't work")
}

func TestClosedDoors(t *testing.T) {
	t.Parallel()
	with := func(w SignUp) *desk { return newDoor(t, func(o *Options) { o.SignUp = w }) }
	with(Closed).get("/sign-up").want(403, "Nobody can sign up here")
	d := with(Invitation)
	d.get("/sign-in").lacks("Make an account")
	d.get("/sign-up").want(403, "takes an invitation")
	form := d.get("/sign-in").form("/sign-in").values
	form.Set("email", "eve@example.com")
	form.Set("password", "correct horse")
	d.post("/sign-up", form).want(403)
	d.get("/invitation/made-up").want(404, "used, withdrawn, or is too old")
	token, _, err := d.house.Invite(t.Context(), "acc_ann", "usr_ann", "eve@example.com", identity.Viewer)
	must(t, err)
	page := d.get("/invitation/"+token).form("/invitation/"+token).set("email", "other@example.com").set("password", "short").send().want(422, "at least 10 characters")
	page.form("/invitation/"+token).want(t, "email", "eve@example.com").set("password", "long enough now").send().want(200)
	if d.house.byEmail("eve@example.com") == nil || d.house.byEmail("other@example.com") != nil {
		t.Error("somebody else has the invitation")
	}
}

func TestForgotten(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	ask := func(email string) {
		t.Helper()
		d.get("/forgotten").form("/forgotten").set("email", email).send().want(200, "If somebody here has the address "+email)
		d.server.Wait()
	}
	ask("nobody@example.com")
	if len(d.mails) != 0 {
		t.Fatal("a stranger got mail")
	}
	ask("ann@example.com")
	link, err := url.Parse(paragraphs(d.mails[0].Text)[1])
	must(t, err)
	d.get(link.Path).form(link.Path).set("password", "short").send().want(422, "at least 10").
		form(link.Path).set("password", "long enough now").send().want(200, "Sign in with it")
	d.get(link.Path).form(link.Path).set("password", "long enough now").send().want(422, "This link was used")
}

func TestSignUpAndVerify(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.get("/sign-up").form("/sign-up").set("email", "ann@example.com").set("password", "long enough now").send().want(422, "Somebody has that address already").
		form("/sign-up").want(t, "email", "ann@example.com").want(t, "password", "").set("email", "new@example.com").set("password", "long enough now").send().want(200)
	d.get("/settings/profile").want(200, "not verified").form("/settings/profile/verify").send().want(200, "on its way to new@example.com")
	link, err := url.Parse(paragraphs(d.mails[0].Text)[2])
	must(t, err)
	guest := newDoor(t)
	guest.get(link.Path).want(200, "Sign in") // who gets the mail must not vouch for whoever signed up
	page := d.get(link.Path).want(200)
	if d.house.byEmail("new@example.com").Verified {
		t.Error("looking at the page is taken for an answer")
	}
	page.form(link.Path).send().want(200, "the address is yours")
	d.get("/settings/profile").want(200, "verified").lacks("not verified")
	d.get("/settings/profile").form("/sign-out").send().want(200, "You have signed out")
	d.get("/settings/profile").want(200, "Sign in")
}

// slowMail sends nothing before it may.
type slowMail struct{ may chan struct{} }

func (m slowMail) Send(context.Context, string, string, string) error {
	<-m.may
	return nil
}

// How long an answer takes, and whether mail can be sent, tells nobody who is here.
func TestForgottenIsAnsweredBeforeTheMailIsSent(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	slow := slowMail{make(chan struct{})}
	d.server.Mailer = slow
	ask := func(email string, want int, text string) {
		t.Helper()
		d.get("/forgotten").form("/forgotten").set("email", email).send().want(want, text)
	}
	for range mostAfterwards {
		ask("ann@example.com", 200, "If somebody here")
	}
	ask("nobody@example.com", 429, "Too many mails")
	close(slow.may)
	d.server.Wait()
	ask("nobody@example.com", 200, "If somebody here")
	d.server.Wait()
	d.server.Mailer = nil
	for _, email := range []string{"ann@example.com", "nobody@example.com"} {
		ask(email, 503, "send mail")
	}
}
