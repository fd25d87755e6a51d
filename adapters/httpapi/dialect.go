package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Dialect is the API of another product over the same links. Below its prefix every path, field,
// status and error is the other product's.
type Dialect struct {
	Name   string                               // one word: its prefix is /Name, and histories say that a change came through it
	Routes func(*echo.Group)                    // adds its routes; they are called with the prefix in front
	Fail   func(Failure) (status int, body any) // writes an error as its document does
	Burst  Burst                                // besides the plan's hourly limit; zero: none
	Open   []string                             // paths (as "POST /links") that need no key
	Scopes map[string]domain.Scopes             // of paths (as "POST /expand") whose method doesn't tell what they do

	BareKeys bool // a key may be all of the Authorization header, without Bearer
}

// Burst is a limit of requests per key in a short window.
type Burst struct {
	Requests int
	Window   time.Duration
}

// Failure is an error that a dialect puts into its own words.
type Failure struct {
	Code    domain.Code
	Field   string // of the domain's or the dialect's making; empty: none
	Message string // for people
	Status  int    // what the native API answers
}

const dialectKey = "dialect"

// dialectOf is the dialect of a request, nil for the native API.
func dialectOf(c echo.Context) *Dialect {
	d, _ := c.Get(dialectKey).(*Dialect)
	return d
}

// via is how histories call the way of a change.
func via(c echo.Context) string {
	if d := dialectOf(c); d != nil {
		return d.Name
	}
	return ""
}

// Serve adds a dialect. It must be called before the server starts.
func (s *Server) Serve(d Dialect) {
	s.dialects = append(s.dialects, &d)
	d.Routes(s.echo.Group("/" + d.Name))
}

// admit lets only callers with a valid key through to dialects, but for open paths. (If the group
// did it, the router would take every path below for one of it that has no method.)
func (*Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		d := dialectOf(c)
		if d == nil {
			return next(c)
		}
		if slices.Contains(d.Open, d.route(c)) {
			return permitted(next)(c)
		}
		return authenticated(permitted(next))(c)
	}
}

// route is a request's route without the dialect's prefix, as "POST /links".
func (d *Dialect) route(c echo.Context) string {
	return c.Request().Method + " " + strings.TrimPrefix(c.Path(), "/"+d.Name)
}

// recognise notes the dialect of a request by its prefix.
func (s *Server) recognise(c echo.Context) {
	for _, d := range s.dialects {
		rest, ok := strings.CutPrefix(c.Request().URL.Path, "/"+d.Name)
		if ok && (rest == "" || rest[0] == '/') {
			c.Set(dialectKey, d)
			return
		}
	}
}

// rehost puts a dialect's prefix in front of the path of a request to its own host name. The
// documents are the same everywhere.
func (s *Server) rehost(r *http.Request) {
	if len(s.dialectHosts) == 0 || strings.HasPrefix(r.URL.Path, "/openapi/") {
		return
	}
	host, err := domain.ParseHost(r.Host)
	if name := s.dialectHosts[host]; err == nil && name != "" {
		r.URL.Path = "/" + name + r.URL.Path
		if r.URL.RawPath != "" {
			r.URL.RawPath = "/" + name + r.URL.RawPath
		}
	}
}

// Base is the address of the dialect that a request was sent to, without a slash at its end.
func (s *Server) Base(c echo.Context) string {
	base := c.Scheme() + "://" + c.Request().Host
	host, err := domain.ParseHost(c.Request().Host)
	if d := dialectOf(c); d != nil && (err != nil || s.dialectHosts[host] != d.Name) {
		base += "/" + d.Name
	}
	return base
}

// burst takes a request off the dialect's own limit.
func (s *Server) burst(c echo.Context, who domain.Caller) error {
	d := dialectOf(c)
	if d == nil || d.Burst.Requests == 0 || who.Account == "" {
		return nil
	}
	_, reset, allowed, err := s.allowances.Take(c.Request().Context(), d.Name+":"+string(who.Key), d.Burst.Requests, d.Burst.Window)
	if err != nil {
		return unavailable(err)
	}
	if !allowed {
		c.Set(resetKey, reset)
		return domain.Errorf(domain.RateLimited, "", "Too many requests (limit: %d req/%s).", d.Burst.Requests, strings.TrimPrefix(d.Burst.Window.String(), "1"))
	}
	return nil
}
