package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// The cookies. A session ends when its keeper says so; the cookie only has to live as long.
const (
	sessionCookie = "linklog_session"
	deviceCookie  = "linklog_device"

	sessionCookieLife = 90 * 24 * time.Hour
	deviceCookieLife  = 365 * 24 * time.Hour
)

const sessionKey = "session"

// session is who asks; without anybody signed in it is zero.
func session(c echo.Context) identity.Session {
	who, _ := c.Get(sessionKey).(identity.Session)
	return who
}

// account is the one that is looked at.
func account(c echo.Context) domain.AccountID { return session(c).Current.Account }

// access is what somebody must be able to do to get somewhere: scopes, and the bits of routes.go.
type access uint16

func (s *Server) granted(who identity.Session, need access) bool {
	scopes := domain.Scopes(need & 0xff) //nolint:gosec // the low byte
	return who.Current.Role.Scopes().Has(scopes) &&
		(need&manager == 0 || who.Current.Role.Manages()) && (need&runner == 0 || s.operates(who.Person))
}

// signedIn lets only those through who have signed in and may do that. Others are asked to, and
// lose nothing of what they typed.
func (s *Server) signedIn(need access) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			who, err := s.recognise(c)
			if domain.CodeOf(err) == domain.Unauthorized {
				return s.askToSignIn(c)
			}
			if err != nil {
				return err
			}
			c.Set(sessionKey, who)
			if changes(c.Request()) && !sameToken(token(c), who.CSRF) {
				return s.askToRepeat(c)
			}
			switch {
			case need&^runner != 0 && who.Current.Account == "":
				return s.page(c, "No account", noAccountPage())
			case !s.granted(who, need):
				return domain.Errorf(domain.Forbidden, "", "Your role in this account doesn't allow that. Ask one of its owners.")
			}
			return next(c)
		}
	}
}

// recognise is the session of a request.
func (s *Server) recognise(c echo.Context) (identity.Session, error) {
	return s.SessionOf(c.Request())
}

// sessionToken is what the browser shows, empty if nothing.
func sessionToken(r *http.Request) string {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// askToSignIn shows the form for signing in, and what was typed goes with it.
func (s *Server) askToSignIn(c echo.Context) error {
	r := c.Request()
	if changes(r) {
		return s.keepTyped(c)
	}
	to := r.URL.RequestURI()
	if hx(r) {
		to = "/"
		if at, err := url.Parse(r.Header.Get("Hx-Current-Url")); err == nil {
			to = at.RequestURI()
		}
	}
	where := "/sign-in"
	if to != "/" {
		where += "?" + url.Values{"next": {to}}.Encode()
	}
	return s.redirect(c, where)
}

// redirect sends a browser on, also one that asked through htmx.
func (s *Server) redirect(c echo.Context, to string) error {
	if hx(c.Request()) {
		c.Response().Header().Set("Hx-Redirect", to)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// local is a path of the dashboard's, or otherwise if somebody made up another place.
func local(to, otherwise string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return otherwise
	}
	return to
}

// enter gives a browser its cookies. The session it had ends: nothing shows it any more.
func (s *Server) enter(c echo.Context, e identity.Entry) {
	if old := sessionToken(c.Request()); old != "" && old != e.Token {
		if err := s.People.SignOut(c.Request().Context(), old); err != nil {
			s.log.WarnContext(c.Request().Context(), "an old session goes on", "error", err)
		}
	}
	s.setCookie(c, sessionCookie, e.Token, sessionCookieLife)
	if e.Device != "" {
		s.setCookie(c, deviceCookie, e.Device, deviceCookieLife)
	}
}

// setCookie sets one that scripts can't read; an empty value takes it away.
func (s *Server) setCookie(c echo.Context, name, value string, life time.Duration) {
	if value == "" {
		life = -time.Second
	}
	http.SetCookie(c.Response(), &http.Cookie{ //nolint:gosec // without https there is no Secure
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.url.Scheme == "https",
	})
}

// hx reports whether htmx asks.
func hx(r *http.Request) bool { return r.Header.Get("Hx-Request") == "true" }

// changes reports whether the request may change something.
func changes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// SessionOf is the session whose cookie a request carries; otherwise a domain.Unauthorized error.
func (s *Server) SessionOf(r *http.Request) (identity.Session, error) {
	token := sessionToken(r)
	if token == "" {
		return identity.Session{}, domain.Errorf(domain.Unauthorized, "", "Nobody has signed in.")
	}
	return s.People.Session(r.Context(), token)
}

// Caller is who asks the native API with a session instead of a key.
func (s *Server) Caller(r *http.Request) (domain.Caller, bool) {
	who, err := s.SessionOf(r)
	if err != nil || who.Current.Account == "" {
		return domain.Caller{}, false
	}
	return who.Caller(), true
}
