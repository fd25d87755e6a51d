package domain

import "time"

// Rule sends some visitors elsewhere. It applies if all its conditions hold; the first rule of a
// link that applies wins.
type Rule struct {
	ID   string // unique within the link; clicks tell by it which rule chose
	When []Condition
	To   Destination
	// Percent of the visitors that get the variant; 0: all. The shares of a link's rules lie side
	// by side, so they sum to at most 100, and a visitor keeps their variant for the UTC day.
	Percent uint8
}

// ConditionKind says what a condition looks at.
type ConditionKind uint8

// The kinds. They are kept in events: the list is append-only.
const (
	ByCountry  ConditionKind = iota + 1 // Values: ISO 3166 alpha-2, upper-case
	ByCity                              // Values: names, compared without case
	ByDevice                            // Values: mobile, tablet, desktop, bot
	ByOS                                // Values: as analytics call them, compared without case
	ByBrowser                           // the same
	ByLanguage                          // Values: tags, lower-case; de matches de-at
	ByReferrer                          // Values: hosts; their subdomains match
	ByTime                              // From to To minutes of the day in Zone, over midnight if To < From
	ByDate                              // from Starts (zero: always) until Ends (zero: for ever)
	ByWeekday                           // Days in Zone
	ByQuery                             // Name is a query parameter; Values: what it may be, none: anything
)

// Condition is one thing that must hold.
type Condition struct {
	Kind   ConditionKind
	Not    bool // it must not hold
	Values []string
	Name   string
	From   uint16 // minute of the day
	To     uint16 // minute of the day, exclusive
	Days   uint8  // bit 0: Sunday … bit 6: Saturday
	Zone   string // IANA name; empty: UTC
	Starts time.Time
	Ends   time.Time
}
