package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/linklog/linklog/domain"
)

// says reports whether one of the fields says something, or is wrong: then it must be seen.
func (p linkForm) says(fields ...string) bool {
	for _, name := range fields {
		if p.Get(name) != "" {
			return true
		}
		for wrong := range p.Errors {
			if wrong == name || strings.HasPrefix(wrong, name+"[") {
				return true
			}
		}
	}
	return slices.Contains(fields, "password") && p.Link.Password != ""
}

func saveWord(p linkForm) string {
	if p.isNew() {
		return "Make the link"
	}
	return "Save"
}

func passwordLabel(p linkForm) string {
	if p.Link.Password != "" {
		return "Another password"
	}
	return "Password"
}

// numberText is a link's id; a new one has none.
func numberText(n domain.LinkNumber) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

// finalTrigger has a field show, as it changes, where visitors arrive.
func finalTrigger(p linkForm) templ.Attributes {
	return templ.Attributes{
		"hx-post": p.action(), "hx-vals": `{"rework":"look"}`, "hx-trigger": "input changed delay:300ms",
		"hx-target": "#final", "hx-select": "#final", "hx-swap": "outerHTML",
	}
}

// in is the name of a field of a condition of a rule.
func in(rule, condition int, field string) string {
	return fmt.Sprintf("rules[%d].conditions[%d].%s", rule, condition, field)
}

func zoneInput(rule, condition int) Input {
	return Input{Name: in(rule, condition, "zone"), Label: "Time zone", Optional: true, Placeholder: "UTC", Hint: "As in Europe/Berlin."}
}

// zoneHint says whose clock a time is of.
func zoneHint(name string) string {
	if name == "" {
		name = "UTC"
	}
	return "Time zone: " + name + "."
}

// conditionKinds are the kinds of conditions, in the order of use.
var conditionKinds = []Choice{
	{Value: "country", Label: "Country"}, {Value: "device", Label: "Device"}, {Value: "os", Label: "Operating system"},
	{Value: "browser", Label: "Browser"}, {Value: "language", Label: "Language"}, {Value: "city", Label: "City"},
	{Value: "referrer", Label: "Referring site"}, {Value: "time", Label: "Time of day"}, {Value: "weekday", Label: "Day of the week"},
	{Value: "date", Label: "Date"}, {Value: "query", Label: "Query parameter"},
}

// valueExample is what a value of a kind of condition looks like.
func valueExample(kind string) string {
	return map[string]string{
		"country": "DE, AT, CH", "os": "iOS, Android", "browser": "Safari", "language": "de, pt-br", "referrer": "instagram.com, t.co",
	}[kind]
}

var weekdayChoices = []Choice{
	{Value: "mon", Label: "Monday"}, {Value: "tue", Label: "Tuesday"}, {Value: "wed", Label: "Wednesday"}, {Value: "thu", Label: "Thursday"},
	{Value: "fri", Label: "Friday"}, {Value: "sat", Label: "Saturday"}, {Value: "sun", Label: "Sunday"},
}

var deviceChoices = []Choice{
	{Value: "mobile", Label: "Phone"}, {Value: "tablet", Label: "Tablet"}, {Value: "desktop", Label: "Computer"}, {Value: "bot", Label: "Bot"},
}

var placements = []Choice{{Value: "head", Label: "In the head"}, {Value: "body", Label: "In the body"}}

var redirectKinds = []Choice{
	{Value: "", Label: "As the domain says"}, {Value: "302", Label: "302 Found (temporary)"}, {Value: "307", Label: "307 Temporary Redirect"},
	{Value: "303", Label: "303 See Other"}, {Value: "301", Label: "301 Moved Permanently"}, {Value: "308", Label: "308 Permanent Redirect"},
}

// oneField reports whether a kind of condition has a single field, whose label is the kind's name.
func oneField(kind string) bool {
	k, err := domain.ParseConditionKind(kind)
	return err == nil && len(conditionFields(k)) == 1
}
