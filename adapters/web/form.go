package web

import (
	"crypto/rand"
	"errors"
	"maps"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

const keyField = "key" // a form's own name: sent twice it is done once

// Form is what a form carries and shows: drawn for a page by [Server.form], read of a request by
// [Server.posted], and shown again with what was wrong after [Form.refused].
type Form struct {
	Token   string            // against other sites
	Key     string            // makes the ids of its commands
	Values  url.Values        // what was typed
	Errors  map[string]string // what is wrong, by field
	Problem string            // what is wrong with none of the fields
}

// Get is what was typed into a field, without the space around it.
func (f Form) Get(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// Raw is what was typed into a field, as it was: for passwords.
func (f Form) Raw(name string) string { return f.Values.Get(name) }

// All is what was chosen of a field with several values.
func (f Form) All(name string) []string { return f.Values[name] }

// Has reports whether a box was ticked.
func (f Form) Has(name string) bool { return f.Values.Has(name) }

// With is the form with a value in a field.
func (f Form) With(name string, values ...string) Form {
	all := url.Values{}
	maps.Copy(all, f.Values)
	all[name] = values
	f.Values = all
	return f
}

// form is an empty one for a page.
func (s *Server) form(c echo.Context) Form {
	t := session(c).CSRF
	if t == "" {
		t = s.guest(c)
	}
	return Form{Token: t, Key: rand.Text()[:20], Values: url.Values{}}
}

// posted is the one that was sent.
func (s *Server) posted(c echo.Context) (Form, error) {
	f := s.form(c)
	values, err := c.FormParams()
	if err != nil {
		return f, domain.Errorf(domain.Validation, "", "The form can't be read.")
	}
	if key := values.Get(keyField); key != "" && len(key) <= 40 {
		f.Key = key
	}
	for _, all := range values {
		for i, v := range all {
			all[i] = legible(v)
		}
	}
	f.Values = values
	return f, nil
}

// legible is text without what is none: no browser sends that, and no database keeps it.
func legible(raw string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(raw, "\uFFFD"), "\x00", "\uFFFD")
}

// refused is the form with an error told where it belongs. It keeps its key where sending it
// again asks what became of the first time.
func (f Form) refused(err error) Form {
	f.Errors = map[string]string{}
	e, known := errors.AsType[*domain.Error](err)
	if u, ok := errors.AsType[*commands.Unfinished](err); ok {
		f.Problem = unfinished(u.Fate)
		return f
	}
	if !known || e.Code == domain.Internal {
		f.Problem = "Something went wrong here, not with what you typed. It is all still there: send it again in a moment."
		return f
	}
	f.Key = rand.Text()[:20]
	switch e.Code {
	case domain.VersionConflict:
		f.Problem = "Somebody else changed this since you opened it. What you typed is still here; look at what they did before you send it again."
	case domain.KeyReused:
		f.Problem = "This form was sent before with something else in it, and that was done. Send it again if you want this, too."
	default:
		message := sentence(e)
		if f.Values.Has(e.Field) {
			f.Errors[e.Field] = message
		} else {
			f.Problem = message
		}
	}
	return f
}

// unfinished is what people are told of a command that nobody can promise.
func unfinished(fate commands.Fate) string {
	switch fate {
	case commands.NotDone:
		return "This was not done: a part of the service is away. What you typed is still here; send it again in a moment."
	case commands.Done:
		return "This is done, but can't be shown yet. Sending it again is safe: it is done only once."
	case commands.Unknown:
	}
	return "A part of the service is away, so it isn't known yet whether this was done. Sending it again is safe: it is done only once."
}

// sentence is an error's message for people: it doesn't begin with the name of a field.
func sentence(e *domain.Error) string {
	m := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(e.Message, e.Field+":"), " "))
	if m == "" {
		return "This can't be used."
	}
	if e.Field != "" && strings.HasPrefix(m, e.Field+" ") {
		m = strings.ReplaceAll(e.Field, "_", " ") + strings.TrimPrefix(m, e.Field)
	}
	m = strings.ToUpper(m[:1]) + m[1:]
	if !strings.HasSuffix(m, ".") {
		m += "."
	}
	return m
}
