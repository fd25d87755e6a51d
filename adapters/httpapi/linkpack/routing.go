package linkpack

import (
	"fmt"
	"strings"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// routing is the field of the rules.
const routing = "traffic_routing"

// Conditions that are not one of the domain's.
const (
	byShare = "percentage"
	custom  = "custom" // what this API has no words for
)

// route is a rule in answers.
type route struct {
	ID          string `json:"id"`
	Condition   string `json:"condition"`
	Value       string `json:"value,omitempty"`
	Destination string `json:"destination"`
	Percentage  *uint8 `json:"percentage,omitempty"`
}

func shownRoutes(rules []domain.Rule) []route {
	all := make([]route, len(rules))
	for i, r := range rules {
		all[i] = shownRoute(r)
	}
	return all
}

func shownRoute(r domain.Rule) route {
	shown := route{ID: r.ID, Destination: string(r.To)}
	switch {
	case len(r.When) == 0 && r.Percent > 0:
		shown.Condition, shown.Percentage = byShare, &r.Percent
		return shown
	case isForNobody(r):
		shown.Condition, shown.Percentage = byShare, new(uint8)
		return shown
	case len(r.When) == 1 && r.Percent == 0:
		if k, value, ok := worded(r.When[0]); ok {
			shown.Condition, shown.Value = k.name, value
			return shown
		}
	}
	shown.Condition, shown.Value = custom, roughly(r.When)
	if r.Percent > 0 {
		shown.Percentage = &r.Percent
	}
	return shown
}

// roughly tells people what conditions are about.
func roughly(when []domain.Condition) string {
	if len(when) == 0 {
		return "everybody"
	}
	about := make([]string, len(when))
	for i, c := range when {
		about[i] = c.Kind.String()
		if c.Not {
			about[i] = "not " + about[i]
		}
	}
	return strings.Join(about, " and ")
}

// readRoutes is the list of rules; null is none. now is the link's.
func readRoutes(f httpapi.Fields, now []domain.Rule) (rules []domain.Rule, err error) {
	var parts []httpapi.Fields
	if err := f.Value(routing, &parts, "a list of rules: {id, condition, value, destination, percentage}"); err != nil {
		return nil, err
	}
	ids := idsOf(parts)
	for i, part := range parts {
		r, err := readRoute(part, ids, now)
		if err != nil {
			return nil, httpapi.InPart(fmt.Sprintf("%s[%d]", routing, i), err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func readRoute(part httpapi.Fields, ids ids, now []domain.Rule) (r domain.Rule, err error) {
	if r.ID, err = ids.of(part); err != nil {
		return r, err
	}
	if !part.Has("destination") {
		return r, domain.Errorf(domain.Validation, "destination", "destination is required")
	}
	if r.To, err = part.Destination("destination"); err != nil {
		return r, err
	}
	if !part.Has("condition") {
		return r, domain.Errorf(domain.Validation, "condition", "condition is required")
	}
	condition, err := part.Text("condition")
	if err != nil {
		return r, err
	}
	switch condition {
	case byShare:
		return withShare(r, part)
	case custom:
		return asItIs(r, now)
	}
	c, err := readCondition(condition, part)
	r.When = []domain.Condition{c}
	return r, err
}

// asItIs is a rule with the conditions that the link's rule of the same id has now.
func asItIs(r domain.Rule, now []domain.Rule) (domain.Rule, error) {
	for _, n := range now {
		if n.ID == strings.TrimSpace(r.ID) {
			n.To = r.To
			return n, nil
		}
	}
	return r, domain.Errorf(domain.Validation, "id", "id must be that of a rule the link has, if its condition is %q", custom)
}

func withShare(r domain.Rule, part httpapi.Fields) (domain.Rule, error) {
	if !part.Has("percentage") {
		return r, domain.Errorf(domain.Validation, "percentage", "percentage is required")
	}
	if err := part.Value("percentage", &r.Percent, "a whole number from 0 to 100"); err != nil {
		return r, err
	}
	if r.Percent > 100 {
		return r, domain.Errorf(domain.Validation, "percentage", "percentage must be a whole number from 0 to 100")
	}
	if r.Percent == 0 {
		r.When = forNobody()
	}
	return r, nil
}

// forNobody are the conditions of a rule with a share of 0: they held until 1970. To the domain, no
// share means everybody.
func forNobody() []domain.Condition {
	return []domain.Condition{{Kind: domain.ByDate, Ends: time.Unix(0, 0).UTC()}}
}

func isForNobody(r domain.Rule) bool {
	return len(r.When) == 1 && r.Percent == 0 && r.When[0].Kind == domain.ByDate && !r.When[0].Not &&
		r.When[0].Starts.IsZero() && r.When[0].Ends.Equal(time.Unix(0, 0))
}
