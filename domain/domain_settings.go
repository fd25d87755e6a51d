package domain

import "strings"

// Longest files that a domain answers with.
const (
	MaxRobots      = 16 << 10 // characters
	MaxAssociation = 64 << 10 // bytes
)

// Normalise checks settings as they were written and gives every value its one spelling. Its
// errors name redirect_status, root_url, not_found_url, robots_txt, favicon_url,
// apple_app_site_association and assetlinks.
func (s DomainSettings) Normalise() (DomainSettings, error) {
	var err error
	parse(&err, &s.RedirectStatus, ParseRedirectStatus)
	for _, place := range s.places() {
		parse(&err, place.at, func(d Destination) (Destination, error) { return ParsePlace(place.field, string(d)) })
	}
	parse(&err, &s.Robots, parseRobots)
	parse(&err, &s.AppleAssociation, func(raw string) (string, error) {
		return parseAssociation("apple_app_site_association", raw, '{')
	})
	parse(&err, &s.AssetLinks, func(raw string) (string, error) { return parseAssociation("assetlinks", raw, '[') })
	if err != nil {
		return DomainSettings{}, err
	}
	return s, nil
}

// Check refuses settings that Normalise would refuse or change.
func (s DomainSettings) Check() error {
	n, err := s.Normalise()
	if err == nil && n != s {
		err = Errorf(Validation, "settings", "settings must come in their one spelling")
	}
	return err
}

// place is a field that visitors may be sent to.
type place struct {
	field string
	at    *Destination
}

func (s *DomainSettings) places() []place {
	return []place{{"root_url", &s.Root}, {"not_found_url", &s.NotFound}, {"favicon_url", &s.Favicon}}
}

// parseRobots lets through what a text file may hold. Space at its end is nobody's.
func parseRobots(raw string) (string, error) { return textOf("robots_txt", raw, MaxRobots) }

// parseAssociation checks a JSON file that begins with open.
func parseAssociation(field, raw string, open byte) (string, error) {
	if strings.TrimSpace(raw) == "" {
		return "", nil
	}
	if len(raw) > MaxAssociation {
		return "", Errorf(Validation, field, "%s must have at most %d bytes", field, MaxAssociation)
	}
	compact, err := compactJSON(field, raw)
	if err == nil && compact[0] != open {
		err = Errorf(Validation, field, "%s must be JSON that begins with %c", field, open)
	}
	if err != nil {
		return "", err
	}
	return compact, nil
}
