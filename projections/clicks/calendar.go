package clicks

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// Granularity is how long the points of a series are, on the clock of a place.
type Granularity uint8

// The granularities.
const (
	Quarter Granularity = iota // a quarter of an hour
	Hour
	Day
	Week // from Monday
	Month
	granularities
)

var granularityNames = [granularities]string{"15min", "hour", "day", "week", "month"}

// String is the granularity's name in requests.
func (g Granularity) String() string {
	if g < granularities {
		return granularityNames[g]
	}
	return ""
}

// ParseGranularity reads what String writes; anything else is a [domain.Validation] error.
func ParseGranularity(name string) (Granularity, error) {
	for g := range granularities {
		if granularityNames[g] == name {
			return g, nil
		}
	}
	return 0, domain.Errorf(domain.Validation, "granularity", "granularity must be 15min, hour, day, week or month, not %q", name)
}

// Start is the beginning of the period that t is in, on the clock of t's location.
func (g Granularity) Start(t time.Time) time.Time {
	switch g {
	case Quarter:
		return t.Truncate(slotTime) // every zone in use is a multiple of it from UTC
	case Hour:
		return t.Truncate(slotTime).Add(-time.Duration(t.Minute()) / slotMinutes * slotTime)
	}
	y, m, d := t.Date()
	switch g {
	case Week:
		d -= (int(t.Weekday()) + 6) % 7 // days since Monday
	case Month:
		d = 1
	}
	return midnight(y, m, d, t.Location())
}

// next is the beginning of the period after the one that begins at start.
func (g Granularity) next(start time.Time) time.Time {
	switch g {
	case Quarter:
		return start.Add(slotTime)
	case Hour:
		// An hour lasts until the clock shows a full one again: where clocks are moved by half
		// an hour, that can be an hour and a half.
		t := start.Add(time.Hour)
		for t.Minute() != 0 {
			t = t.Add(slotTime)
		}
		return t
	}
	y, m, d := start.Date()
	switch g {
	case Week:
		d += 7
	case Month:
		m, d = m+1, 1
	default:
		d++
	}
	return midnight(y, m, d, start.Location())
}

const (
	slotMinutes = 15
	slotTime    = slotMinutes * time.Minute
)

// midnight is the first moment of a date. Clocks moved at midnight make it come twice, or
// start the date at one o'clock.
func midnight(y int, m time.Month, d int, loc *time.Location) time.Time {
	y, m, d = time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, loc)
	for t.Day() != d {
		t = t.Add(slotTime)
	}
	for before := t.Add(-slotTime); before.Day() == d; before = t.Add(-slotTime) {
		t = before
	}
	return t
}

// maxPoints bounds a series: more is a mistake, or an attack.
const maxPoints = 20_000

// starts are the beginnings of the periods that cover from … to, and the end of the last.
func (g Granularity) starts(from, to time.Time) ([]time.Time, error) {
	var all []time.Time
	t := g.Start(from)
	for ; t.Before(to); t = g.next(t) {
		if len(all) == maxPoints {
			return nil, domain.Errorf(domain.Validation, "granularity",
				"from %s to %s is more than %d points by %s: ask for a shorter range or longer points",
				from.Format(time.DateOnly), to.Format(time.DateOnly), maxPoints, g)
		}
		all = append(all, t)
	}
	return append(all, t), nil
}
