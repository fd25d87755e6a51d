package httpapi

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Limits of requests per window.
const (
	Window         = time.Hour
	AnonymousLimit = 1_000 // per address, without a valid key
	FreeLimit      = 1_000 // per key
	ProLimit       = 10_000
	Unlimited      = 1_000_000_000 // what is shown where nothing is counted
)

const (
	headerLimit     = "X-RateLimit-Limit"
	headerRemaining = "X-RateLimit-Remaining"
	headerReset     = "X-RateLimit-Reset"
)

// What is kept with a request.
const (
	callerKey = "caller"
	apartKey  = "apart" // what keeps the idempotency keys of those who became the same caller apart
	resetKey  = "reset" // the end of the window shown
)

// caller is who asks; its account is empty without a valid key.
func caller(c echo.Context) domain.Caller {
	who, _ := c.Get(callerKey).(domain.Caller)
	return who
}

// allow learns who asks and takes the request off their allowance.
func (s *Server) allow(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, err := s.identify(c)
		if err != nil {
			return unavailable(err)
		}
		c.Set(callerKey, who)
		if err := s.take(c, who); err != nil {
			return err
		}
		if err := s.burst(c, who); err != nil {
			return err
		}
		return next(c)
	}
}

// identify is the caller behind the Authorization header, or else behind a cookie; zero if there
// is none.
func (s *Server) identify(c echo.Context) (domain.Caller, error) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	switch d := dialectOf(c); {
	case scheme == "":
		return s.signedIn(c), nil
	case strings.EqualFold(scheme, "Bearer"):
	case d != nil && d.BareKeys && token == "":
		token = scheme
	default:
		return domain.Caller{}, nil
	}
	who, err := s.keys.Authenticate(c.Request().Context(), strings.TrimSpace(token))
	if err != nil && domain.CodeOf(err) == domain.Unauthorized {
		return domain.Caller{}, nil
	}
	return who, err
}

// take counts the request and shows what is left.
func (s *Server) take(c echo.Context, who domain.Caller) error {
	bucket, limit := string(who.Key), s.planOf(who).Requests
	if who.Account == "" {
		bucket, limit = s.allowances.Anonymous(s.address(c)), AnonymousLimit
	}
	if limit == Unlimited {
		show(c, limit, limit, s.nextWindow())
		return nil
	}
	remaining, reset, allowed, err := s.allowances.Take(c.Request().Context(), bucket, limit, Window)
	if err != nil {
		show(c, limit, limit, s.nextWindow())
		return unavailable(err)
	}
	show(c, limit, remaining, reset)
	if !allowed {
		return domain.Errorf(domain.RateLimited, "", "You have exceeded the limit of %d requests per hour.", limit)
	}
	return nil
}

// showUntouched shows a full allowance, for answers that come before anything is counted.
func (s *Server) showUntouched(c echo.Context) {
	show(c, AnonymousLimit, AnonymousLimit, s.nextWindow())
}

func show(c echo.Context, limit, remaining int, reset time.Time) {
	c.Set(resetKey, reset)
	h := c.Response().Header()
	// Set would spell them X-Ratelimit-….
	h[headerLimit] = []string{strconv.Itoa(limit)}
	h[headerRemaining] = []string{strconv.Itoa(remaining)}
	h[headerReset] = []string{strconv.FormatInt(reset.Unix(), 10)}
}

func (s *Server) nextWindow() time.Time { return s.clock().Truncate(Window).Add(Window) }

// address is the caller's, which a trusted proxy may tell.
func (s *Server) address(c echo.Context) netip.Addr {
	a, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return netip.IPv4Unspecified() // a unix socket, say: all of those are one
	}
	return a.WithZone("")
}

// unavailable is err for a caller who can only wait.
func unavailable(err error) error {
	return fmt.Errorf("%w: %w", domain.Errorf(domain.Unavailable, "", "The request can't be checked at the moment. Retry after a short delay."), err)
}
