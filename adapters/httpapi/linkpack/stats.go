package linkpack

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

const (
	maxDays = 3_660 // of a period that is asked for
	maxRows = 1_000 // of a breakdown
)

// statsAnswer is what the document calls analytics.
type statsAnswer struct {
	Link struct {
		ID        string `json:"id"`
		LongURL   string `json:"longUrl"`
		ShortCode string `json:"shortCode"`
	} `json:"link"`
	TotalClicks uint64 `json:"totalClicks"`
	DateRange   struct {
		StartDate *string `json:"startDate"`
		EndDate   *string `json:"endDate"`
		Filtered  bool    `json:"filtered"`
	} `json:"dateRange"`
	Daily     []dayRow     `json:"daily"`
	Countries []countryRow `json:"countries"`
	Devices   []deviceRow  `json:"devices"`
	Referers  []refererRow `json:"referers"`
}

type dayRow struct {
	Date   string `json:"date"`
	Clicks uint64 `json:"clicks"`
}

type countryRow struct {
	Country string `json:"country"`
	Clicks  uint64 `json:"clicks"`
}

type deviceRow struct {
	Device string `json:"device"`
	Clicks uint64 `json:"clicks"`
}

type refererRow struct {
	Referer string `json:"referer"`
	Clicks  uint64 `json:"clicks"`
}

// stats is GET /api/v1/stats/:shortCode.
func (a *api) stats(c echo.Context) error {
	start, end, err := dates(c)
	if err != nil {
		return err
	}
	l, err := known(a.s.OwnSlug(c, c.Param("shortCode")))
	if err != nil {
		return err
	}
	from, to := a.period(l, start, end)
	if start != nil && to.Sub(from) > maxDays*24*time.Hour {
		return domain.Errorf(domain.Validation, "startDate", "startDate must be less than %d days before the end of the range", maxDays)
	}
	found, err := a.s.Analyse(c.Request().Context(), clicks.Question{
		Links: []domain.LinkNumber{l.Number}, From: from, To: to, Granularity: clicks.Day,
		Breakdowns: []clicks.Dimension{clicks.Country, clicks.Device, clicks.Referrer}, Top: maxRows,
	})
	if err != nil {
		return err
	}
	answer := statsAnswer{TotalClicks: found.Total.Human, Daily: make([]dayRow, 0, len(found.Series))}
	answer.Link.ID, answer.Link.LongURL, answer.Link.ShortCode = id(l.Number), string(l.Destination), string(l.Slug)
	answer.DateRange.StartDate, answer.DateRange.EndDate = textOrNil(c.QueryParam("startDate")), textOrNil(c.QueryParam("endDate"))
	answer.DateRange.Filtered = start != nil || end != nil
	for _, p := range found.Series {
		answer.Daily = append(answer.Daily, dayRow{p.Start.Format(time.DateOnly), p.Human})
	}
	answer.Countries = rows(found.Breakdowns[0], func(r clicks.Row) countryRow { return countryRow{r.Value, r.Clicks} })
	answer.Devices = rows(found.Breakdowns[1], func(r clicks.Row) deviceRow { return deviceRow{capital(r.Value), r.Clicks} })
	answer.Referers = referers(found.Breakdowns[2])
	return a.s.Answer(c, http.StatusOK, answer)
}

// rows are the values of a breakdown, most clicked first.
func rows[R any](b clicks.Breakdown, row func(clicks.Row) R) []R {
	all := make([]R, 0, len(b.Rows))
	for _, r := range b.Rows {
		all = append(all, row(r))
	}
	return all
}

// referers add up to the total: direct visits have their place among them, what is not listed one
// by one stands at the end.
func referers(b clicks.Breakdown) []refererRow {
	all := rows(b, func(r clicks.Row) refererRow { return refererRow{r.Value, r.Clicks} })
	if b.Without > 0 {
		all = append(all, refererRow{"Direct", b.Without})
	}
	slices.SortStableFunc(all, func(a, b refererRow) int { return cmp.Compare(b.Clicks, a.Clicks) })
	if rest := b.Rest + b.Over; rest > 0 {
		all = append(all, refererRow{"Other", rest})
	}
	return all
}

// dates are the days that a request asks for, nil where it leaves them open.
func dates(c echo.Context) (start, end *time.Time, err error) {
	if start, err = date(c, "startDate"); err != nil {
		return nil, nil, err
	}
	if end, err = date(c, "endDate"); err != nil {
		return nil, nil, err
	}
	if start != nil && end != nil && end.Before(*start) {
		err = domain.Errorf(domain.Validation, "startDate", "startDate must not be after endDate")
	}
	return start, end, err
}

func date(c echo.Context, name string) (*time.Time, error) {
	raw := c.QueryParam(name)
	if raw == "" {
		return nil, nil //nolint:nilnil // left open
	}
	t, err := time.Parse(time.DateOnly, raw)
	if err != nil || t.Year() < 1970 {
		return nil, domain.Errorf(domain.Validation, name, "%s must be a date, as in 2024-01-31", name)
	}
	return &t, nil
}

// period is the days from start to end, as UTC has them; to is outside. Left open it begins with
// the link, a little earlier in case that clocks differ, and ends today, and always has a day.
func (a *api) period(l domain.Link, start, end *time.Time) (from, to time.Time) {
	const day = 24 * time.Hour
	from, to = l.Created.Add(-domain.Skew).UTC().Truncate(day), a.Clock().UTC().Truncate(day)
	if start != nil {
		from = *start
	}
	if end != nil {
		to = *end
	}
	switch {
	case !from.After(to):
	case start == nil:
		from = to
	default:
		to = from
	}
	return from, to.AddDate(0, 0, 1)
}
