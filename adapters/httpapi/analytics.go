package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// topValues is the most rows of a breakdown: all countries, and as many of anything else.
const topValues = 250

// Rows that stand for no value, and for values that are not listed one by one.
const (
	direct = "(direct)"
	other  = "(other)"
)

// analyticsAnswer is the document's, and below the line what is ours.
type analyticsAnswer struct {
	LinkID      string          `json:"link_id"`
	TotalClicks uint64          `json:"total_clicks"`
	Period      periodAnswer    `json:"period"`
	Timeseries  []pointAnswer   `json:"timeseries"`
	Breakdown   breakdownAnswer `json:"breakdown"`

	BotClicks      uint64 `json:"bot_clicks"`
	HeadRequests   uint64 `json:"head_requests"`
	UniqueVisitors uint64 `json:"unique_visitors"` // the sum of the days'
	Granularity    string `json:"granularity"`
}

type periodAnswer struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type pointAnswer struct {
	Date   string `json:"date"`
	Clicks uint64 `json:"clicks"`
}

type breakdownAnswer struct {
	Countries []countryAnswer  `json:"countries"`
	Devices   []typeAnswer     `json:"devices"`
	Referrers []referrerAnswer `json:"referrers"`

	Browsers  []nameAnswer `json:"browsers"`
	OS        []nameAnswer `json:"os"`
	Platforms []nameAnswer `json:"platforms"`
}

type countryAnswer struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Clicks uint64 `json:"clicks"`
}

type typeAnswer struct {
	Type   string `json:"type"`
	Clicks uint64 `json:"clicks"`
}

type referrerAnswer struct {
	Domain string `json:"domain"`
	Clicks uint64 `json:"clicks"`
}

type nameAnswer struct {
	Name   string `json:"name"`
	Clicks uint64 `json:"clicks"`
}

// getAnalytics is GET /v1/links/:id/analytics.
func (s *Server) getAnalytics(c echo.Context) error {
	p, err := parsePeriod(c.QueryParams(), s.clock())
	if err != nil {
		return err
	}
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	a, err := s.clicks.Analyse(c.Request().Context(), clicks.Question{
		Links: []domain.LinkNumber{l.Number}, From: p.from, To: p.to, Granularity: p.granularity, Top: topValues,
		Breakdowns: []clicks.Dimension{clicks.Country, clicks.Device, clicks.Referrer, clicks.Browser, clicks.OS, clicks.Platform},
	})
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, analyticsAnswer{
		LinkID: l.Number.String(), TotalClicks: a.Total.Human, Period: periodAnswer{p.name(p.from), p.last()},
		Timeseries: series(&p, a.Series), Breakdown: breakdown(a.Breakdowns),
		BotClicks: a.Total.Bot, HeadRequests: a.Total.Heads, UniqueVisitors: a.Visitors, Granularity: p.granularity.String(),
	})
}

func series(p *period, points []clicks.Point) []pointAnswer {
	out := make([]pointAnswer, len(points))
	for i, pt := range points {
		out[i] = pointAnswer{p.name(pt.Start), pt.Human}
	}
	return out
}

func breakdown(all []clicks.Breakdown) (out breakdownAnswer) {
	for _, b := range all {
		switch b.Dimension {
		case clicks.Country:
			out.Countries = rows(b, "ZZ", func(v string, n uint64) countryAnswer { return countryAnswer{v, countryName(v), n} })
		case clicks.Device:
			out.Devices = rows(b, other, func(v string, n uint64) typeAnswer { return typeAnswer{v, n} })
		case clicks.Referrer:
			out.Referrers = rows(b, direct, func(v string, n uint64) referrerAnswer { return referrerAnswer{v, n} })
		case clicks.Browser:
			out.Browsers = rows(b, other, newName)
		case clicks.OS:
			out.OS = rows(b, other, newName)
		case clicks.Platform:
			out.Platforms = rows(b, other, newName)
		}
	}
	return out
}

func newName(v string, n uint64) nameAnswer { return nameAnswer{v, n} }

// rows lists a breakdown so that its clicks add up to the total: most clicked first, then what
// is not listed one by one, then what has no value.
func rows[R any](b clicks.Breakdown, without string, row func(value string, n uint64) R) []R {
	out := make([]R, 0, len(b.Rows)+2)
	for _, r := range b.Rows {
		out = append(out, row(r.Value, r.Clicks))
	}
	rest := b.Rest + b.Over
	if without == other {
		rest, b.Without = rest+b.Without, 0
	}
	if rest > 0 {
		out = append(out, row(other, rest))
	}
	if b.Without > 0 {
		out = append(out, row(without, b.Without))
	}
	return out
}
