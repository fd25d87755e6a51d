package clicks

import (
	"slices"
	"strings"

	"github.com/linklog/linklog/domain"
)

// Filter leaves only clicks that have a value, or, if it excludes, only those that haven't.
type Filter struct {
	Dimension Dimension // zero: no filter
	Value     string    // empty: having no value, as direct visits have no referrer
	Exclude   bool
}

func (f Filter) on() bool { return f.Dimension != slots }

// ParseFilter reads dimension:value, with an exclamation mark in front to exclude. Anything
// else is a [domain.Validation] error. Values are matched as breakdowns show them, but for the
// case of those that have only one.
func ParseFilter(text string) (Filter, error) {
	name, exclude := strings.CutPrefix(text, "!")
	name, value, ok := strings.Cut(name, ":")
	if !ok {
		return Filter{}, domain.Errorf(domain.Validation, "filter",
			"filter must be dimension:value, as in country:DE, or !country:DE for all others; an empty value stands for clicks without one")
	}
	d, err := ParseDimension(name)
	if err != nil {
		return Filter{}, domain.Errorf(domain.Validation, "filter", "%q is nothing clicks are filtered by", name)
	}
	switch d {
	case Country:
		value = strings.ToUpper(value)
	case Device, Platform, Referrer, Language, Trigger, Host, BotReason:
		value = strings.ToLower(value)
	}
	// Answers have a name for what has no value; the same name may be asked for.
	if d == Trigger && value == "link" || d == Country && value == "ZZ" || d == Referrer && value == "(direct)" {
		value = ""
	}
	return Filter{Dimension: d, Value: value, Exclude: exclude}, nil
}

// String is the filter as [ParseFilter] reads it; empty for none.
func (f Filter) String() string {
	if !f.on() {
		return ""
	}
	text := f.Dimension.String() + ":" + f.Value
	if f.Exclude {
		return "!" + text
	}
	return text
}

// check refuses what can't be answered under the filter, and names what can.
func (f Filter) check(q Question) error {
	if f.Dimension >= dimensions {
		return domain.Errorf(domain.Validation, "filter", "unknown dimension")
	}
	if q.Granularity == Quarter {
		return domain.Errorf(domain.Validation, "granularity", "under a filter the series can be by hour, day, week or month, not by %s", q.Granularity)
	}
	possible := f.Breakdowns()
	for _, d := range q.Breakdowns {
		if !slices.Contains(possible, d) {
			return domain.Errorf(domain.Validation, "breakdown", "under a filter by %s clicks can be broken down by %s, not by %s",
				f.Dimension, namesOf(possible), d)
		}
	}
	return nil
}

// Breakdowns are the dimensions that clicks can be broken down by under the filter: all
// without one.
func (f Filter) Breakdowns() []Dimension {
	if !f.on() {
		return Dimensions()
	}
	return slices.DeleteFunc(Dimensions(), func(d Dimension) bool {
		return !paired(f.Dimension, d) && d != f.Dimension
	})
}

// namesOf lists dimensions for people.
func namesOf(all []Dimension) string {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.String()
	}
	return strings.Join(names, ", ")
}
