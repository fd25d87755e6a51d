package domain

import "strings"

// Normalise checks traits as they were written and gives every value its one spelling, in which
// commands and events carry it. Its errors are of code Validation, or InvalidURL for places, and
// name the field of the native API.
func (t Traits) Normalise() (Traits, error) {
	var err error
	parse(&err, &t.Title, ParseTitle)
	parse(&err, &t.Note, ParseNote)
	parse(&err, &t.Tags, ParseTags)
	parse(&err, &t.Metadata, func(m Metadata) (Metadata, error) { return ParseMetadata(string(m)) })
	parse(&err, &t.External, ParseExternalID)
	parse(&err, &t.ExpiredURL, func(d Destination) (Destination, error) { return ParsePlace("expired_url", string(d)) })
	parse(&err, &t.Password, parseHash)
	parse(&err, &t.ClickLimit, parseClickLimit)
	parse(&err, &t.RedirectStatus, ParseRedirectStatus)
	parse(&err, &t.UTM, ParseUTM)
	parse(&err, &t.Rules, ParseRules)
	parse(&err, &t.Scripts, ParseScripts)
	parse(&err, &t.Preview, ParsePreview)
	if err != nil {
		return Traits{}, err
	}
	t.Starts = instant(t.Starts)
	return t, nil
}

// parse replaces what is at by what it is parsed to, unless something was wrong already.
func parse[T any](err *error, at *T, with func(T) (T, error)) {
	if *err == nil {
		*at, *err = with(*at)
	}
}

// Check refuses traits that [Traits.Normalise] would refuse or change: whoever writes commands
// has normalised them, and whoever reads them may rely on it.
func (t Traits) Check() error {
	n, err := t.Normalise()
	if err != nil {
		return err
	}
	for f := range n.Differences(t).Set.Each {
		return Errorf(Validation, f.String(), "%s must come in its one spelling", f)
	}
	return nil
}

// Normalise is [Traits.Normalise] for what the patch sets.
func (p Patch) Normalise() (Patch, error) {
	to, err := p.On(Traits{}).Normalise()
	return Patch{Set: p.Set, To: to}, err
}

// Check is [Traits.Check] for what the patch sets.
func (p Patch) Check() error { return p.On(Traits{}).Check() }

const maxHash = 512

// parseHash checks that a password is something that a hash may look like; where passwords are
// hashed it is known what exactly.
func parseHash(hash string) (string, error) {
	if len(hash) > maxHash || strings.ContainsFunc(hash, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", Errorf(Validation, "password", "password must be hashed before it is kept")
	}
	return hash, nil
}

func parseClickLimit(limit uint64) (uint64, error) {
	if limit > MaxClickLimit {
		return 0, Errorf(Validation, "click_limit", "click_limit must be at most %d", uint64(MaxClickLimit))
	}
	return limit, nil
}
