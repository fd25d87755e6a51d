package domain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// conditionKinds are the kinds as the native API calls them.
var conditionKinds = []string{
	"", "country", "city", "device", "os", "browser", "language", "referrer", "time", "date", "weekday", "query",
}

// String is the kind's name in the native API.
func (k ConditionKind) String() string {
	if int(k) < len(conditionKinds) {
		return conditionKinds[k]
	}
	return fmt.Sprintf("kind_%d", uint8(k))
}

// ParseConditionKind reads what String writes.
func ParseConditionKind(name string) (ConditionKind, error) {
	if i := slices.Index(conditionKinds, name); i > 0 {
		return ConditionKind(i), nil
	}
	return 0, Errorf(Validation, "kind", "kind must be one of %s", strings.Join(conditionKinds[1:], ", "))
}

const minutesOfDay = 24 * 60

// ParseClock reads a time of day like 09:30, as minutes since midnight. 24:00 is the end of the
// day. Its errors name field.
func ParseClock(field, raw string) (uint16, error) {
	hours, minutes, _ := strings.Cut(raw, ":")
	h, err1 := strconv.ParseUint(hours, 10, 8)
	m, err2 := strconv.ParseUint(minutes, 10, 8)
	at := h*60 + m
	if err1 != nil || err2 != nil || len(hours) != 2 || len(minutes) != 2 || m > 59 || at > minutesOfDay {
		return 0, Errorf(Validation, field, "%s must be a time like 09:30, not %q", field, raw)
	}
	return uint16(at), nil
}

// FormatClock writes what ParseClock reads.
func FormatClock(minutes uint16) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWeekdays reads days like mon or Monday into the bits of a [Condition].
func ParseWeekdays(raw []string) (days uint8, err error) {
	for _, r := range raw {
		i := slices.IndexFunc(weekdays, func(short string) bool {
			return strings.EqualFold(r, short) || strings.EqualFold(r, longWeekdays[short])
		})
		if i < 0 {
			return 0, Errorf(Validation, "weekdays", "weekdays must be of sun, mon, tue, wed, thu, fri, sat, not %q", r)
		}
		days |= 1 << i
	}
	return days, nil
}

var longWeekdays = map[string]string{
	"sun": "sunday", "mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday", "fri": "friday", "sat": "saturday",
}

// FormatWeekdays writes what ParseWeekdays reads, from Sunday on.
func FormatWeekdays(days uint8) []string {
	var names []string
	for i, name := range weekdays {
		if days>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseZone checks the IANA name of a time zone. UTC, which is the default, becomes empty.
func ParseZone(raw string) (string, error) {
	name := strings.TrimSpace(raw)
	if name == "" || strings.EqualFold(name, "UTC") {
		return "", nil
	}
	if _, err := loadZone(name); err != nil {
		return "", err
	}
	return name, nil
}
