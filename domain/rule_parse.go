package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ParseRules checks the rules of a link and gives every value its one spelling. The rules come in
// as they were written: To may be any text, Values in any case. Errors name the fields of the
// native API: rules[2].id, .url, .percentage, and .conditions[0].kind, .values, .name, .from, .to,
// .weekdays, .zone, .starts, .ends. What a condition of its kind has no use for is left out.
func ParseRules(raw []Rule) ([]Rule, error) {
	if len(raw) > MaxRules {
		return nil, Errorf(Validation, "rules", "rules must be at most %d", MaxRules)
	}
	var rules []Rule
	ids, total := map[string]bool{}, 0
	for i, r := range raw {
		if err := r.parse(ids); err != nil {
			return nil, within(fmt.Sprintf("rules[%d]", i), err)
		}
		total += int(r.Percent)
		rules = append(rules, r)
	}
	if total > 100 {
		return nil, Errorf(Validation, "rules", "rules must not have more than 100 percent together, not %d", total)
	}
	return rules, nil
}

func (r *Rule) parse(ids map[string]bool) (err error) {
	if r.ID, err = parseID(r.ID, ids); err != nil {
		return err
	}
	if r.To, err = ParseDestination(string(r.To)); err != nil {
		return err
	}
	switch {
	case r.Percent > 100:
		return Errorf(Validation, "percentage", "percentage must be at most 100")
	case len(r.When) > MaxConditions:
		return Errorf(Validation, "conditions", "conditions must be at most %d", MaxConditions)
	}
	var when []Condition
	for i, c := range r.When {
		parsed, err := ParseCondition(c)
		if err != nil {
			return within(fmt.Sprintf("conditions[%d]", i), err)
		}
		when = append(when, parsed)
	}
	r.When = when
	return nil
}

// ParseCondition is [ParseRules] for one condition; its errors name kind, values and so on.
func ParseCondition(raw Condition) (c Condition, err error) {
	c = Condition{Kind: raw.Kind, Not: raw.Not}
	switch raw.Kind {
	case ByCountry, ByCity, ByDevice, ByOS, ByBrowser, ByLanguage, ByReferrer:
		c.Values, err = parseValues(raw.Values, raw.Kind.parser(), 1)
	case ByTime:
		c.From, c.To, c.Zone = raw.From, raw.To, raw.Zone
		err = c.parseTime()
	case ByDate:
		c.Starts, c.Ends = instant(raw.Starts), instant(raw.Ends)
		err = c.parseDates()
	case ByWeekday:
		c.Days, c.Zone = raw.Days, raw.Zone
		if c.Days == 0 || c.Days >= 1<<7 {
			return Condition{}, Errorf(Validation, "weekdays", "weekdays must be at least one of sun, mon, tue, wed, thu, fri, sat")
		}
		err = c.parseZone()
	case ByQuery:
		if c.Name, err = lineOf("name", raw.Name, MaxValue); err == nil && c.Name == "" {
			err = Errorf(Validation, "name", "name is required")
		}
		if err == nil {
			c.Values, err = parseValues(raw.Values, parseText, 0)
		}
	default:
		err = Errorf(Validation, "kind", "kind must be one of %s", strings.Join(conditionKinds[1:], ", "))
	}
	if err != nil {
		return Condition{}, err
	}
	return c, nil
}

// parser reads a value of a condition of kind k.
func (k ConditionKind) parser() func(string) (string, error) {
	switch k {
	case ByCountry:
		return ParseCountry
	case ByDevice:
		return parseDevice
	case ByLanguage:
		return ParseLanguage
	case ByReferrer:
		return func(raw string) (string, error) {
			h, err := ParseHost(strings.TrimSpace(raw))
			return string(h), err
		}
	}
	return parseText
}

// parseValues reads at least so many values; what is repeated is left out.
func parseValues(raw []string, parse func(string) (string, error), least int) ([]string, error) {
	if len(raw) < least || len(raw) > MaxValues {
		return nil, Errorf(Validation, "values", "values must be %d to %d", least, MaxValues)
	}
	var values []string
	for _, r := range raw {
		v, err := parse(r)
		if err != nil {
			return nil, Errorf(Validation, "values", "values: %s", messageOf(err))
		}
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values, nil
}

func parseText(raw string) (string, error) {
	v, err := lineOf("value", raw, MaxValue)
	if err == nil && v == "" {
		err = Errorf(Validation, "value", "a value must not be empty")
	}
	return v, err
}

func parseDevice(raw string) (string, error) {
	switch d := strings.ToLower(strings.TrimSpace(raw)); d {
	case "mobile", "tablet", "desktop", "bot":
		return d, nil
	}
	return "", Errorf(Validation, "device", "device %q is not mobile, tablet, desktop or bot", raw)
}

// ParseLanguage checks a language tag and makes it lower-case, with hyphens.
func ParseLanguage(raw string) (string, error) {
	tag := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(raw), "_", "-"))
	for i, part := range strings.Split(tag, "-") {
		letters := "abcdefghijklmnopqrstuvwxyz"
		if i > 0 {
			letters += "0123456789"
		}
		if part == "" || len(part) > 8 || i == 0 && (len(part) < 2 || len(part) > 3) || strings.Trim(part, letters) != "" || len(tag) > 35 {
			return "", Errorf(Validation, "language", "language %q is not a tag like de or pt-br", raw)
		}
	}
	return tag, nil
}

func (c *Condition) parseTime() error {
	switch {
	case c.From >= minutesOfDay:
		return Errorf(Validation, "from", "from must be a time from 00:00 to 23:59")
	case c.To > minutesOfDay:
		return Errorf(Validation, "to", "to must be a time from 00:00 to 24:00")
	case c.From == c.To:
		return Errorf(Validation, "to", "to must differ from from; the whole day is 00:00 to 24:00")
	}
	return c.parseZone()
}

func (c *Condition) parseDates() error {
	switch {
	case c.Starts.IsZero() && c.Ends.IsZero():
		return Errorf(Validation, "starts", "starts or ends is required")
	case !c.Ends.IsZero() && !c.Starts.Before(c.Ends):
		return Errorf(Validation, "ends", "ends must be after starts")
	}
	return nil
}

func (c *Condition) parseZone() (err error) {
	c.Zone, err = ParseZone(c.Zone)
	return err
}

// instant is a time as the log and every read model can keep it.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
