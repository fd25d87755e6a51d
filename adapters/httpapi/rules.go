package httpapi

import (
	"fmt"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
)

// ruleShape is a routing rule in requests and answers.
type ruleShape struct {
	ID         string           `json:"id"`
	URL        string           `json:"url"`
	Percentage uint8            `json:"percentage,omitempty"`
	Conditions []conditionShape `json:"conditions"`
}

// conditionShape is a condition of a rule; what its kind has no use for is left out.
type conditionShape struct {
	Kind     string   `json:"kind"`
	Not      bool     `json:"not,omitempty"`
	Values   []string `json:"values,omitempty"`
	Name     string   `json:"name,omitempty"`
	From     string   `json:"from,omitempty"`
	To       string   `json:"to,omitempty"`
	Weekdays []string `json:"weekdays,omitempty"`
	Zone     string   `json:"zone,omitempty"`
	Starts   string   `json:"starts,omitempty"`
	Ends     string   `json:"ends,omitempty"`
}

// scriptShape is a retargeting script in requests and answers.
type scriptShape struct {
	ID        string `json:"id"`
	Placement string `json:"placement"` // head or body
	Content   string `json:"content"`
}

func readRules(f Fields, name string, to *domain.Traits) error {
	var shapes []ruleShape
	if err := f.Value(name, &shapes, "a list of rules: {id, url, percentage, conditions}"); err != nil {
		return err
	}
	ids := newIDs(shapes, func(r ruleShape) string { return r.ID })
	for i, r := range shapes {
		rule := domain.Rule{ID: ids.of(r.ID), To: domain.Destination(r.URL), Percent: r.Percentage}
		for k, c := range r.Conditions {
			condition, err := c.condition()
			if err != nil {
				return InPart(fmt.Sprintf("%s[%d].conditions[%d]", name, i, k), err)
			}
			rule.When = append(rule.When, condition)
		}
		to.Rules = append(to.Rules, rule)
	}
	return nil
}

func (s *conditionShape) condition() (c domain.Condition, err error) {
	if c.Kind, err = domain.ParseConditionKind(s.Kind); err != nil {
		return c, err
	}
	c.Not, c.Values, c.Name, c.Zone = s.Not, s.Values, s.Name, s.Zone
	switch c.Kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		if c.From, err = domain.ParseClock("from", s.From); err == nil {
			c.To, err = domain.ParseClock("to", s.To)
		}
	case domain.ByWeekday:
		c.Days, err = domain.ParseWeekdays(s.Weekdays)
	case domain.ByDate:
		if c.Starts, err = instant("starts", s.Starts); err == nil {
			c.Ends, err = instant("ends", s.Ends)
		}
	}
	return c, err
}

// instant reads an ISO 8601 datetime; none is zero.
func instant(name, raw string) (time.Time, error) {
	if raw == "" {
		return time.Time{}, nil
	}
	at, _, err := parseTime(raw)
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be an ISO 8601 datetime, as in 2030-09-01T00:00:00Z", name)
	}
	return at, nil
}

func shownRules(rules []domain.Rule) []ruleShape {
	shapes := make([]ruleShape, len(rules))
	for i, r := range rules {
		shapes[i] = ruleShape{ID: r.ID, URL: string(r.To), Percentage: r.Percent, Conditions: make([]conditionShape, len(r.When))}
		for k, c := range r.When {
			shapes[i].Conditions[k] = shownCondition(c)
		}
	}
	return shapes
}

func shownCondition(c domain.Condition) conditionShape {
	s := conditionShape{Kind: c.Kind.String(), Not: c.Not, Values: c.Values, Name: c.Name, Zone: c.Zone}
	switch c.Kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		s.From, s.To = domain.FormatClock(c.From), domain.FormatClock(c.To)
	case domain.ByWeekday:
		s.Weekdays = domain.FormatWeekdays(c.Days)
	case domain.ByDate:
		s.Starts, s.Ends = stamp(c.Starts), stamp(c.Ends)
	}
	return s
}

// stamp writes a time; none is nothing.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func readScripts(f Fields, name string, to *domain.Traits) error {
	var shapes []scriptShape
	if err := f.Value(name, &shapes, "a list of scripts: {id, placement, content}"); err != nil {
		return err
	}
	ids := newIDs(shapes, func(s scriptShape) string { return s.ID })
	for i, s := range shapes {
		if s.Placement != "head" && s.Placement != "body" && s.Placement != "" {
			return domain.Errorf(domain.Validation, name, "%s[%d].placement must be head or body", name, i)
		}
		to.Scripts = append(to.Scripts, domain.Script{ID: ids.of(s.ID), InBody: s.Placement == "body", Content: s.Content})
	}
	return nil
}

func shownScripts(scripts []domain.Script) []scriptShape {
	shapes := make([]scriptShape, len(scripts))
	for i, s := range scripts {
		shapes[i] = scriptShape{ID: s.ID, Placement: "head", Content: s.Content}
		if s.InBody {
			shapes[i].Placement = "body"
		}
	}
	return shapes
}

// ids gives parts of a link that come without an id the lowest number no other has.
type ids struct {
	given []string
	next  int
}

func newIDs[T any](shapes []T, id func(T) string) *ids {
	all := &ids{next: 1}
	for _, s := range shapes {
		all.given = append(all.given, id(s))
	}
	return all
}

func (d *ids) of(given string) string {
	if given != "" {
		return given
	}
	for ; ; d.next++ {
		if id := fmt.Sprint(d.next); !slices.Contains(d.given, id) {
			d.next++
			return id
		}
	}
}
