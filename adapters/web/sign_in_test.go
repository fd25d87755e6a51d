package web

import (
	"net/url"
	"testing"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	page := d.get("/links?tag=a").want(200, "Sign in")
	page.form("/sign-in").set("email", "ann@example.com").set("password", "wrong").send().
		want(401, "don't fit together").form("/sign-in").set("password", "correct horse")
	if d.cookies[sessionCookie] != "" {
		t.Fatal("a wrong password opens a session")
	}
	r := d.post("/sign-in", page.form("/sign-in").set("email", "ann@example.com").set("password", "correct horse").values)
	if r.Status != 303 || r.Header.Get("Location") != "/links?tag=a" {
		t.Fatalf("went to %d %s", r.Status, r.Header.Get("Location"))
	}
	if d.cookies[sessionCookie] == "" || d.cookies[deviceCookie] == "" {
		t.Fatalf("cookies: %v", d.cookies)
	}
	again := d.get("/forgotten").form("/forgotten").values // the form for signing in isn't shown to who is in
	again.Set("email", "ann@example.com")
	again.Set("password", "correct horse")
	d.post("/sign-in", again).want(303)
	if len(d.house.sessions) != 1 {
		t.Errorf("signed in again, %d sessions are open", len(d.house.sessions))
	}
}

// Nobody is sent to another site by a link to the form.
func TestNextIsLocal(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/\t/evil.example"} {
		d := newDoor(t)
		r := d.post("/sign-in", d.get("/sign-in?"+url.Values{"next": {next}}.Encode()).form("/sign-in").
			set("email", "ann@example.com").set("password", "correct horse").values)
		if to := r.Header.Get("Location"); to != "/" {
			t.Errorf("%q leads to %q", next, to)
		}
	}
}
