package httpapi

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/linklog/linklog/domain"
)

// member is a field of requests and answers that stands for a trait.
type member struct {
	name  string
	field domain.Field
	read  func(f Fields, name string, to *domain.Traits) error // the value, which isn't null
	show  func(t *domain.Traits) any                           // nil: not set
}

// members are all that a link has beyond PocoLink's document, in the order of answers.
var members = [...]member{
	{"enabled", domain.FieldDisabled, readEnabled, func(t *domain.Traits) any { return !t.Disabled }},
	flag("archived", domain.FieldArchived, func(t *domain.Traits) *bool { return &t.Archived }),
	text("title", domain.FieldTitle, func(t *domain.Traits) *string { return &t.Title }),
	text("note", domain.FieldNote, func(t *domain.Traits) *string { return &t.Note }),
	{"tags", domain.FieldTags, readTags, func(t *domain.Traits) any { return orEmpty(t.Tags) }},
	{"metadata", domain.FieldMetadata, readMetadata, showMetadata},
	text("external_id", domain.FieldExternal, func(t *domain.Traits) *string { return &t.External }),
	{"valid_from", domain.FieldStarts, readStarts, func(t *domain.Traits) any { return timeOrNil(t.Starts) }},
	place("expired_url", domain.FieldExpiredURL, func(t *domain.Traits) *domain.Destination { return &t.ExpiredURL }),
	{"password", domain.FieldPassword, readPassword, func(t *domain.Traits) any { return t.Password != "" }},
	{"click_limit", domain.FieldClickLimit, readClickLimit, func(t *domain.Traits) any { return numberOrNil(t.ClickLimit) }},
	{"redirect_status", domain.FieldRedirectStatus, readStatus, func(t *domain.Traits) any { return numberOrNil(t.RedirectStatus) }},
	flag("forward_query", domain.FieldForwardQuery, func(t *domain.Traits) *bool { return &t.ForwardQuery }),
	flag("forward_path", domain.FieldForwardPath, func(t *domain.Traits) *bool { return &t.ForwardPath }),
	text("utm_source", domain.FieldUTMSource, func(t *domain.Traits) *string { return &t.UTM.Source }),
	text("utm_medium", domain.FieldUTMMedium, func(t *domain.Traits) *string { return &t.UTM.Medium }),
	text("utm_campaign", domain.FieldUTMCampaign, func(t *domain.Traits) *string { return &t.UTM.Campaign }),
	text("utm_term", domain.FieldUTMTerm, func(t *domain.Traits) *string { return &t.UTM.Term }),
	text("utm_content", domain.FieldUTMContent, func(t *domain.Traits) *string { return &t.UTM.Content }),
	{"rules", domain.FieldRules, readRules, func(t *domain.Traits) any { return shownRules(t.Rules) }},
	{"scripts", domain.FieldScripts, readScripts, func(t *domain.Traits) any { return shownScripts(t.Scripts) }},
	text("preview_title", domain.FieldPreviewTitle, func(t *domain.Traits) *string { return &t.Preview.Title }),
	text("preview_description", domain.FieldPreviewDescription, func(t *domain.Traits) *string { return &t.Preview.Description }),
	text("preview_image", domain.FieldPreviewImage, func(t *domain.Traits) *string { return &t.Preview.Image }),
	flag("indexed", domain.FieldIndexed, func(t *domain.Traits) *bool { return &t.Indexed }),
}

// patch is what a body asks of a link's traits. Null takes a trait away. A password is still as
// it was given.
func (f Fields) patch() (p domain.Patch, err error) {
	for _, m := range members {
		if _, given := f[m.name]; !given {
			continue
		}
		p.Set = p.Set.With(m.field)
		if !f.Has(m.name) {
			continue
		}
		if err := m.read(f, m.name, &p.To); err != nil {
			return domain.Patch{}, err
		}
	}
	password := p.To.Password
	p.To.Password = "" // it is none of a hash's spellings yet
	p, err = p.Normalise()
	p.To.Password = password
	return p, err
}

// allTraits are the fields of all members.
func allTraits() (set domain.Fields) {
	for _, m := range members {
		set = set.With(m.field)
	}
	return set
}

func text(name string, field domain.Field, at func(*domain.Traits) *string) member {
	read := func(f Fields, name string, to *domain.Traits) (err error) {
		*at(to), err = f.Text(name)
		return err
	}
	return member{name, field, read, func(t *domain.Traits) any { return textOrNil(*at(t)) }}
}

func flag(name string, field domain.Field, at func(*domain.Traits) *bool) member {
	read := func(f Fields, name string, to *domain.Traits) error { return f.Value(name, at(to), "true or false") }
	return member{name, field, read, func(t *domain.Traits) any { return *at(t) }}
}

func place(name string, field domain.Field, at func(*domain.Traits) *domain.Destination) member {
	read := func(f Fields, name string, to *domain.Traits) error {
		raw, err := f.Text(name)
		*at(to) = domain.Destination(raw)
		return err
	}
	return member{name, field, read, func(t *domain.Traits) any { return textOrNil(*at(t)) }}
}

func readEnabled(f Fields, name string, to *domain.Traits) error {
	var on bool
	err := f.Value(name, &on, "true or false")
	to.Disabled = !on
	return err
}

func readTags(f Fields, name string, to *domain.Traits) error {
	return f.Value(name, &to.Tags, "a list of strings")
}

func readMetadata(f Fields, name string, to *domain.Traits) error {
	if f[name][0] != '{' {
		return domain.Errorf(domain.Validation, name, "%s must be a JSON object", name)
	}
	to.Metadata = domain.Metadata(f[name])
	return nil
}

func showMetadata(t *domain.Traits) any {
	if t.Metadata == "" {
		return nil
	}
	return json.RawMessage(t.Metadata)
}

func readStarts(f Fields, name string, to *domain.Traits) (err error) {
	to.Starts, err = f.time(name)
	return err
}

func readPassword(f Fields, name string, to *domain.Traits) error {
	password, err := f.Text(name)
	if err == nil && (password == "" || len(password) > MaxPassword) {
		err = domain.Errorf(domain.Validation, name, "%s must have 1 to %d bytes", name, MaxPassword)
	}
	to.Password = password // until hashPasswords
	return err
}

func readClickLimit(f Fields, name string, to *domain.Traits) error {
	return f.Value(name, &to.ClickLimit, "a whole number, 0 for none")
}

func readStatus(f Fields, name string, to *domain.Traits) error {
	return f.Value(name, &to.RedirectStatus, "301, 302, 303, 307 or 308")
}

// linkMembers are the traits of a link as JSON members: all of them, or those that are set.
func linkMembers(b *bytes.Buffer, t *domain.Traits, all bool) error {
	set := t.Differences(domain.Traits{}).Set
	for _, m := range members {
		if !all && !set.Has(m.field) {
			continue
		}
		if err := addMember(b, m.name, m.show(t)); err != nil {
			return err
		}
	}
	return nil
}

func textOrNil[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return s
}

func numberOrNil[T uint64 | uint16](n T) any {
	if n == 0 {
		return nil
	}
	return n
}

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// orEmpty is a list that is never null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
