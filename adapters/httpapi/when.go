package httpapi

import (
	"errors"
	"time"
)

// layouts of ISO 8601 that are understood; fractions of a second may follow seconds anywhere.
// Without a zone it is UTC.
var layouts = [...]string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02T15:04Z07", "2006-01-02T15:04",
}

var errNotATime = errors.New("not an ISO 8601 date or datetime")

// parseTime reads an ISO 8601 date (its first instant, and isDate is true) or datetime. The
// result is in UTC, to the microsecond, which is what the database keeps.
func parseTime(s string) (t time.Time, isDate bool, err error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return inRange(t, true)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return inRange(t.UTC().Truncate(time.Microsecond), false)
		}
	}
	return time.Time{}, false, errNotATime
}

// inRange refuses years that could not be written down again. Year one is left out as well: its
// first instant means never.
func inRange(t time.Time, isDate bool) (time.Time, bool, error) {
	if t.Year() < 2 || t.Year() > 9999 {
		return time.Time{}, false, errNotATime
	}
	return t, isDate, nil
}
