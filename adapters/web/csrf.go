package web

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// How forms and htmx carry the token that other sites can't know.
const (
	tokenField  = "csrf"
	tokenHeader = "X-Csrf-Token" //nolint:gosec // the name is no secret

	guestCookie     = "linklog_form" // the token of those who have not signed in
	guestCookieLife = 2 * time.Hour
)

// guard sets what browsers must keep to, and refuses what another site has them send.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.url.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if path := c.Request().URL.Path; legible(path) != path {
			return domain.Errorf(domain.NotFound, "", "There is no such page.")
		}
		if changes(c.Request()) && s.fromElsewhere(c.Request()) {
			return domain.Errorf(domain.Forbidden, "", "This was sent by another site, so nothing was done.")
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxBody)
		return next(c)
	}
}

const maxBody = 1 << 20 // bytes of a form

// policy lets a page load nothing but what this server has, and run nothing but its files.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// fromElsewhere reports whether the browser says that another site sends this. Old browsers say
// nothing; against those the tokens have to do.
func (s *Server) fromElsewhere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
		origin, err := url.Parse(r.Header.Get("Origin"))
		return err != nil || r.Header.Get("Origin") != "" && origin.Host != r.Host && origin.Host != s.url.Host
	}
	return true
}

// token is what the request carries.
func token(c echo.Context) string {
	if t := c.Request().Header.Get(tokenHeader); t != "" {
		return t
	}
	return c.FormValue(tokenField)
}

func sameToken(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// guest is the token of forms for those who have not signed in, also kept in a cookie.
func (s *Server) guest(c echo.Context) string {
	if t, ok := c.Get(guestCookie).(string); ok {
		return t
	}
	var t string
	if cookie, err := c.Request().Cookie(guestCookie); err == nil && len(cookie.Value) == len(rand.Text()) {
		t = cookie.Value
	} else {
		t = rand.Text()
		s.setCookie(c, guestCookie, t, guestCookieLife)
	}
	c.Set(guestCookie, t)
	return t
}

// guests lets through what forms of [Server.guest] send.
func (s *Server) guests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !changes(c.Request()) {
			return next(c)
		}
		cookie, err := c.Request().Cookie(guestCookie)
		if err != nil || !sameToken(token(c), cookie.Value) {
			return domain.Errorf(domain.Forbidden, "", "The form was too old, or your browser takes no cookies. Go back, reload the page and send it again.")
		}
		return next(c)
	}
}
