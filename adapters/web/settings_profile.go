package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// profile is what the page of a person shows. Each of its forms stands for itself.
type profile struct {
	Who      identity.Session
	Sessions []identity.Session
	Plain    Form // of the buttons
	Name     Form
	Password Form
	Second   Form
	Begun    *secondFactor // being set up
	Recovery []string      // codes to be shown this once
}

// secondFactor is one that is being set up.
type secondFactor struct {
	Secret string
	QR     qrPicture
}

// profileOf is the page's content, its forms empty.
func (s *Server) profileOf(c echo.Context) (profile, error) {
	who := session(c)
	p := profile{
		Who: who, Plain: s.form(c), Name: s.form(c).With("name", who.Person.Name), Password: s.form(c), Second: s.form(c),
	}
	var err error
	p.Sessions, err = s.People.SessionsOf(c.Request().Context(), who.Person.ID)
	return p, err
}

// showProfile answers with the page after change, which puts into it what happened.
func (s *Server) showProfile(c echo.Context, refused error, change func(*profile)) error {
	p, err := s.profileOf(c)
	if err != nil {
		return err
	}
	change(&p)
	return s.settings(c, refused, settingsView{Title: "Your profile", Path: "/settings/profile", Body: profilePage(p)})
}

// getProfile is GET /settings/profile.
func (s *Server) getProfile(c echo.Context) error {
	return s.showProfile(c, nil, func(*profile) {})
}

// postName is POST /settings/profile/name.
func (s *Server) postName(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.People.Rename(c.Request().Context(), session(c).Person.ID, f.Get("name"))
	}
	if err != nil {
		return s.showProfile(c, err, func(p *profile) { p.Name = f.refused(err) })
	}
	return s.done(c, "/settings/profile", "Your name is changed.")
}

// postAskToVerify is POST /settings/profile/verify: sends the mail again.
func (s *Server) postAskToVerify(c echo.Context) error {
	who := session(c).Person
	if err := s.askToVerify(c.Request().Context(), who.ID, who.Email); err != nil {
		return err
	}
	return s.done(c, "/settings/profile", "A mail is on its way to "+who.Email+".")
}

// postPassword is POST /settings/profile/password. A new password ends all sessions, so this
// browser gets another.
func (s *Server) postPassword(c echo.Context) error {
	ctx, id := c.Request().Context(), session(c).Person.ID
	f, err := s.posted(c)
	if err == nil {
		err = s.People.ChangePassword(ctx, id, f.Raw("old"), f.Raw("password"))
	}
	if err != nil {
		return s.showProfile(c, err, func(p *profile) { p.Password = f.refused(err) })
	}
	entry, err := s.People.Enter(ctx, id, agent(c))
	if err != nil {
		return err
	}
	s.enter(c, entry)
	s.stay(c, entry.Token)
	return s.done(c, "/settings/profile", "Your password is changed, and all other sessions are over.")
}

// stay has a new session look at the account that the old one did.
func (s *Server) stay(c echo.Context, token string) {
	if account(c) == "" {
		return
	}
	if err := s.People.Switch(c.Request().Context(), token, account(c)); err != nil {
		s.log.WarnContext(c.Request().Context(), "a new session looks at another account", "error", err)
	}
}

// postEndSession is POST /settings/profile/sessions: ends one session, or all others.
func (s *Server) postEndSession(c echo.Context) error {
	ctx, who := c.Request().Context(), session(c)
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	if f.Get("session") == "" {
		err = s.People.EndOthers(ctx, who.Person.ID, who.ID)
	} else {
		err = s.People.EndSession(ctx, who.Person.ID, f.Get("session"))
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings/profile", "Signed out there.")
}

// postBeginSecond is POST /settings/profile/second: shows a secret to be read by an app.
func (s *Server) postBeginSecond(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	secret, url, err := s.People.BeginTwoFactor(c.Request().Context(), session(c).Person.ID, f.Raw("password"))
	if err != nil {
		return s.showProfile(c, err, func(p *profile) { p.Second = f.refused(err) })
	}
	picture, err := drawQR(url)
	if err != nil {
		return err
	}
	return s.showProfile(c, nil, func(p *profile) { p.Begun = &secondFactor{secret, picture} })
}

// postConfirmSecond is POST /settings/profile/second/confirm. Whoever mistypes the code tries again:
// the app has the secret.
func (s *Server) postConfirmSecond(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	codes, err := s.People.ConfirmTwoFactor(c.Request().Context(), session(c).Person.ID, digits(f.Get("code")))
	if domain.CodeOf(err) == domain.Validation {
		return s.showProfile(c, err, func(p *profile) {
			p.Second = f.refused(err)
			p.Begun = &secondFactor{}
		})
	}
	if err != nil {
		return s.showProfile(c, err, func(p *profile) { p.Second = f.refused(err) })
	}
	return s.showProfile(c, nil, func(p *profile) { p.Recovery, p.Who.Person.TwoFactor = codes, true })
}

// postEndSecond is POST /settings/profile/second/end.
func (s *Server) postEndSecond(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.People.EndTwoFactor(c.Request().Context(), session(c).Person.ID, f.Raw("password"))
	}
	if err != nil {
		return s.showProfile(c, err, func(p *profile) { p.Second = f.refused(err) })
	}
	return s.done(c, "/settings/profile", "The second factor is off.")
}
