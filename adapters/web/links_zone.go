package web

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// clockTime is a time in a field of type datetime-local.
const clockTime = "2006-01-02T15:04"

// formZone is the time zone that the times of a form are in: the one that it says, or the browser's;
// UTC if neither is known. Fields for times have no zone of their own.
func formZone(c echo.Context, f Form) *time.Location {
	for _, raw := range []string{f.Get("zone"), zone(c)} {
		if name, err := domain.ParseZone(raw); err == nil && name != "" {
			if loc, err := time.LoadLocation(name); err == nil {
				return loc
			}
		}
	}
	return time.UTC
}

// localTime is what a field shows of a time; none is empty.
func localTime(t time.Time, loc *time.Location) string {
	switch t = t.In(loc); {
	case t.IsZero():
		return ""
	case t.Nanosecond() != 0:
		return t.Format(clockTime + ":05.000")
	case t.Second() != 0:
		return t.Format(clockTime + ":05")
	}
	return t.Format(clockTime)
}

// parseLocal reads a field of a time; empty is none. What still shows what was there before is that.
func parseLocal(field, raw string, was time.Time, loc *time.Location) (time.Time, error) {
	if raw == localTime(was, loc) {
		return was, nil
	}
	for _, layout := range []string{clockTime, clockTime + ":05", "2006-01-02 15:04", "2006-01-02", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, raw, loc); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, domain.Errorf(domain.Validation, field, "%s must be a time like 2030-09-01 18:00", field)
}
