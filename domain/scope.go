package domain

import "strings"

// Scopes are what a caller may do in their account.
type Scopes uint8

// The scopes.
const (
	ScopeRead      Scopes = 1 << iota // see links, tags, domains, history
	ScopeWrite                        // make, change and delete links
	ScopeAnalytics                    // see clicks
	ScopeDomains                      // add and set up short domains

	AllScopes = ScopeRead | ScopeWrite | ScopeAnalytics | ScopeDomains
)

var scopeNames = []string{"read", "write", "analytics", "domains"}

// Has reports whether everything in want is there.
func (s Scopes) Has(want Scopes) bool { return s&want == want }

// Names are the scopes' names, in a fixed order.
func (s Scopes) Names() []string {
	var names []string
	for i, name := range scopeNames {
		if s.Has(1 << i) {
			names = append(names, name)
		}
	}
	return names
}

// String is the names with commas between them.
func (s Scopes) String() string { return strings.Join(s.Names(), ",") }

// ParseScopes reads names of scopes; none at all are all of them.
func ParseScopes(names ...string) (Scopes, error) {
	if len(names) == 0 {
		return AllScopes, nil
	}
	var s Scopes
	for _, name := range names {
		known := false
		for i, one := range scopeNames {
			if name == one {
				s, known = s|1<<i, true
			}
		}
		if !known {
			return 0, Errorf(Validation, "scopes", "scope %q must be one of %s", name, AllScopes)
		}
	}
	return s, nil
}
