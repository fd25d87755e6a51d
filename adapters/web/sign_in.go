package web

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// signInPage is the form for signing in.
func (s *Server) signInPage(f Form) templ.Component {
	p := signIn{Form: f, SignUp: s.options.SignUp == Open}
	if s.foreign != nil {
		p.Foreign = s.foreign.Name
	}
	return signInForm(p)
}

// getSignIn is GET /sign-in. Who is in already goes where they wanted to.
func (s *Server) getSignIn(c echo.Context) error {
	next := local(c.QueryParam("next"), "/")
	if _, err := s.SessionOf(c.Request()); err == nil {
		return s.redirect(c, next)
	}
	return s.page(c, "Sign in", s.signInPage(s.form(c).With("next", next)))
}

// postSignIn is POST /sign-in.
func (s *Server) postSignIn(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	if f.Has(ticketField) {
		return s.postCode(c, f)
	}
	entry, err := s.People.SignIn(c.Request().Context(), s.attempt(c, f))
	if errors.Is(err, identity.ErrSecondFactor) {
		return s.askCode(c, f)
	}
	if err != nil {
		return s.again(c, err, "Sign in", s.signInPage(f.refused(unfit(err))))
	}
	return s.welcome(c, f, entry)
}

// ticketField holds, sealed, what was typed in the first step.
const ticketField = "ticket"

// firstStep is what was right in it.
type firstStep struct {
	Email    string `json:"email"`
	Password string `json:"password"` //nolint:gosec // it is sealed
}

// askCode is the second step: the password was right.
func (s *Server) askCode(c echo.Context, f Form) error {
	sealed, err := s.tickets.issue(ticketField, firstStep{f.Get("email"), f.Raw("password")})
	if err != nil {
		return err
	}
	return s.page(c, "Sign in", secondForm(f.With(ticketField, sealed)))
}

// postCode is the end of the second step.
func (s *Server) postCode(c echo.Context, f Form) error {
	var first firstStep
	if err := s.tickets.redeem(ticketField, f.Raw(ticketField), &first); err != nil {
		return s.again(c, err, "Sign in", s.signInPage(f.refused(err)))
	}
	a := s.attempt(c, f)
	a.Email, a.Password = first.Email, first.Password
	entry, err := s.People.SignIn(c.Request().Context(), a)
	if errors.Is(err, identity.ErrSecondFactor) || domain.CodeOf(err) == domain.Unauthorized {
		err = domain.Errorf(domain.Unauthorized, "code", "That code doesn't fit, or was used already. Wait for the next one.")
	}
	if err != nil {
		return s.again(c, err, "Sign in", secondForm(f.refused(err)))
	}
	return s.welcome(c, f, entry)
}

// unfit is the one answer to everything that doesn't fit.
func unfit(err error) error {
	if domain.CodeOf(err) != domain.Unauthorized {
		return err
	}
	return domain.Errorf(domain.Unauthorized, "", "That e-mail address and password don't fit together.")
}

// welcome begins a session, and goes on where somebody wanted to go.
func (s *Server) welcome(c echo.Context, f Form, e identity.Entry) error {
	s.enter(c, e)
	if k := keptIn(f); k.To != "" {
		c.Set(sessionKey, e.Session)
		return s.page(c, "Send it now?", repeatPage(s.form(c), k))
	}
	return c.Redirect(http.StatusSeeOther, local(f.Raw("next"), "/"))
}

// attempt is who tries to sign in, and from where.
func (s *Server) attempt(c echo.Context, f Form) identity.Attempt {
	a := identity.Attempt{
		Email: f.Get("email"), Password: f.Raw("password"), Code: strings.ReplaceAll(f.Get("code"), " ", ""),
		Agent: agent(c),
	}
	if cookie, err := c.Request().Cookie(deviceCookie); err == nil {
		a.Device = cookie.Value
	}
	a.From = address(c)
	return a
}

// address is where the request comes from, behind whatever proxies; zero if nobody knows.
func address(c echo.Context) netip.Addr {
	a, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// agent is the browser as it calls itself, cut to what a list can show.
func agent(c echo.Context) string {
	return strings.ToValidUTF8(cut(c.Request().UserAgent(), 300), "")
}

func cut(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}

// postSignOut is POST /sign-out.
func (s *Server) postSignOut(c echo.Context) error {
	if err := s.leave(c); err != nil {
		return err
	}
	return s.done(c, "/sign-in", "You have signed out.")
}

// leave ends the session of this browser.
func (s *Server) leave(c echo.Context) error {
	err := s.People.SignOut(c.Request().Context(), sessionToken(c.Request()))
	if err == nil {
		s.setCookie(c, sessionCookie, "", 0)
	}
	return err
}
