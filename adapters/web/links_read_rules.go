package web

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
)

// within reads a group of fields, and notes what is wrong with it under the group's name.
func (r *reading) within(name string, i int, group url.Values, read func(*reading)) {
	g := &reading{Form{Values: group, Errors: map[string]string{}}, r.loc}
	read(g)
	for field, message := range g.Errors {
		r.Errors[part(name, i, field)] = message
	}
}

// rules reads the groups of fields that are rules.
func (r *reading) rules() []domain.Rule {
	var rules []domain.Rule
	for i, group := range groupsOf(r.Values, "rules") {
		r.within("rules", i, group, func(g *reading) { rules = append(rules, g.rule()) })
	}
	return rules
}

func (r *reading) rule() domain.Rule {
	rule := domain.Rule{ID: r.Get("id"), To: domain.Destination(r.Get("url"))}
	if rule.Percent = uint8(min(r.number("percentage", 64), 255)); rule.Percent > 100 { //nolint:gosec // bounded
		r.Errors["percentage"] = "A share is at most 100 percent."
	}
	for i, group := range groupsOf(r.Values, "conditions") {
		r.within("conditions", i, group, func(g *reading) { rule.When = append(rule.When, g.condition()) })
	}
	return rule
}

func (r *reading) condition() domain.Condition {
	kind := take(r, "kind", domain.ParseConditionKind)
	c := domain.Condition{Kind: kind, Not: r.Has("not"), Zone: r.Get("zone"), Name: r.Get("name")}
	switch kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		c.From, c.To = r.clock("from"), r.clock("to")
	case domain.ByDate:
		c.Starts, c.Ends = r.time("starts", time.Time{}), r.time("ends", time.Time{})
	case domain.ByWeekday:
		days, err := domain.ParseWeekdays(r.All("weekdays"))
		r.note("weekdays", err)
		c.Days = days
	case domain.ByDevice:
		c.Values = r.All("values")
	default:
		c.Values = listed(r.Get("values"), separators(kind))
	}
	if len(r.Errors) > 0 {
		return c
	}
	parsed, err := domain.ParseCondition(c)
	if err != nil {
		r.note(shownField(kind, err), err)
	}
	return parsed
}

func (r *reading) clock(name string) uint16 {
	at, err := domain.ParseClock(name, r.Get(name))
	r.note(name, err)
	return at
}

// conditionFields are the fields that a kind of condition has, the most important first.
func conditionFields(kind domain.ConditionKind) []string {
	switch kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		return []string{"from", "to", "zone"}
	case domain.ByDate:
		return []string{"starts", "ends"}
	case domain.ByWeekday:
		return []string{"weekdays", "zone"}
	case domain.ByQuery:
		return []string{"name", "values"}
	}
	return []string{"values"}
}

// shownField is the field beside which an error of a condition is told.
func shownField(kind domain.ConditionKind, err error) string {
	fields := conditionFields(kind)
	if e, ok := errors.AsType[*domain.Error](err); ok && slices.Contains(fields, e.Field) {
		return e.Field
	}
	return fields[0]
}

// separators are what may stand between the values of a condition: names of cities have commas of
// their own.
func separators(k domain.ConditionKind) string {
	if k == domain.ByCity || k == domain.ByQuery {
		return "\n"
	}
	return ",;\n"
}

// scripts reads the groups of fields that are scripts.
func (r *reading) scripts() []domain.Script {
	var scripts []domain.Script
	for _, g := range groupsOf(r.Values, "scripts") {
		scripts = append(scripts, domain.Script{ID: g.Get("id"), InBody: g.Get("placement") == "body", Content: unixLines(g.Get("content"))})
	}
	return scripts
}
