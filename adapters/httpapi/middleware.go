package httpapi

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// headerRequestID names the request in answers and logs.
const headerRequestID = "X-Request-ID"

// observe surrounds everything else: it names the request, answers errors, and keeps the access
// log.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := s.clock()
		id := c.Request().Header.Get(headerRequestID)
		if !isRequestID(id) {
			id = strings.ToLower(rand.Text()[:16])
		}
		c.Response().Header().Set(headerRequestID, id)
		s.recognise(c)
		s.showUntouched(c)
		if err := next(c); err != nil {
			s.fail(c, err)
		}
		if ctx := c.Request().Context(); s.log.Enabled(ctx, slog.LevelDebug) {
			s.log.LogAttrs(ctx, slog.LevelDebug, "request",
				slog.String("request_id", id), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
				slog.Int("status", c.Response().Status), slog.Duration("took", s.clock().Sub(begun)))
		}
		return nil
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(headerRequestID) }

// isRequestID lets a caller's own name for the request through if it can't hurt a log.
func isRequestID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// recover turns a panic into an error: one request's, not the process's.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler: //nolint:errorlint // panics are compared as they are
				panic(p)
			default:
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// authenticated lets only callers with a valid key through.
func authenticated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if caller(c).Account == "" {
			return domain.Errorf(domain.Unauthorized, "Authorization", "Missing or invalid API key.")
		}
		return next(c)
	}
}
