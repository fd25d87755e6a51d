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

// period is what analytics are asked for: whole hours or whole UTC days, to is outside.
type period struct {
	from, to    time.Time
	granularity clicks.Granularity
}

// parsePeriod reads from, to and granularity.
func parsePeriod(q url.Values, now time.Time) (period, error) {
	p := period{granularity: clicks.Day}
	switch g := q.Get("granularity"); g {
	case "", "day":
	case "hour":
		p.granularity = clicks.Hour
	case "week":
		p.granularity = clicks.Week
	default:
		return period{}, domain.Errorf(domain.Validation, "granularity", "granularity must be hour, day or week")
	}
	to, err := parseBound(q, "to", now, 24*time.Hour-1)
	if err != nil {
		return period{}, err
	}
	from, err := parseBound(q, "from", to.Add(-defaultPeriod), 0)
	if err != nil {
		return period{}, err
	}
	if from.After(to) {
		return period{}, domain.Errorf(domain.Validation, "from", "from must not be after to")
	}
	p.widen(from.UTC(), to.UTC())
	if p.to.Sub(p.from) > MaxPoints*p.point() {
		return period{}, domain.Errorf(domain.Validation, "from",
			"from and to must be at most %d %ss apart: ask for a shorter range or a coarser granularity", MaxPoints, p.granularity)
	}
	return p, nil
}

// parseBound reads one end of the range; whole is added to dates: the last instant of the day.
func parseBound(q url.Values, name string, unless time.Time, whole time.Duration) (time.Time, error) {
	raw := q.Get(name)
	if raw == "" {
		return unless, nil
	}
	t, isDate, err := parseTime(strings.ReplaceAll(raw, " ", "+")) // a zone's plus sign that was not escaped
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be an ISO 8601 date or datetime, as in 2025-08-20 or 2025-08-20T10:00:00Z", name)
	}
	if isDate {
		t = t.Add(whole)
	}
	return t, nil
}

// widen makes the range whole hours or days, and one at least.
func (p *period) widen(from, to time.Time) {
	step := p.step()
	p.from, p.to = from.Truncate(step), to.Truncate(step)
	if p.to.Before(to) || p.to.Equal(p.from) {
		p.to = p.to.Add(step)
	}
}

// step is what ends of the range are widened to.
func (p *period) step() time.Duration {
	if p.granularity == clicks.Hour {
		return time.Hour
	}
	return 24 * time.Hour
}

// point is how long an entry of the series is.
func (p *period) point() time.Duration {
	if p.granularity == clicks.Week {
		return 7 * 24 * time.Hour
	}
	return p.step()
}

// name is how an instant is written in answers: hours in full, otherwise the date.
func (p *period) name(t time.Time) string {
	if p.granularity == clicks.Hour {
		return t.UTC().Format(time.RFC3339)
	}
	return t.UTC().Format(time.DateOnly)
}

// last is the end of the range as answers name it: the end of the last hour, or the last day.
func (p *period) last() string {
	if p.granularity == clicks.Hour {
		return p.name(p.to)
	}
	return p.name(p.to.Add(-time.Nanosecond))
}
