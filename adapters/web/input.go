package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/linklog/linklog/domain/identity"
)

// Input is a field of a form.
type Input struct {
	Name         string
	Label        string
	Type         string // of HTML; empty: text
	Hint         string
	Placeholder  string
	Autocomplete string
	ID           string // empty: the name; needed where a page has the name twice
	Optional     bool
	Focus        bool
	More         templ.Attributes
}

// Choice is a value to choose.
type Choice struct{ Value, Label, Hint string }

func (i Input) id() string {
	if i.ID != "" {
		return i.ID
	}
	return "f-" + i.Name
}

func (i Input) kind() string {
	if i.Type == "" {
		return "text"
	}
	return i.Type
}

// described names the elements that say more about the field.
func (i Input) described(f Form) string {
	var ids []string
	if i.Hint != "" {
		ids = append(ids, i.id()+"-hint")
	}
	if f.Errors[i.Name] != "" {
		ids = append(ids, i.id()+"-error")
	}
	return strings.Join(ids, " ")
}

// ticked reports whether a value is among the chosen ones.
func (f Form) ticked(name, value string) bool { return slices.Contains(f.Values[name], value) }

// initial stands for somebody in a circle.
func initial(p identity.Person) string {
	r, size := utf8.DecodeRuneInString(p.Name + p.Email)
	if size == 0 {
		return "?"
	}
	return string(unicode.ToUpper(r))
}

// words is the name of a field for people.
func words(name string) string {
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// newPassword is a field for a password that is being chosen.
func newPassword(name, label string) Input {
	return Input{
		Name: name, Label: label, Type: "password", Autocomplete: "new-password",
		Hint: "At least 10 characters. A few words that you don't use elsewhere are best.", More: templ.Attributes{"minlength": "10", "maxlength": "200"},
	}
}

// paragraphs are those of a mail.
func paragraphs(text string) []string { return strings.Split(strings.TrimSpace(text), "\n\n") }

// isAddress reports whether a paragraph is a link.
func isAddress(p string) bool {
	return (strings.HasPrefix(p, "https://") || strings.HasPrefix(p, "http://")) && !strings.ContainsAny(p, " \n")
}

// plainLine is a name as a line of a mail may hold it.
func plainLine(name string) string {
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
