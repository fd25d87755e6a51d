package web

import (
	"net/url"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// maxPoints bounds a chart: more can't be told apart, and would make the page heavy.
const maxPoints = 750

// period is a range of whole hours or days of a place; to is outside.
type period struct {
	from, to    time.Time
	granularity clicks.Granularity
}

// preset is a range that ends now.
type preset struct {
	name, label string
	days        int // 0: the last 24 hours
}

var presets = []preset{
	{"24h", "24 hours", 0}, {"7d", "7 days", 7}, {"30d", "30 days", 30}, {"90d", "90 days", 90}, {"12m", "12 months", 365},
}

const (
	defaultRange = "30d"
	ownDates     = "dates" // the range from … to
)

// periodOf reads range, from, to, granularity and timezone.
func periodOf(v url.Values, now time.Time) (p period, err error) {
	loc, err := zoneOf(v.Get("timezone"))
	if err != nil {
		return periodUnless(now), err
	}
	if p, err = rangeOf(v, now.In(loc)); err != nil {
		return periodUnless(now.In(loc)), err
	}
	p.granularity = p.natural()
	if name := v.Get("granularity"); name != "" {
		if p.granularity, err = clicks.ParseGranularity(name); err != nil {
			p.granularity = p.natural()
			return p, err
		}
	}
	if p.to.Sub(p.from) > maxPoints*pointTime(p.granularity) {
		return p, domain.Errorf(domain.Validation, "granularity",
			"That is more than %d points by %s: choose a shorter range or longer steps.", maxPoints, stepName(p.granularity))
	}
	return p, nil
}

// periodUnless is what a page shows beside a range that can't be read.
func periodUnless(now time.Time) period {
	p := lastDays(now, 30)
	p.granularity = p.natural()
	return p
}

func zoneOf(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, domain.Errorf(domain.Validation, "timezone", "There is no time zone %q. Names are like Europe/Berlin.", name)
	}
	return loc, nil
}

func rangeOf(v url.Values, now time.Time) (period, error) {
	name := v.Get("range")
	if name == "" {
		name = defaultRange
		if v.Get("from") != "" || v.Get("to") != "" {
			name = ownDates
		}
	}
	if name == ownDates {
		return datesOf(v, now)
	}
	for _, p := range presets {
		if p.name != name {
			continue
		}
		if p.days == 0 {
			end := clicks.Hour.Next(clicks.Hour.Start(now))
			return period{from: clicks.Hour.Start(end.Add(-24 * time.Hour)), to: end}, nil
		}
		return lastDays(now, p.days), nil
	}
	return period{}, domain.Errorf(domain.Validation, "range", "range must be 24h, 7d, 30d, 90d, 12m or dates")
}

// lastDays are whole days of the place, today included.
func lastDays(now time.Time, days int) period {
	today := clicks.Day.Start(now)
	return period{from: clicks.Day.Start(noon(today).AddDate(0, 0, 1-days)), to: clicks.Day.Next(today)}
}

// noon of a day: no clock is moved then.
func noon(day time.Time) time.Time { return day.Add(12 * time.Hour) }

// datesOf are the dates from … to, both included. One that is missing is that of 30 days.
func datesOf(v url.Values, now time.Time) (period, error) {
	last := lastDays(now, 30)
	from, to := last.from, clicks.Day.Start(now)
	var err error
	if raw := v.Get("to"); raw != "" {
		if to, err = dateIn(raw, "to", now.Location()); err != nil {
			return period{}, err
		}
		from = clicks.Day.Start(noon(to).AddDate(0, 0, -29))
	}
	if raw := v.Get("from"); raw != "" {
		if from, err = dateIn(raw, "from", now.Location()); err != nil {
			return period{}, err
		}
	}
	if from.After(to) {
		return period{}, domain.Errorf(domain.Validation, "from", "The first day is after the last one.")
	}
	return period{from: from, to: clicks.Day.Next(to)}, nil
}

func dateIn(raw, field string, loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, raw, loc)
	if err != nil || t.Year() < 1970 || t.Year() > 9000 {
		return t, domain.Errorf(domain.Validation, field, "A date is like 2025-08-20.")
	}
	return clicks.Day.Start(time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, loc)), nil
}

// natural is the granularity that shows the range well.
func (p *period) natural() clicks.Granularity {
	const day = 24 * time.Hour
	switch long := p.to.Sub(p.from); {
	case long <= 49*time.Hour:
		return clicks.Hour
	case long <= 100*day:
		return clicks.Day
	case long <= 800*day:
		return clicks.Week
	}
	return clicks.Month
}

// pointTime is how long a point lasts, at least.
func pointTime(g clicks.Granularity) time.Duration {
	const day = 24 * time.Hour
	return [...]time.Duration{15 * time.Minute, time.Hour, day, 7 * day, 28 * day}[g]
}

// before is the period of the same length that ends where p begins, in days of the place if p is
// of whole days.
func (p *period) before() period {
	b := period{from: p.from.Add(-p.to.Sub(p.from)), to: p.from, granularity: p.granularity}
	if p.inDays() {
		days := int((p.to.Sub(p.from) + 12*time.Hour) / (24 * time.Hour))
		b.from = clicks.Day.Start(noon(p.from).AddDate(0, 0, -days))
	}
	return b
}

// inDays reports whether the period is of whole days.
func (p *period) inDays() bool {
	return clicks.Day.Start(p.from).Equal(p.from) && clicks.Day.Start(p.to).Equal(p.to)
}

// last is the last instant, or what names the last day.
func (p *period) last() time.Time { return p.to.Add(-time.Nanosecond) }

// stamp is an end of the period as the native API reads it.
func (p *period) stamp(t time.Time) string {
	if p.inDays() {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

func (p *period) lastStamp() string {
	if p.inDays() {
		return p.stamp(p.last())
	}
	return p.stamp(p.to)
}

// String is the period for people.
func (p *period) String() string {
	if !p.inDays() {
		return p.from.Format("2 Jan, 15:04") + " – " + p.to.Format("2 Jan, 15:04")
	}
	return p.from.Format("2 Jan 2006") + " – " + p.last().Format("2 Jan 2006")
}

// stepName is what people call a granularity.
func stepName(g clicks.Granularity) string {
	if g == clicks.Quarter {
		return "quarter of an hour"
	}
	return g.String()
}

// steps are the granularities that the range has room for.
func (p *period) steps() (all []clicks.Granularity) {
	for g := clicks.Quarter; g <= clicks.Month; g++ {
		if points := p.to.Sub(p.from) / pointTime(g); points >= 1 && points <= maxPoints {
			all = append(all, g)
		}
	}
	return all
}
