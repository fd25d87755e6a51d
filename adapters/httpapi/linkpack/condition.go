package linkpack

import (
	"slices"
	"strings"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// kind is a condition that both this API and the domain have.
type kind struct {
	name string
	kind domain.ConditionKind
	must string // what its value must be
}

// kinds are the conditions with a value.
func kinds() []kind {
	return []kind{
		{"geo", domain.ByCountry, `ISO country codes of two letters, as in "US,CA"`},
		{"device", domain.ByDevice, `"Mobile", "Tablet" or "Desktop"`},
		{"referer", domain.ByReferrer, `a domain, as in "google.com"`},
		{"time", domain.ByTime, `two different times of day, as in "09:00-17:00"`},
	}
}

const bot = "bot" // a device that this API doesn't have

// worded is a condition in this API's words, if it has some.
func worded(c domain.Condition) (k kind, value string, ok bool) {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.kind == c.Kind })
	if i < 0 || c.Not || c.Zone != "" || c.Kind == domain.ByDevice && slices.Contains(c.Values, bot) {
		return k, "", false
	}
	switch c.Kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		value = domain.FormatClock(c.From) + "-" + domain.FormatClock(c.To)
	case domain.ByDevice:
		value = devices(c.Values)
	default:
		value = strings.Join(c.Values, ",")
	}
	return kinds()[i], value, true
}

// devices are their names as the document writes them.
func devices(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = capital(v)
	}
	return strings.Join(names, ",")
}

// capital is a device's name with a capital.
func capital(device string) string {
	if device == "" {
		return ""
	}
	return strings.ToUpper(device[:1]) + device[1:]
}

// readCondition is the condition of that name with the value a rule has.
func readCondition(name string, part httpapi.Fields) (domain.Condition, error) {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.name == name })
	if i < 0 {
		return domain.Condition{}, domain.Errorf(domain.Validation, "condition", "condition must be geo, device, referer, time or percentage")
	}
	k := kinds()[i]
	if !part.Has("value") {
		return domain.Condition{}, domain.Errorf(domain.Validation, "value", "value is required")
	}
	value, err := part.Text("value")
	if err != nil {
		return domain.Condition{}, err
	}
	c, err := k.parse(strings.TrimSpace(value))
	if err != nil {
		return domain.Condition{}, domain.Errorf(domain.Validation, "value", "value must be %s", k.must)
	}
	return c, nil
}

// parse reads the value of a condition.
func (k kind) parse(value string) (c domain.Condition, err error) {
	c = domain.Condition{Kind: k.kind, Values: strings.Split(value, ",")}
	if k.kind == domain.ByTime {
		from, to, _ := strings.Cut(value, "-")
		c.Values = nil
		if c.From, err = domain.ParseClock("value", from); err != nil {
			return c, err
		}
		if c.To, err = domain.ParseClock("value", to); err != nil {
			return c, err
		}
	}
	if c, err = domain.ParseCondition(c); err == nil && k.kind == domain.ByDevice && slices.Contains(c.Values, bot) {
		err = domain.Errorf(domain.Validation, "value", "bots are sent to the destination")
	}
	return c, err
}
