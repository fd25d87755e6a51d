package main_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

type shownLimits struct {
	Account struct {
		Plan   string
		Limits struct {
			Requests *int `json:"requests_per_hour"`
			Edit     bool `json:"edit_destinations"`
		}
	}
}

// What an account may is agreed on by the operator and the settings, and held by the API and by the
// dashboard alike.
func TestPlansHoldEverywhere(t *testing.T) {
	p, _ := dev(t, embeddedtest.DataDir(t), "--fixed-url-plans=free", "--enterprise-requests=70000")
	v := newVisitor(t, p.API)
	v.send("/sign-up", "/sign-up", url.Values{"email": {"ann@example.com"}, "name": {"Ann"}, "password": {"four words are long"}})
	_, mails := v.get("/dev/mail")
	verify := found(t, verifyLink, mails)
	v.send(verify, verify, nil)
	_, body := v.send("/settings/keys", "/settings/keys", url.Values{"name": {"tool"}, "scopes": {"read", "write"}})
	api := caller{t, p.API, found(t, keyOnce, body)}
	var now shownLimits
	api.do("GET", "/v1/account", "", &now)
	if l := now.Account.Limits; l.Requests == nil || *l.Requests != 1000 || l.Edit {
		t.Fatalf("free is %+v", now)
	}
	l := api.create(`{"url":"https://example.com/a","custom_slug":"fixed"}`)
	edit := "/links/" + l.ID + "/edit"
	change := url.Values{"url": {"https://example.com/b"}}
	if status, body := v.edit(edit, change); status != http.StatusForbidden || !strings.Contains(body, "The plan doesn&#39;t allow editing destinations") {
		t.Errorf("the dashboard's answer to another destination: %d %s", status, body)
	}
	if _, body := v.get("/settings/account"); !strings.Contains(body, "1\u202f000</b>") || !strings.Contains(body, "Destinations of links can't be changed") {
		t.Errorf("free is shown as %s", body)
	}

	var all []struct{ ID, Email string }
	operator := cli{t, p.Database}
	operator.must(&all, "account", "list")
	id := ""
	for _, a := range all {
		if a.Email == "ann@example.com" {
			id = a.ID
		}
	}
	var set struct {
		Requests int `json:"requests_per_hour"`
	}
	operator.must(&set, "account", "set", id, "--plan=enterprise")
	awaitLimit(t, api, 70_000)
	operator.must(&set, "account", "set", id, "--requests-per-hour=123456")
	if set.Requests != 123_456 {
		t.Errorf("set to %+v", set)
	}
	awaitLimit(t, api, 123_456)
	if _, body := v.get("/settings/account"); !strings.Contains(body, "123\u202f456</b>") || strings.Contains(body, "Destinations of links can't be changed") {
		t.Errorf("enterprise is shown as %s", body)
	}
	if status, body := v.edit(edit, change); status != http.StatusOK || !strings.Contains(body, "Saved") {
		t.Errorf("the dashboard's answer to another destination: %d %s", status, body)
	}
	operator.refused("from 0 to", "account", "set", id, "--requests-per-hour=-1")
	operator.refused("plan must be", "account", "set", id, "--plan=gold")
}

// awaitLimit waits until a key goes by a limit, which takes a second.
func awaitLimit(t *testing.T, api caller, want int) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for begun := time.Now(); ; <-ticker.C {
		var now shownLimits
		api.do("GET", "/v1/account", "", &now)
		if r := now.Account.Limits.Requests; r != nil && *r == want {
			return
		}
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("the limit is still %+v, want %d", now.Account.Limits, want)
		}
	}
}

// edit sends a page's form to itself, as it was filled in but for a change.
func (v *visitor) edit(page string, change url.Values) (status int, body string) {
	v.Helper()
	_, text := v.get(page)
	tree, err := html.Parse(strings.NewReader(text))
	if err != nil {
		v.Fatal(err)
	}
	values := url.Values{}
	for n := range tree.Descendants() {
		if n.Data == "form" && attribute(n, "action") == page {
			maps.Copy(values, filledIn(n))
		}
	}
	maps.Copy(values, change)
	answer, err := v.client.PostForm(v.base+page, values) //nolint:bodyclose,noctx // read closes it, and the client has a time limit
	if err != nil {
		v.Fatal(err)
	}
	return v.read(answer)
}

// filledIn is what a form holds.
func filledIn(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		has := map[string]bool{}
		for _, a := range n.Attr {
			has[a.Key] = true
		}
		name, value := attribute(n, "name"), attribute(n, "value")
		switch kind := attribute(n, "type"); {
		case n.Data == "input" && (kind != "checkbox" && kind != "radio" || has["checked"]):
			values.Add(name, value)
		case n.Data == "textarea" && n.FirstChild != nil:
			values.Add(name, n.FirstChild.Data)
		case n.Data == "option" && has["selected"]:
			values.Add(attribute(n.Parent, "name"), value)
		}
	}
	return values
}
