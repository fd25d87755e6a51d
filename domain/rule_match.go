package domain

import (
	"slices"
	"strings"
	"time"
)

// moment is a visit on its way through the rules: what is asked of it once need not be asked again.
type moment struct {
	*Visit
	zones *[]zone
	agent Agent
	known bool // agent is
}

// holds reports whether all conditions of the rule hold.
func (r *Rule) holds(m *moment) bool {
	for i := range r.When {
		c := &r.When[i]
		if held, sound := c.holds(m); !sound || held == c.Not {
			return false
		}
	}
	return true
}

// holds reports whether what c looks at is as it says, whatever c.Not says. A condition that is
// not sound (its kind belongs to a newer release, its zone can't be loaded here) holds for
// nobody, and neither does its opposite.
func (c *Condition) holds(m *moment) (held, sound bool) {
	switch c.Kind {
	case ByCountry:
		return m.Country != "" && slices.Contains(c.Values, m.Country), true
	case ByCity:
		return c.names(m.City), true
	case ByDevice:
		return c.names(m.ask().Device), true
	case ByOS:
		return c.names(m.ask().OS), true
	case ByBrowser:
		return c.names(m.ask().Browser), true
	case ByLanguage:
		return len(m.Language) > 0 && c.speaks(m.Language[0]), true
	case ByReferrer:
		return c.refers(m.Referrer), true
	case ByTime:
		at, ok := m.local(c.Zone)
		return ok && c.spans(at), ok
	case ByDate:
		return !m.At.Before(c.Starts) && (c.Ends.IsZero() || m.At.Before(c.Ends)), true
	case ByWeekday:
		at, ok := m.local(c.Zone)
		return ok && c.Days>>at.Weekday()&1 != 0, ok
	case ByQuery:
		return c.asked(m.Query), true
	}
	return false, false
}

// ask is what the visitor's user agent stands for.
func (m *moment) ask() *Agent {
	if !m.known && m.Agent != nil {
		m.agent = m.Agent()
	}
	m.known = true
	return &m.agent
}

// local is the time of the visit in a zone, if it is one of the target's.
func (m *moment) local(name string) (time.Time, bool) {
	if name == "" {
		return m.At.UTC(), true
	}
	if m.zones == nil {
		return time.Time{}, false
	}
	for _, z := range *m.zones {
		if z.name == name {
			return m.At.In(z.place), true
		}
	}
	return time.Time{}, false
}

// names reports whether text is one of the values, whatever the case.
func (c *Condition) names(text string) bool {
	if text == "" {
		return false
	}
	for _, v := range c.Values {
		if v == text || strings.EqualFold(v, text) {
			return true
		}
	}
	return false
}

// speaks reports whether tag is one of the values or a kind of one: de-at is a kind of de.
func (c *Condition) speaks(tag string) bool {
	for _, v := range c.Values {
		if rest, ok := strings.CutPrefix(tag, v); ok && (rest == "" || rest[0] == '-') {
			return true
		}
	}
	return false
}

// refers reports whether host is one of the values or below it.
func (c *Condition) refers(host string) bool {
	for _, v := range c.Values {
		if above, ok := strings.CutSuffix(host, v); ok && (above == "" || above[len(above)-1] == '.') {
			return true
		}
	}
	return false
}

// spans reports whether the time of day lies between the condition's.
func (c *Condition) spans(at time.Time) bool {
	hour, minutes, _ := at.Clock()
	minute := uint16(hour*60 + minutes)
	if c.From <= c.To {
		return c.From <= minute && minute < c.To
	}
	return c.From <= minute || minute < c.To // over midnight
}

// asked reports whether the query has the condition's parameter with one of its values.
func (c *Condition) asked(query string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if !spells(name, c.Name) {
			continue
		}
		if len(c.Values) == 0 {
			return true
		}
		for _, v := range c.Values {
			if spells(value, v) {
				return true
			}
		}
	}
	return false
}
