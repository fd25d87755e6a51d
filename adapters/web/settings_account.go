package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// accountView is what the page of an account shows.
type accountView struct {
	Current identity.Membership
	Plan    Plan
	Links   uint64
	Domains int
	Manages bool
	Name    Form
	Delete  Form
}

func (s *Server) showAccount(c echo.Context, refused error, change func(*accountView)) error {
	who, ctx := session(c), c.Request().Context()
	usage, err := s.Links.Usage(ctx, who.Current.Account)
	if err != nil {
		return err
	}
	all, err := s.Links.DomainsOf(ctx, who.Current.Account)
	if err != nil {
		return err
	}
	v := accountView{
		Current: who.Current, Plan: s.planOf(who.Current), Links: usage, Domains: len(all), Manages: manages(c),
		Name: s.form(c).With("name", who.Current.Name), Delete: s.form(c),
	}
	change(&v)
	return s.settings(c, refused, settingsView{Title: "Account", Path: "/settings/account", Body: accountPage(v)})
}

// getAccount is GET /settings/account.
func (s *Server) getAccount(c echo.Context) error {
	return s.showAccount(c, nil, func(*accountView) {})
}

// postAccountName is POST /settings/account/name.
func (s *Server) postAccountName(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.Members.RenameAccount(c.Request().Context(), account(c), f.Get("name"))
	}
	if err != nil {
		return s.showAccount(c, err, func(v *accountView) { v.Name = f.refused(err) })
	}
	return s.done(c, "/settings/account", "The account's name is changed.")
}

// postDeleteAccount is POST /settings/account/delete: ends the account for good, once its name was
// typed.
func (s *Server) postDeleteAccount(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil && f.Get("confirm") != session(c).Current.Name {
		err = domain.Errorf(domain.Validation, "confirm", "Type the account's name as it is written above.")
	}
	if err == nil {
		err = s.Erase(c.Request().Context(), account(c))
	}
	if err != nil {
		return s.showAccount(c, err, func(v *accountView) { v.Delete = f.refused(err) })
	}
	if err := s.leave(c); err != nil {
		s.log.WarnContext(c.Request().Context(), "a session outlives its account for a moment", "error", err)
	}
	return s.done(c, "/sign-in", "The account is closed for good, and what was in it is being deleted.")
}

// most is a limit in words; 0 is none.
func most(n uint64) string {
	if n == 0 {
		return "Any number"
	}
	return grouped(n)
}
