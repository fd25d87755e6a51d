package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// getForgotten is GET /forgotten.
func (s *Server) getForgotten(c echo.Context) error {
	return s.page(c, "Forgotten password", forgottenForm(s.form(c), false))
}

// postForgotten is POST /forgotten. It says the same whether anybody has the address, and as soon:
// the mail is sent afterwards.
func (s *Server) postForgotten(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.resetLater(c.Request().Context(), f.Get("email"))
	}
	if err != nil {
		return s.again(c, err, "Forgotten password", forgottenForm(f.refused(err), false))
	}
	return s.page(c, "Forgotten password", forgottenForm(f, true))
}

// Mails that are sent after the answer.
const (
	mostAfterwards = 32 // at a time
	afterwardsTime = 30 * time.Second
)

// resetLater has [Server.Wait] wait for a mail that is on its way.
func (s *Server) resetLater(ctx context.Context, email string) error {
	if s.Mailer == nil {
		return errNoMail()
	}
	select {
	case s.sending <- struct{}{}:
	default:
		return domain.Errorf(domain.RateLimited, "", "Too many mails are on their way. Try again in a moment.")
	}
	s.afterwards.Go(func() {
		defer func() { <-s.sending }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterwardsTime)
		defer cancel()
		if err := s.sendReset(ctx, email); err != nil {
			s.log.WarnContext(ctx, "a mail for a new password was not sent", "error", err)
		}
	})
	return nil
}

// Wait waits until what answers have left to be done is done. No request may come any more.
func (s *Server) Wait() { s.afterwards.Wait() }

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
