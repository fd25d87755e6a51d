package httpapi

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// scope is whose clicks are asked for.
type scope struct {
	links []domain.LinkNumber
	link  string // its id, if it is about one
	on    string // the domain, if it is about one
	tag   string // the tag, if it is about one
}

// linkScope is the caller's link of the path.
func (s *Server) linkScope(c echo.Context) (scope, error) {
	l, err := s.ownLink(c)
	return scope{links: []domain.LinkNumber{l.Number}, link: l.Number.String()}, err
}

// accountScope is all links of the caller, or those on one domain, or with one tag, or both.
func (s *Server) accountScope(c echo.Context) (of scope, err error) {
	ctx, who := c.Request().Context(), caller(c).Account
	var host domain.Host
	if raw := c.QueryParam("domain"); raw != "" {
		if host, err = domain.ParseHost(raw); err != nil {
			return scope{}, Renamed(err, "host", "domain")
		}
	}
	of.on = string(host)
	if raw := c.QueryParam("tag"); raw != "" {
		if of.tag, err = parseTag(raw); err != nil {
			return scope{}, err
		}
	}
	if of.tag == "" || host != "" {
		if of.links, err = s.links.Numbers(ctx, who, host); err != nil {
			return scope{}, err
		}
	}
	if of.tag == "" {
		return of, nil
	}
	tagged, err := s.links.NumbersOf(ctx, links.Filter{Account: who, Tag: of.tag, Life: links.Any, Now: s.clock()})
	if err != nil || host == "" {
		of.links = tagged
		return of, err
	}
	of.links = slices.DeleteFunc(of.links, func(n domain.LinkNumber) bool {
		_, has := slices.BinarySearch(tagged, n)
		return !has
	})
	return of, nil
}

// getLinkAnalytics is GET /v1/links/:id/analytics.
func (s *Server) getLinkAnalytics(c echo.Context) error { return s.getAnalytics(c, s.linkScope) }

// getAccountAnalytics is GET /v1/analytics.
func (s *Server) getAccountAnalytics(c echo.Context) error { return s.getAnalytics(c, s.accountScope) }

func (s *Server) getAnalytics(c echo.Context, scoped func(echo.Context) (scope, error)) error {
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	q, err := parseAnalytics(c.QueryParams(), s.clock())
	if err != nil {
		return err
	}
	if err := q.question(nil).Check(); err != nil {
		return err
	}
	of, err := scoped(c)
	if err != nil {
		return err
	}
	a, err := s.clicks.Analyse(c.Request().Context(), q.question(of.links))
	if err != nil {
		return err
	}
	if asCSV {
		return analyticsCSV(c, &q, &a)
	}
	shown := q.answer(of, &a)
	if q.compare {
		if shown.Previous, err = s.previous(c, &q, of, shown.TotalClicks); err != nil {
			return err
		}
	}
	return answer(c, http.StatusOK, shown)
}

// previous is the period before, and how the clicks have changed since.
func (s *Server) previous(c echo.Context, q *analyticsQuery, of scope, now uint64) (*previousAnswer, error) {
	question, p := q.previous(of.links)
	a, err := s.clicks.Analyse(c.Request().Context(), question)
	if err != nil {
		return nil, err
	}
	shown := &previousAnswer{
		Period: periodAnswer{p.name(p.from), p.last()}, TotalClicks: q.count(a.Total), BotClicks: a.Total.Bot, HeadRequests: a.Total.Heads,
		UniqueVisitors: q.visitors(&a),
	}
	if shown.TotalClicks > 0 {
		change := float64(now)/float64(shown.TotalClicks) - 1
		shown.Change = &change
	}
	return shown, nil
}

// getLinkBreakdown is GET /v1/links/:id/analytics/:dimension: all values, a page at a time.
func (s *Server) getLinkBreakdown(c echo.Context) error { return s.getBreakdown(c, s.linkScope) }

// getAccountBreakdown is GET /v1/analytics/:dimension.
func (s *Server) getAccountBreakdown(c echo.Context) error { return s.getBreakdown(c, s.accountScope) }

func (s *Server) getBreakdown(c echo.Context, scoped func(echo.Context) (scope, error)) error {
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	q, err := parseAnalytics(c.QueryParams(), s.clock())
	if err != nil {
		return err
	}
	d, err := clicks.ParseDimension(c.Param("dimension"))
	if err != nil {
		return domain.Errorf(domain.NotFound, "", "clicks are not broken down by %q", c.Param("dimension"))
	}
	question := q.question(nil)
	question.Breakdowns = []clicks.Dimension{d}
	if question.After, err = parseRowCursor(c.QueryParam("cursor")); err != nil {
		return err
	}
	if question.Top, err = breakdownPage(c.QueryParam("limit"), asCSV); err != nil {
		return err
	}
	if err := question.Check(); err != nil {
		return err
	}
	of, err := scoped(c)
	if err != nil {
		return err
	}
	question.Links = of.links
	a, err := s.clicks.Analyse(c.Request().Context(), question)
	if err != nil {
		return err
	}
	if asCSV {
		return breakdownCSV(c, &a.Breakdowns[0])
	}
	return answer(c, http.StatusOK, q.breakdownPage(of, &a))
}
