package imports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// layouts are how exports write times: those that name a zone, then those that leave it to the
// reader.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05-07", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05 MST", time.RFC1123Z, time.RFC1123,
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
	"Jan 2, 2006", "January 2, 2006", "Jan 2, 2006 15:04:05", "Jan 2, 2006, 3:04 PM", "2 Jan 2006",
}

// parseTime reads a time; without a zone of its own it is in the zone given. Nothing, and dates
// that stand for nothing, are the zero time.
func parseTime(text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasPrefix(text, "0000-00-00") || strings.EqualFold(text, "null") {
		return time.Time{}, nil
	}
	for _, layout := range layouts {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.UTC(), nil
		}
	}
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && seconds > 1e8 {
		if seconds > 1e11 {
			return time.UnixMilli(seconds).UTC(), nil
		}
		return time.Unix(seconds, 0).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time", shortened(text))
}

// shortened is the beginning of a text, for messages.
func shortened(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
