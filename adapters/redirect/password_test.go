package redirect_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// locked is a link with a password, hashed as cheaply as possible.
func locked(t *testing.T, password string, x domain.Traits) domain.Link {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	x.Password = string(hash)
	return with("secret", x)
}

// enter posts a password.
func enter(target, body string, headers ...string) string {
	headers = append(headers, "Content-Type: application/x-www-form-urlencoded", "Content-Length: "+strconv.Itoa(len(body)))
	return request("POST", target, headers...) + body
}

func TestPassword(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{locked(t, "open sesame", domain.Traits{RedirectStatus: 307, ForwardQuery: true})}})
	for what, raw := range map[string]string{
		"GET": request("GET", "/secret"), "HEAD": request("HEAD", "/secret"), "bot": request("GET", "/secret", "User-Agent: Twitterbot"),
		"nothing": enter("/secret", "password="), "other field": enter("/secret", "word=open+sesame"),
		"wrong": enter("/secret", "password=guess"), "long": enter("/secret", "password=open+sesame"+strings.Repeat("x", 100)),
	} {
		a := r.send(raw)
		if a.StatusCode != http.StatusUnauthorized || a.Header.Get("Location") != "" || strings.Contains(a.body, "own.example") {
			t.Errorf("%s: %s %v %s", what, a.Status, a.Header, a.body)
		}
		if what != "HEAD" && !strings.Contains(a.body, `<form method="post"><input type="password" name="password"`) {
			t.Errorf("%s: no form: %s", what, a.body)
		}
		if csp := policy(a); csp["form-action"] != "'self' https: http:" || csp["default-src"] != "'none'" {
			t.Errorf("%s: policy %v", what, csp)
		}
	}
	if len(r.clicks) != 0 {
		t.Error("who was not let in was counted")
	}
	a := r.send(enter("/secret?a=b", "password=open+sesame", "User-Agent: "+browser))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "https://own.example/?a=b" || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	if c := r.click(); c.Method != domain.Get || c.Link != 1 || len(r.clicks) != 0 {
		t.Errorf("click %+v and %d more", c, len(r.clicks))
	}
	if s := r.server.Stats(); s.Locked != 7 || s.Redirects != 1 {
		t.Errorf("stats %+v", s)
	}
}

// TestGuessing: a visitor may try a few times, all of them together more often, and who knows the password is only kept by the latter.
func TestGuessing(t *testing.T) {
	t.Parallel()
	now := newClock()
	other := locked(t, "other", domain.Traits{})
	other.Number, other.Slug = 2, "other"
	r := start(t, setup{links: []domain.Link{locked(t, "right", domain.Traits{}), other}, change: func(c *redirect.Config) { behindProxy(c); c.Now = now.now }})
	try := func(slug, password, from string) answer {
		t.Helper()
		return r.send(enter("/"+slug, "password="+password, "X-Forwarded-For: "+from))
	}
	expect := func(slug, password, from string, want int) {
		t.Helper()
		a := try(slug, password, from)
		if a.StatusCode != want {
			t.Errorf("%s by %s: %s", password, from, a.Status)
		}
		if want == http.StatusTooManyRequests && (a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "too many tries")) {
			t.Errorf("%v %s", a.Header, a.body)
		}
	}
	for range 10 {
		expect("secret", "right", "192.0.2.1", 303) // as often as they like
	}
	for range 5 {
		expect("secret", "guess", "192.0.2.1", 401)
	}
	expect("secret", "right", "192.0.2.1", 429)
	expect("other", "other", "192.0.2.1", 303)
	expect("secret", "right", "192.0.2.2", 303)
	if wait := try("secret", "guess", "192.0.2.1").Header.Get("Retry-After"); wait != "30" {
		t.Errorf("told to come back in %s s", wait)
	}
	now.move(30 * time.Second)
	expect("secret", "guess", "192.0.2.1", 401)
	expect("secret", "guess", "192.0.2.1", 429)
	for i := range 99 {
		expect("secret", "guess", fmt.Sprintf("2001:db8:0:%x::1", i), 401)
	}
	expect("secret", "right", "2001:db8:0:7::1", 429) // to everybody who has failed
	for range 10 {
		expect("secret", "right", "192.0.2.9", 303)
	}
	for i := range 100 {
		expect("secret", "guess", fmt.Sprintf("2001:db8:1:%x::1", i), 401)
	}
	expect("secret", "right", "192.0.2.9", 429) // for a second, to everybody
	expect("other", "other", "192.0.2.9", 303)
	now.move(time.Second)
	expect("secret", "right", "192.0.2.9", 303)
	for i := range 5 { // one network, many addresses
		expect("other", "guess", fmt.Sprintf("2001:db8:f::%x", i), 401)
	}
	expect("other", "guess", "2001:db8:f::ffff", 429)
}

// TestFormsOfOthers: another site can't have visitors guess for it, and doesn't use up their tries.
func TestFormsOfOthers(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{locked(t, "right", domain.Traits{})}})
	for _, site := range []string{"cross-site", "same-site"} {
		for _, password := range []string{"right", "guess", "guess", "guess", "guess", "guess", "guess"} {
			if a := r.send(enter("/secret", "password="+password, "Sec-Fetch-Site: "+site)); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "Password needed") {
				t.Errorf("%s: %s", site, a.Status)
			}
		}
	}
	for _, site := range []string{"same-origin", "none"} {
		if a := r.send(enter("/secret", "password=right", "Sec-Fetch-Site: "+site)); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %s", site, a.Status)
		}
	}
}

// TestGuessingAtOnce: guesses side by side are no more than guesses one after the other.
func TestGuessingAtOnce(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := start(t, setup{links: []domain.Link{locked(t, "right", domain.Traits{})}, change: func(c *redirect.Config) { c.Now = now.now }})
	var asking sync.WaitGroup
	wrong := make(chan struct{}, 50)
	for range 50 {
		asking.Go(func() {
			if a, err := exchange(r.addr, enter("/secret", "password=guess")); err == nil && a.StatusCode == http.StatusUnauthorized {
				wrong <- struct{}{}
			}
		})
	}
	asking.Wait()
	if len(wrong) != 5 {
		t.Errorf("%d guesses were answered", len(wrong))
	}
}

// TestUnusableHash: a hash that nobody can read opens for nothing.
func TestUnusableHash(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{with("secret", domain.Traits{Password: "plain text"})}})
	if a := r.send(enter("/secret", "password=plain+text")); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("%s", a.Status)
	}
}
