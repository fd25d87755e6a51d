package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is kept about a link, in characters unless said otherwise.
const (
	MaxTitle       = 255
	MaxNote        = 2000
	MaxDescription = 1000
	MaxTags        = 50 // of a link
	MaxTag         = 64
	MaxMetadata    = 10 << 10 // bytes, compact
	MaxExternal    = 255
	MaxUTMValue    = 255
	MaxReason      = 500
	MaxClickLimit  = 1<<53 - 1 // clicks: a number that survives JSON
	MaxRules       = 100       // of a link
	MaxRuleID      = 64
	MaxConditions  = 20  // of a rule
	MaxValues      = 300 // of a condition: every country there is
	MaxValue       = 128
	MaxScripts     = 20       // of a link
	MaxScript      = 10 << 10 // bytes
)

// lineOf is raw on one line, without the space around it.
func lineOf(field, raw string, most int) (string, error) {
	s := strings.TrimSpace(raw)
	if err := readable(field, s, most); err != nil {
		return "", err
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", Errorf(Validation, field, "%s must not contain control characters", field)
	}
	return s, nil
}

// textOf is raw, which may have several lines, without the space around it.
func textOf(field, raw string, most int) (string, error) {
	s := strings.TrimSpace(strings.ReplaceAll(raw, "\r\n", "\n"))
	if err := readable(field, s, most); err != nil {
		return "", err
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", Errorf(Validation, field, "%s must not contain control characters", field)
	}
	return s, nil
}

func readable(field, s string, most int) error {
	if !utf8.ValidString(s) {
		return Errorf(Validation, field, "%s must be valid UTF-8", field)
	}
	if utf8.RuneCountInString(s) > most {
		return Errorf(Validation, field, "%s must have at most %d characters", field, most)
	}
	return nil
}

// ParseTitle checks a link's title.
func ParseTitle(raw string) (string, error) { return lineOf("title", raw, MaxTitle) }

// ParseNote checks a link's note, which may have several lines.
func ParseNote(raw string) (string, error) { return textOf("note", raw, MaxNote) }

// ParseExternalID checks the id that an owner gives a link; empty is none.
func ParseExternalID(raw string) (string, error) { return lineOf("external_id", raw, MaxExternal) }

// ParseReason checks why something was blocked.
func ParseReason(raw string) (string, error) { return textOf("reason", raw, MaxReason) }

// ParseUTM checks the values that go along with visitors.
func ParseUTM(raw UTM) (UTM, error) {
	fields := [len(utmNames)]*string{&raw.Source, &raw.Medium, &raw.Campaign, &raw.Term, &raw.Content}
	for i, at := range fields {
		value, err := lineOf(utmNames[i], *at, MaxUTMValue)
		if err != nil {
			return UTM{}, err
		}
		*at = value
	}
	return raw, nil
}

// ParsePreview checks what networks are to show of a link.
func ParsePreview(raw Preview) (p Preview, err error) {
	if p.Title, err = lineOf("preview_title", raw.Title, MaxTitle); err != nil {
		return Preview{}, err
	}
	if p.Description, err = textOf("preview_description", raw.Description, MaxDescription); err != nil {
		return Preview{}, err
	}
	image, err := ParsePlace("preview_image", raw.Image)
	if err != nil {
		return Preview{}, err
	}
	p.Image = string(image)
	return p, nil
}

// ParsePlace is [ParseDestination] for another field than url, which may be empty.
func ParsePlace(field, raw string) (Destination, error) {
	if raw == "" {
		return "", nil
	}
	d, err := ParseDestination(raw)
	return d, renamed(err, field)
}

// ParseRedirectStatus checks the status of a redirect; 0 leaves it to the domain.
func ParseRedirectStatus(status uint16) (uint16, error) {
	switch status {
	case 0, 301, 302, 303, 307, 308:
		return status, nil
	}
	return 0, Errorf(Validation, "redirect_status", "redirect_status must be 301, 302, 303, 307 or 308, not %d", status)
}
