package httpapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

// status is how a code looks over HTTP.
type status struct {
	HTTP int
	Code string
}

// statuses has the status of every code, at the code's place.
var statuses = [...]status{
	domain.Internal:        {http.StatusInternalServerError, "INTERNAL_ERROR"},
	domain.InvalidURL:      {http.StatusBadRequest, "INVALID_URL"},
	domain.Validation:      {http.StatusUnprocessableEntity, "VALIDATION_ERROR"},
	domain.Unauthorized:    {http.StatusUnauthorized, "UNAUTHORIZED"},
	domain.Forbidden:       {http.StatusForbidden, "FORBIDDEN"},
	domain.NotFound:        {http.StatusNotFound, "NOT_FOUND"},
	domain.SlugTaken:       {http.StatusConflict, "SLUG_TAKEN"},
	domain.VersionConflict: {http.StatusPreconditionFailed, "VERSION_CONFLICT"},
	domain.KeyReused:       {http.StatusUnprocessableEntity, "IDEMPOTENCY_KEY_REUSED"},
	domain.RateLimited:     {http.StatusTooManyRequests, "RATE_LIMITED"},
	domain.TooLarge:        {http.StatusRequestEntityTooLarge, "PAYLOAD_TOO_LARGE"},
	domain.DeadlinePassed:  {http.StatusServiceUnavailable, "UNAVAILABLE"},
	domain.Unavailable:     {http.StatusServiceUnavailable, "UNAVAILABLE"},
	domain.LimitReached:    {http.StatusForbidden, "FORBIDDEN"},
	domain.PlanForbids:     {http.StatusForbidden, "FORBIDDEN"},
	domain.ExternalTaken:   {http.StatusConflict, "EXTERNAL_ID_TAKEN"},
	domain.InUse:           {http.StatusConflict, "IN_USE"},
}

// methodNotAllowed has no code of the domain's: only HTTP has methods.
var methodNotAllowed = status{http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED"}

// failure is the body of every answer that isn't 2xx. Fate and key are in those of 503 to a
// write only.
type failure struct {
	Success bool `json:"success"`
	Error   struct {
		Code           string `json:"code"`
		Message        string `json:"message"`
		Fate           string `json:"fate,omitempty"`
		IdempotencyKey string `json:"idempotency_key,omitempty"`
	} `json:"error"`
}

// fail answers with an error, and logs what nobody but us can do anything about.
func (s *Server) fail(c echo.Context, err error) {
	st, message := describe(err)
	s.report(c, st, err)
	if c.Response().Committed {
		return
	}
	var f failure
	f.Error.Code, f.Error.Message = st.Code, message
	h := c.Response().Header()
	switch st.HTTP {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
		f.Error.Fate, f.Error.IdempotencyKey = fate(c, err)
		setUnlessEmpty(h, "Command-Fate", f.Error.Fate)
		setUnlessEmpty(h, idempotencyHeader, f.Error.IdempotencyKey)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", s.untilReset(c))
	}
	status, body := st.HTTP, any(f)
	if d := dialectOf(c); d != nil {
		status, body = d.Fail(failureOf(err, st, message))
	} else {
		setUnlessEmpty(h, "Error-Field", fieldOf(err)) // not in the body, which is as PocoLink's document has it
	}
	if err := answer(c, status, body); err != nil {
		s.log.DebugContext(c.Request().Context(), "answer not sent", "error", err)
	}
}

// describe is what the caller may know of an error.
func describe(err error) (status, string) {
	if h, ok := errors.AsType[*echo.HTTPError](err); ok { // the router's own
		switch h.Code {
		case http.StatusNotFound:
			return statuses[domain.NotFound], "There is nothing at this path."
		case http.StatusMethodNotAllowed:
			return methodNotAllowed, "This path does not have that method; see the Allow header."
		}
	}
	e, ok := errors.AsType[*domain.Error](err)
	switch {
	case ok && e.Code != domain.Internal:
		return statuses[e.Code], e.Message
	case away(err):
		return statuses[domain.Unavailable], "A part of the service is away. Retry after a short delay."
	}
	return statuses[domain.Internal], "Unexpected server error. Retry after a short delay."
}

// fieldOf is what of the request is wrong; empty: nothing alone, or nothing that the caller sent.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*domain.Error](err); ok && e.Code != domain.Internal {
		return e.Field
	}
	return ""
}

// failureOf is what a dialect may know of an error.
func failureOf(err error, st status, message string) Failure {
	f := Failure{Code: domain.CodeOf(err), Field: fieldOf(err), Message: message, Status: st.HTTP}
	switch st.HTTP {
	case http.StatusNotFound:
		f.Code = domain.NotFound
	case http.StatusServiceUnavailable:
		f.Code = domain.Unavailable
	}
	return f
}

// away reports whether err means that something could not be reached, which passes by itself.
func away(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	return isNet || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF)
}

// report logs an error once. A caller who went away is no news.
func (s *Server) report(c echo.Context, st status, err error) {
	if st.HTTP < 500 {
		return
	}
	level := slog.LevelError
	if st.HTTP == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	if c.Request().Context().Err() != nil {
		level = slog.LevelDebug
	}
	s.log.LogAttrs(c.Request().Context(), level, "request failed",
		slog.String("request_id", requestID(c)), slog.String("method", c.Request().Method),
		slog.String("route", c.Path()), slog.Int("status", st.HTTP), slog.Any("error", err))
}

// fate is what became of the request if it was a write: without other news nothing was begun.
func fate(c echo.Context, err error) (fate, key string) {
	if c.Request().Method == http.MethodGet {
		return "", ""
	}
	key = c.Request().Header.Get(idempotencyHeader)
	fate = commands.NotDone.String()
	if u, ok := errors.AsType[*unfinished](err); ok {
		key, fate = u.key, u.Fate.String()
	}
	return strings.ReplaceAll(fate, " ", "_"), key
}

// untilReset is how many whole seconds a caller has to wait for the next window.
func (s *Server) untilReset(c echo.Context) string {
	reset, _ := c.Get(resetKey).(time.Time)
	return strconv.Itoa(max(1, int(reset.Sub(s.clock()).Seconds())))
}

func setUnlessEmpty(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}
