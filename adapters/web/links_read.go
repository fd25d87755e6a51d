package web

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// reading makes a link of a form, and notes all that is wrong with it, each beside its field.
type reading struct {
	Form

	loc *time.Location
}

// readLink is the link that a form asks for, which was filled in with base; what no field is there
// for stays as it was. The form that comes back says what is wrong. A password in it is checked, but
// isn't in the link yet.
func readLink(f Form, base domain.Link, loc *time.Location) (domain.Link, Form) {
	f.Errors = map[string]string{}
	r := &reading{f, loc}
	l := base
	l.Destination = take(r, "url", domain.ParseDestination)
	l.Host = take(r, "domain", domain.ParseHost)
	if r.Get("slug") != string(base.Slug) { // it may be older than the rules for slugs
		l.Slug = take(r, "slug", domain.ParseSlug)
	}
	l.Expires = r.time("expires_at", base.Expires)
	l.Traits = r.normal(r.traits(base.Traits), base.Traits)
	if len(r.Raw("password")) > mostPassword {
		r.Errors["password"] = "At most " + strconv.Itoa(mostPassword) + " bytes of a password count; this one is longer."
	}
	if len(r.Errors) > 0 {
		r.Problem = "Some fields need another look; each says what is wrong with it."
	}
	return l, r.Form
}

// mostPassword is how many bytes of a link's password its hash looks at.
const mostPassword = 72

// wrong reports whether something in the form can't be used.
func (f Form) wrong() bool { return len(f.Errors) > 0 }

// errTyped stands for all that a form says of itself.
var errTyped = domain.Errorf(domain.Validation, "", "the form can't be used as it is")

// take reads a field.
func take[T any](r *reading, name string, parse func(string) (T, error)) T {
	v, err := parse(r.Get(name))
	r.note(name, err)
	return v
}

// note keeps what is wrong with a field, or with the part of it that the error names.
func (r *reading) note(name string, err error) {
	if err == nil {
		return
	}
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		e = domain.Errorf(domain.Validation, name, "%s can't be read", name)
	}
	if strings.Contains(e.Field, "[") {
		name = e.Field
	}
	r.Errors[name] = aboutField(name, e)
}

// aboutField is what an error says of a field, by the last word of its name.
func aboutField(name string, e *domain.Error) string {
	rest, named := strings.CutPrefix(e.Message, e.Field)
	if rest, colon := strings.CutPrefix(rest, ":"); named && colon {
		return sentence(&domain.Error{Message: strings.TrimSpace(rest)})
	}
	if !named {
		return sentence(e)
	}
	word := name[strings.LastIndexByte(name, '.')+1:]
	switch word {
	case "id":
		word = "name"
	case "url":
		word = "URL"
	}
	return sentence(&domain.Error{Message: "the " + strings.ReplaceAll(strings.ReplaceAll(word, "_", " "), "utm", "UTM") + rest})
}

// explained is an error about a link in the words of its form.
func explained(err error) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok || e.Field == "" || e.Code == domain.Unavailable || e.Code == domain.VersionConflict || e.Code == domain.Internal {
		return err
	}
	return &domain.Error{Code: e.Code, Field: e.Field, Message: aboutField(e.Field, e)}
}

// traits are those of the form as they were typed, put over those that were there.
func (r *reading) traits(t domain.Traits) domain.Traits {
	t.Title, t.Note, t.External = r.Get("title"), r.lines("note"), r.Get("external_id")
	t.Tags = listed(r.Get("tags"), ",\n")
	if raw := r.lines("metadata"); raw != indented(t.Metadata) {
		t.Metadata = domain.Metadata(raw)
	}
	t.Disabled = !r.Has("enabled")
	t.ForwardQuery, t.ForwardPath, t.Indexed = r.Has("forward_query"), r.Has("forward_path"), r.Has("indexed")
	t.Starts = r.time("valid_from", t.Starts)
	t.ExpiredURL = domain.Destination(r.Get("expired_url"))
	t.ClickLimit = r.number("click_limit", 64)
	t.RedirectStatus = uint16(r.number("redirect_status", 16)) //nolint:gosec // 16 bits
	t.UTM = domain.UTM{
		Source: r.Get("utm_source"), Medium: r.Get("utm_medium"), Campaign: r.Get("utm_campaign"),
		Term: r.Get("utm_term"), Content: r.Get("utm_content"),
	}
	t.Preview = domain.Preview{Title: r.Get("preview_title"), Description: r.lines("preview_description"), Image: r.Get("preview_image")}
	t.Rules, t.Scripts = r.rules(), r.scripts()
	return t
}

// normal gives every trait that differs from what was there its one spelling, each for itself: all
// that is wrong is to be told at once.
func (r *reading) normal(t, was domain.Traits) domain.Traits {
	result, wrong := was, len(r.Errors)
	for field := range t.Differences(was).Set.Each {
		if wrong > 0 && field == domain.FieldRules {
			continue // a rule that can't be read would only be found wrong once more
		}
		p, err := domain.Patch{Set: domain.Fields(0).With(field), To: t}.Normalise()
		r.note(field.String(), err)
		result = p.On(result)
	}
	return result
}

// lines is a field of several lines, which browsers end in their own way.
func (r *reading) lines(name string) string { return unixLines(r.Get(name)) }

func unixLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

func (r *reading) time(name string, was time.Time) time.Time {
	t, err := parseLocal(name, r.Get(name), was, r.loc)
	r.note(name, err)
	return t
}

// number reads a whole number; empty is 0.
func (r *reading) number(name string, bits int) uint64 {
	raw := r.Get(name)
	if raw == "" {
		return 0
	}
	n, err := strconv.ParseUint(raw, 10, bits)
	if err != nil {
		r.note(name, domain.Errorf(domain.Validation, name, "%s must be a whole number", name))
	}
	return n
}
