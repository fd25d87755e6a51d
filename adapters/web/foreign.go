package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Foreign is a sign-in by OpenID Connect; zero: there is none.
type Foreign struct {
	Issuer       string // as in https://accounts.example.com
	ClientID     string
	ClientSecret string
	Name         string       // what the button says; empty: "Sign in with OpenID Connect"
	Client       *http.Client // nil: one that waits ten seconds
}

const (
	foreignCallback = "/sign-in/foreign/callback"
	foreignCookie   = "linklog_foreign" // what the answer of the foreign site has to fit to
	foreignTime     = 10 * time.Second
)

// foreign asks its issuer about itself when somebody signs in for the first time: the dashboard
// starts also while the issuer is away.
type foreign struct {
	Foreign

	callback string

	mu       sync.Mutex
	provider *oidc.Provider
}

// journey is what is remembered while somebody is at the foreign site.
type journey struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Next     string `json:"next"`
}

// claims are what an issuer says about somebody.
type claims struct {
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
	Name     string `json:"name"`
}

func newForeign(o Foreign, callback string) *foreign {
	if o.Issuer == "" {
		return nil
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: foreignTime}
	}
	if o.Name == "" {
		o.Name = "Sign in with OpenID Connect"
	}
	return &foreign{Foreign: o, callback: callback}
}

// ready is the issuer's description and what we are to it.
func (f *foreign) ready() (*oidc.Provider, *oauth2.Config, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.provider == nil {
		// The provider keeps this context for fetching keys later, so it is no request's.
		p, err := oidc.NewProvider(oidc.ClientContext(context.Background(), f.Client), f.Issuer)
		if err != nil {
			return nil, nil, err
		}
		f.provider = p
	}
	return f.provider, &oauth2.Config{
		ClientID: f.ClientID, ClientSecret: f.ClientSecret, Endpoint: f.provider.Endpoint(), RedirectURL: f.callback,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

// getForeign is GET /sign-in/foreign: sends somebody to the foreign site. It is no form, since
// the policy lets those go nowhere else.
func (s *Server) getForeign(c echo.Context) error {
	_, config, err := s.foreign.ready()
	if err != nil {
		return s.foreignTrouble(c, err)
	}
	j := journey{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: local(c.QueryParam("next"), "/")}
	sealed, err := s.tickets.issue(foreignCookie, j)
	if err != nil {
		return err
	}
	s.setCookie(c, foreignCookie, sealed, ticketLife)
	return c.Redirect(http.StatusSeeOther, config.AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)))
}

// getForeignBack is where the foreign site sends people back to.
func (s *Server) getForeignBack(c echo.Context) error {
	var j journey
	cookie, err := c.Request().Cookie(foreignCookie)
	if err == nil {
		err = s.tickets.redeem(foreignCookie, cookie.Value, &j)
	}
	s.setCookie(c, foreignCookie, "", 0)
	if err != nil || !sameToken(c.QueryParam("state"), j.State) {
		return s.foreignTrouble(c, domain.Errorf(domain.Unauthorized, "", "That took too long, or began in another browser. Begin again."))
	}
	if c.QueryParam("code") == "" {
		return s.foreignTrouble(c, domain.Errorf(domain.Unauthorized, "", "The other site didn't sign you in."))
	}
	id, err := s.recogniseForeign(c.Request().Context(), c.QueryParam("code"), j)
	if err != nil {
		return s.foreignTrouble(c, err)
	}
	return s.enterAs(c, s.form(c).With("next", j.Next), id)
}

// recogniseForeign is the person that a code of the issuer's stands for.
func (s *Server) recogniseForeign(ctx context.Context, code string, j journey) (identity.PersonID, error) {
	provider, config, err := s.foreign.ready() //nolint:contextcheck // what it learns outlives the request
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, s.foreign.Client)
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return "", fmt.Errorf("exchange the code: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: s.foreign.ClientID, Now: s.clock}).Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("verify the id token: %w", err)
	}
	if !sameToken(token.Nonce, j.Nonce) {
		return "", errors.New("the id token is of another journey")
	}
	var about claims
	if err := token.Claims(&about); err != nil {
		return "", fmt.Errorf("read the claims: %w", err)
	}
	return s.People.Federated(ctx, token.Issuer, token.Subject, identity.NewPerson{Email: about.Email, Name: about.Name},
		about.Verified, s.options.SignUp == Open)
}

// foreignTrouble says that the foreign sign-in didn't work, on the form for the one of our own.
func (s *Server) foreignTrouble(c echo.Context, err error) error {
	if domain.CodeOf(err) == domain.Internal {
		s.log.WarnContext(c.Request().Context(), "a foreign sign-in failed", "issuer", s.foreign.Issuer, "error", err)
		err = domain.Errorf(domain.Unauthorized, "", "Signing in by the other site didn't work. Try again, or sign in with your password.")
	}
	return s.again(c, err, "Sign in", s.signInPage(s.form(c).refused(err)))
}
