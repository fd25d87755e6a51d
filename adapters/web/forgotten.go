package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// getForgotten is GET /forgotten.
func (s *Server) getForgotten(c echo.Context) error {
	return s.page(c, "Forgotten password", forgottenForm(s.form(c), false))
}

// postForgotten is POST /forgotten. It says the same whether anybody has the address.
func (s *Server) postForgotten(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.sendReset(c.Request().Context(), f.Get("email"))
	}
	if err != nil {
		return s.again(c, err, "Forgotten password", forgottenForm(f.refused(err), false))
	}
	return s.page(c, "Forgotten password", forgottenForm(f, true))
}

func (s *Server) sendReset(ctx context.Context, email string) error {
	token, err := s.People.Forgotten(ctx, email)
	if err != nil || token == "" {
		return err
	}
	return s.send(ctx, email, "A new password for Linklog", "Somebody, hopefully you, asked for a new password. Open this to set one:",
		s.address("/reset/"+token), "It works once, and for a short time. If it wasn't you, do nothing: your password stays as it is.")
}

// getReset is GET /reset/:token.
func (s *Server) getReset(c echo.Context) error {
	return s.page(c, "New password", resetForm(s.form(c), c.Request().URL.Path))
}

// postReset is POST /reset/:token: sets a password. Who has a second factor still needs it, so
// everybody signs in anew.
func (s *Server) postReset(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	_, err = s.People.Reset(c.Request().Context(), c.Param("token"), f.Raw("password"))
	if e := fieldOf(err); e == "token" {
		err = domain.Errorf(domain.Validation, "", "This link was used, or is too old. Ask for another one.")
	}
	if err != nil {
		return s.again(c, err, "New password", resetForm(f.refused(err), c.Request().URL.Path))
	}
	s.setCookie(c, sessionCookie, "", 0)
	return s.done(c, "/sign-in", "Your new password is set. Sign in with it.")
}
