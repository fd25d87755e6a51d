package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// zoneCookie is the browser's time zone, which only a script can know: it writes the cookie.
const zoneCookie = "linklog_zone"

// zone is the browser's, empty if it hasn't said.
func zone(c echo.Context) string {
	cookie, err := c.Request().Cookie(zoneCookie)
	if err != nil {
		return ""
	}
	name, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return ""
	}
	return name
}

// getAnalytics is GET /analytics: the clicks of the account, of a domain, a tag or a link. What
// can't be answered is said on the page, with the choices still there.
func (s *Server) getAnalytics(c echo.Context) error {
	a, wrong := askedOf(c.QueryParams(), zone(c), s.clock())
	of, err := s.scopeOf(c, &a)
	if domain.CodeOf(err) == domain.Validation {
		wrong = errors.Join(wrong, err)
	} else if err != nil {
		return err
	}
	p := analyticsPage{asked: &a, Of: of, Map: s.assets.url("world.svg")}
	if wrong == nil {
		wrong = s.findOut(c, &p)
	}
	if wrong == nil {
		return s.page(c, "Analytics", analyticsView(&p), "uplot.css", "uplot.js", "analytics.js")
	}
	e, ok := errors.AsType[*domain.Error](wrong)
	if !ok || e.Code != domain.Validation {
		return wrong
	}
	p.Problem = sentence(e)
	return s.again(c, e, "Analytics", analyticsView(&p), "uplot.css", "uplot.js", "analytics.js")
}

// findOut asks the clicks model all that the page shows.
func (s *Server) findOut(c echo.Context, p *analyticsPage) error {
	ctx := c.Request().Context()
	now, err := s.Clicks.Analyse(ctx, p.question(p.Of.links, topAsked, p.wanted()...))
	if err != nil {
		return err
	}
	if !p.compare {
		p.answered(&now, nil)
		return nil
	}
	q := p.question(p.Of.links, 0)
	b := p.before()
	q.From, q.To = b.from, b.to
	before, err := s.Clicks.Analyse(ctx, q)
	if err != nil {
		return err
	}
	p.answered(&now, &before)
	return nil
}

// wanted are the breakdowns of the cards, and countries for the map.
func (a *asked) wanted() (all []clicks.Dimension) {
	for _, c := range cards {
		if d, ok := a.tabs[c.name]; ok && !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	if !slices.Contains(all, clicks.Country) && slices.Contains(a.filter.Breakdowns(), clicks.Country) {
		all = append(all, clicks.Country)
	}
	return all
}

// getBreakdown is GET /analytics/:dimension: all values, a page at a time.
func (s *Server) getBreakdown(c echo.Context) error {
	d, err := clicks.ParseDimension(c.Param("dimension"))
	if err != nil {
		return domain.Errorf(domain.NotFound, "", "Clicks are not broken down by that.")
	}
	a, err := askedOf(c.QueryParams(), zone(c), s.clock())
	if err != nil {
		return err
	}
	q := a.question(nil, rowsPerPage, d)
	if q.After, err = afterOf(c.QueryParam("after")); err != nil {
		return err
	}
	of, err := s.scopeOf(c, &a)
	if err != nil {
		return err
	}
	q.Links = of.links
	found, err := s.Clicks.Analyse(c.Request().Context(), q)
	if err != nil {
		return err
	}
	p := breakdownPage{asked: &a, Of: of, Total: found.Breakdowns[0].Total, First: q.After.Value == ""}
	p.Ranking = a.ranked(&found.Breakdowns[0], 0)
	path := "/analytics/" + d.String()
	p.Back, p.Top = a.with(), a.at(path)
	if b := found.Breakdowns[0]; b.Rest > 0 {
		last := b.Rows[len(b.Rows)-1]
		p.Next = a.at(path, "after", strconv.FormatUint(last.Clicks, 10)+" "+last.Value)
	}
	return s.page(c, "Clicks by "+strings.ToLower(p.Ranking.Title), breakdownView(&p))
}

// breakdownPage is a page of one breakdown.
type breakdownPage struct {
	*asked

	Of              scope
	Ranking         ranking
	Total           uint64
	First           bool
	Back, Top, Next templ.SafeURL
}

// afterOf reads the last row of the page before.
func afterOf(raw string) (r clicks.Row, err error) {
	if raw == "" {
		return r, nil
	}
	n, value, ok := strings.Cut(raw, " ")
	r.Value = value
	if r.Clicks, err = strconv.ParseUint(n, 10, 64); err != nil || !ok || value == "" {
		return r, domain.Errorf(domain.Validation, "after", "That page can't be found. Begin with the first one.")
	}
	return r, nil
}
