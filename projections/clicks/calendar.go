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
		return t.Truncate(slotTime)
	case Hour:
		t = t.Truncate(slotTime)
		return t.Add(-time.Duration((wall(t)%3600+3600)%3600) * time.Second)
	}
	shown := time.Unix(wall(t), 0).UTC()
	y, m, d := shown.Date()
	switch g {
	case Week:
		d -= (int(shown.Weekday()) + 6) % 7 // days since Monday
	case Month:
		d = 1
	}
	return midnight(y, m, d, t.Location())
}

// Next is the beginning of the period after the one that begins at start.
func (g Granularity) Next(start time.Time) time.Time {
	switch g {
	case Quarter:
		return start.Add(slotTime)
	case Hour:
		// An hour lasts until the clock shows a full one again: where clocks are moved by half
		// an hour, that can be an hour and a half.
		t := start.Add(time.Hour)
		for wall(t)%3600 != 0 {
			t = t.Add(slotTime)
		}
		return t
	}
	y, m, d := time.Unix(wall(start), 0).UTC().Date()
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

const slotTime = 24 * time.Hour / slotsPerDay

// midnight is the first moment of a date. Clocks moved at midnight make it come twice or
// start the date at one o'clock; a date that a place has skipped begins with the one after it.
func midnight(y int, m time.Month, d int, loc *time.Location) time.Time {
	want := civil(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
	t := time.Date(y, m, d, 0, 0, 0, 0, loc).Truncate(slotTime)
	for civil(t) < want {
		t = t.Add(slotTime)
	}
	for before := t.Add(-slotTime); civil(before) >= want; before = t.Add(-slotTime) {
		t = before
	}
	return t
}

// civil numbers the dates that a clock shows.
func civil(t time.Time) int64 { return floorDiv(wall(t), daySeconds) }

// wall is what a clock shows, in seconds. Clocks of today differ from UTC by whole quarters of
// an hour; those of the past, which followed the sun, are taken as if they did.
func wall(t time.Time) int64 {
	const step = int64(slotTime / time.Second)
	_, offset := t.Zone()
	return t.Unix() + floorDiv(int64(offset), step)*step
}

// maxPoints bounds a series: more is a mistake, or an attack.
const maxPoints = 20_000

// starts are the beginnings of the periods that cover from … to, and the end of the last.
func (g Granularity) starts(from, to time.Time) ([]time.Time, error) {
	var all []time.Time
	t := g.Start(from)
	for ; t.Before(to); t = g.Next(t) {
		if len(all) == maxPoints {
			return nil, domain.Errorf(domain.Validation, "granularity",
				"from %s to %s is more than %d points by %s: ask for a shorter range or longer points",
				from.Format(time.DateOnly), to.Format(time.DateOnly), maxPoints, g)
		}
		all = append(all, t)
	}
	return append(all, t), nil
}
