package httpapi

import (
	"net/url"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// MaxPoints is the most entries a time series has: ten years of days, five months of hours.
const MaxPoints = 3_660

// defaultPeriod is how far back analytics go if nobody says otherwise.
const defaultPeriod = 30 * 24 * time.Hour

// period is what analytics are asked for: whole quarters of an hour, hours or days of a
// place; to is outside.
type period struct {
	from, to    time.Time // in the place's time
	granularity clicks.Granularity
}

// parsePeriod reads from, to, granularity and timezone.
func parsePeriod(q url.Values, now time.Time) (period, error) {
	p := period{granularity: clicks.Day}
	loc, err := parseZone(q.Get("timezone"))
	if err != nil {
		return period{}, err
	}
	if g := q.Get("granularity"); g != "" {
		if p.granularity, err = clicks.ParseGranularity(g); err != nil {
			return period{}, err
		}
	}
	to, err := parseBound(q, "to", now, loc, true)
	if err != nil {
		return period{}, err
	}
	from, err := parseBound(q, "from", to.Add(-defaultPeriod), loc, false)
	if err != nil {
		return period{}, err
	}
	if from.After(to) {
		return period{}, domain.Errorf(domain.Validation, "from", "from must not be after to")
	}
	p.widen(from.In(loc), to.In(loc))
	if p.to.Sub(p.from) > MaxPoints*p.point() {
		return period{}, domain.Errorf(domain.Validation, "from",
			"from and to must be at most %d times %s apart: ask for a shorter range or a coarser granularity", MaxPoints, p.granularity)
	}
	return p, nil
}

// parseZone is the time zone of an IANA name.
func parseZone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, domain.Errorf(domain.Validation, "timezone", "timezone must be a name of the IANA database, as in Europe/Berlin")
	}
	return loc, nil
}

// parseBound reads one end of the range. A date stands for its first instant in loc, or, as
// the end, for its last.
func parseBound(q url.Values, name string, unless time.Time, loc *time.Location, isEnd bool) (time.Time, error) {
	raw := q.Get(name)
	if raw == "" {
		return unless, nil
	}
	t, isDate, err := parseTime(strings.ReplaceAll(raw, " ", "+")) // a zone's plus sign that was not escaped
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be an ISO 8601 date or datetime, as in 2025-08-20 or 2025-08-20T10:00:00Z", name)
	}
	if !isDate {
		return t, nil
	}
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, loc) // no clock is moved at noon
	if isEnd {
		return clicks.Day.Next(clicks.Day.Start(noon)).Add(-time.Nanosecond), nil
	}
	return clicks.Day.Start(noon), nil
}

// widen makes the range whole steps, and one at least.
func (p *period) widen(from, to time.Time) {
	step := p.step()
	p.from, p.to = step.Start(from), step.Start(to)
	if p.to.Before(to) || p.to.Equal(p.from) {
		p.to = step.Next(p.to)
	}
}

// step is what ends of the range are widened to.
func (p *period) step() clicks.Granularity { return min(p.granularity, clicks.Day) }

// point is how long an entry of the series is, at least.
func (p *period) point() time.Duration {
	const day = 24 * time.Hour
	return [...]time.Duration{15 * time.Minute, time.Hour, day, 7 * day, 28 * day}[p.granularity]
}

// before is the period of the same length that ends where p begins: as many days of the place,
// however long they were.
func (p *period) before() period {
	b := period{to: p.from, granularity: p.granularity}
	if p.step() != clicks.Day {
		b.from = p.from.Add(-p.to.Sub(p.from))
		return b
	}
	days := int((p.to.Sub(p.from) + 12*time.Hour) / (24 * time.Hour))
	b.from = clicks.Day.Start(p.from.Add(12*time.Hour).AddDate(0, 0, -days))
	if !b.from.Before(b.to) { // that date was skipped
		b.from = clicks.Day.Start(p.from.Add(-p.to.Sub(p.from)))
	}
	return b
}

// name is how an instant is written in answers: times in full, otherwise the date.
func (p *period) name(t time.Time) string {
	if p.step() != clicks.Day {
		return t.Format(time.RFC3339)
	}
	return t.Format(time.DateOnly)
}

// last is the end of the range as answers name it: the end of the last hour, or the last day.
func (p *period) last() string {
	if p.step() != clicks.Day {
		return p.name(p.to)
	}
	return p.name(p.to.Add(-time.Nanosecond))
}

// zone is the name of the place's time.
func (p *period) zone() string { return p.from.Location().String() }
