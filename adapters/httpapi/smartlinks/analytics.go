package smartlinks

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// Bounds of a period.
const (
	defaultDays = 30
	maxDays     = 3_660
)

type analyticsAnswer struct {
	LinkID string `json:"linkId"`
	Period struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"period"`
	Metrics struct {
		Clicks       uint64            `json:"clicks"`
		UniqueClicks uint64            `json:"uniqueClicks"`
		Platforms    map[string]uint64 `json:"platforms"`
	} `json:"metrics"`
}

// analytics is GET /v1/analytics/{linkId}?from=2026-01-01&to=2026-01-31, both days included.
func (a *api) analytics(c echo.Context) error {
	from, to, err := period(c, a.Clock().UTC())
	if err != nil {
		return err
	}
	l, err := a.own(c, c.Param("id"))
	if err != nil {
		return err
	}
	found, err := a.s.Analyse(c.Request().Context(), clicks.Question{
		Links: []domain.LinkNumber{l.Number}, From: from, To: to, Granularity: clicks.Day, Breakdowns: []clicks.Dimension{clicks.Platform},
	})
	if err != nil {
		return err
	}
	answer := analyticsAnswer{LinkID: id(l.Number)}
	answer.Period.From, answer.Period.To = stamp(from), stamp(to.Add(-time.Second))
	answer.Metrics.Clicks, answer.Metrics.UniqueClicks = found.Total.Human, found.Visitors
	answer.Metrics.Platforms = map[string]uint64{"ios": 0, "android": 0, "web": 0}
	for _, row := range found.Breakdowns[0].Rows {
		if _, listed := answer.Metrics.Platforms[row.Value]; listed {
			answer.Metrics.Platforms[row.Value] += row.Clicks
		}
	}
	return a.s.Answer(c, http.StatusOK, answer)
}

// period is the days asked for; to is outside.
func period(c echo.Context, now time.Time) (from, to time.Time, err error) {
	last, err := day(c, "to", now.Truncate(24*time.Hour))
	if err != nil {
		return from, to, err
	}
	if from, err = day(c, "from", last.AddDate(0, 0, 1-defaultDays)); err != nil {
		return from, to, err
	}
	to = last.AddDate(0, 0, 1)
	switch {
	case last.Before(from):
		err = domain.Errorf(domain.Validation, "from", "from must not be after to")
	case to.Sub(from) > maxDays*24*time.Hour:
		err = domain.Errorf(domain.Validation, "from", "from and to must be at most %d days apart", maxDays)
	}
	return from, to, err
}

// day is a parameter like 2026-01-31, or a time of that day.
func day(c echo.Context, name string, unless time.Time) (time.Time, error) {
	raw := c.QueryParam(name)
	if raw == "" {
		return unless, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, raw); err == nil && t.Year() >= 1970 && t.Year() < 10_000 {
			return t.UTC().Truncate(24 * time.Hour), nil
		}
	}
	return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be a date, as in 2026-01-31", name)
}
