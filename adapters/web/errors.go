package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// statuses has the HTTP status of every code, at the code's place.
var statuses = [...]int{
	domain.Internal:        http.StatusInternalServerError,
	domain.InvalidURL:      http.StatusUnprocessableEntity,
	domain.Validation:      http.StatusUnprocessableEntity,
	domain.Unauthorized:    http.StatusUnauthorized,
	domain.Forbidden:       http.StatusForbidden,
	domain.NotFound:        http.StatusNotFound,
	domain.SlugTaken:       http.StatusConflict,
	domain.VersionConflict: http.StatusConflict,
	domain.KeyReused:       http.StatusUnprocessableEntity,
	domain.RateLimited:     http.StatusTooManyRequests,
	domain.TooLarge:        http.StatusRequestEntityTooLarge,
	domain.DeadlinePassed:  http.StatusServiceUnavailable,
	domain.Unavailable:     http.StatusServiceUnavailable,
	domain.LimitReached:    http.StatusForbidden,
	domain.PlanForbids:     http.StatusForbidden,
	domain.ExternalTaken:   http.StatusConflict,
}

// statusOf is how an error looks over HTTP.
func statusOf(err error) int {
	if h, ok := errors.AsType[*echo.HTTPError](err); ok {
		return h.Code
	}
	if errors.Is(err, identity.ErrSecondFactor) {
		return http.StatusOK // a step on the way
	}
	e, ok := errors.AsType[*domain.Error](err)
	if ok && e.Code != domain.Internal {
		return statuses[e.Code]
	}
	if _, network := errors.AsType[net.Error](err); network || errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail answers with a page about an error that no form is there to tell.
func (s *Server) fail(c echo.Context, err error) {
	code := statusOf(err)
	s.report(c, code, err)
	if c.Response().Committed {
		return
	}
	if who, unknown := s.SessionOf(c.Request()); unknown == nil {
		c.Set(sessionKey, who) // the way back is around the error
	}
	p := problemOf(code, err)
	if hx(c.Request()) { // the page stays as it is, with a word about it
		c.Response().Header().Set("Hx-Retarget", "#notices")
		c.Response().Header().Set("Hx-Reswap", "innerHTML")
		err = s.render(c, code, notice(flash{Kind: "bad", Text: p.Text}))
	} else {
		err = s.show(c, code, p.Title, problemPage(p))
	}
	if err != nil {
		s.log.DebugContext(c.Request().Context(), "answer not sent", "error", err)
	}
}

// problem is what people are told of an error.
type problem struct {
	Code  int
	Title string
	Text  string
}

func problemOf(code int, err error) problem {
	p := problem{Code: code, Title: "Something went wrong", Text: "It is not your doing, and it was noted down. Try again in a moment."}
	switch code {
	case http.StatusNotFound:
		p = problem{code, "Nothing here", "There is no such page, or it belongs to another account."}
	case http.StatusMethodNotAllowed:
		p = problem{code, "Nothing to send here", "This page takes no form."}
	case http.StatusForbidden:
		p.Title, p.Text = "Not allowed", "You may not do that."
	case http.StatusTooManyRequests:
		p.Title = "Too fast"
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Text = "Too large", "That is more than can be taken in one go."
	case http.StatusServiceUnavailable:
		p.Title, p.Text = "A part of the service is away", "It usually comes back by itself. Try again in a moment."
	default:
		if code < http.StatusInternalServerError {
			p.Title, p.Text = "That didn't work", "The request can't be used."
		}
	}
	if e, ok := errors.AsType[*domain.Error](err); ok && code < http.StatusInternalServerError {
		p.Text = sentence(e)
	}
	return p
}

// report logs an error once. A caller who went away is no news.
func (s *Server) report(c echo.Context, code int, err error) {
	if code < http.StatusInternalServerError {
		return
	}
	level := slog.LevelError
	if code == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	ctx := c.Request().Context()
	if ctx.Err() != nil {
		level = slog.LevelDebug
	}
	s.log.LogAttrs(ctx, level, "page failed", slog.String("method", c.Request().Method),
		slog.String("route", c.Path()), slog.Int("status", code), slog.Any("error", err))
}

// fieldOf is the field that an error is about, empty if none.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.Field
	}
	return ""
}

// message is what an error says to people.
func message(err error) string {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.Message
	}
	return err.Error()
}
