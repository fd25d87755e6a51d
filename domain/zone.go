package domain

import (
	"strings"
	"time"
	_ "time/tzdata" // a zone that one process accepts must be known to all of them, wherever they run
)

// zone is a time zone by its name. Loading one takes a hundred microseconds, so it is done when a
// link becomes a [Target] and not when somebody visits.
type zone struct {
	name  string
	place *time.Location
}

// zones are what the conditions of the rules need; nil if they need none.
func (t *Traits) zones() *[]zone {
	var all []zone
	for _, r := range t.Rules {
		for _, c := range r.When {
			if c.Zone == "" || has(all, c.Zone) {
				continue
			}
			if place, err := loadZone(c.Zone); err == nil {
				all = append(all, zone{c.Zone, place})
			}
		}
	}
	if all == nil {
		return nil
	}
	return &all
}

func has(all []zone, name string) bool {
	for _, z := range all {
		if z.name == name {
			return true
		}
	}
	return false
}

const maxZone = 64

// loadZone finds a zone by its IANA name. What Go knows besides, such as the zone of the machine,
// is none.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" || len(name) > maxZone || strings.Trim(strings.ToLower(name), labelBytes+"/+") != "" {
		return nil, Errorf(Validation, "zone", "zone %q is not a time zone", name)
	}
	place, err := time.LoadLocation(name)
	if err != nil {
		return nil, Errorf(Validation, "zone", "zone %q is not a time zone; one is called like Europe/Berlin", name)
	}
	return place, nil
}
