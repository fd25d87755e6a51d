package httpapi

import (
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// reference is what a page shows of an OpenAPI document.
type reference struct {
	Name  string   `yaml:"-"`
	Names []string `yaml:"-"` // of all documents
	Info  struct {
		Title       string `yaml:"title"`
		Summary     string `yaml:"summary"`
		Description string `yaml:"description"`
	} `yaml:"info"`
	Servers []struct {
		URL         string `yaml:"url"`
		Description string `yaml:"description"`
	} `yaml:"servers"`
	Paths      ordered[ordered[operationShape]] `yaml:"paths"`
	Components struct {
		Parameters map[string]parameterShape `yaml:"parameters"`
		Responses  map[string]responseShape  `yaml:"responses"`
		Schemas    ordered[schemaShape]      `yaml:"schemas"`
	} `yaml:"components"`
	Operations []operationShape `yaml:"-"` // in the order of the document
}

// operationShape is a method of a path.
type operationShape struct {
	Method      string           `yaml:"-"`
	Path        string           `yaml:"-"`
	Summary     string           `yaml:"summary"`
	Description string           `yaml:"description"`
	Parameters  []parameterShape `yaml:"parameters"`
	RequestBody *struct {
		Content ordered[contentShape] `yaml:"content"`
	} `yaml:"requestBody"`
	Responses ordered[responseShape] `yaml:"responses"`
}

type parameterShape struct {
	Ref         string      `yaml:"$ref"`
	Name        string      `yaml:"name"`
	In          string      `yaml:"in"`
	Required    bool        `yaml:"required"`
	Description string      `yaml:"description"`
	Schema      schemaShape `yaml:"schema"`
}

type responseShape struct {
	Ref         string                `yaml:"$ref"`
	Description string                `yaml:"description"`
	Content     ordered[contentShape] `yaml:"content"`
}

type contentShape struct {
	Schema schemaShape `yaml:"schema"`
}

// schemaShape is a schema, as far as people want to know it.
type schemaShape struct {
	Ref         string               `yaml:"$ref"`
	Type        yaml.Node            `yaml:"type"`
	Const       yaml.Node            `yaml:"const"`
	Enum        []yaml.Node          `yaml:"enum"`
	Description string               `yaml:"description"`
	Items       *schemaShape         `yaml:"items"`
	Properties  ordered[schemaShape] `yaml:"properties"`
	Required    []string             `yaml:"required"`
	OneOf       []schemaShape        `yaml:"oneOf"`
	AnyOf       []schemaShape        `yaml:"anyOf"`
	AllOf       []schemaShape        `yaml:"allOf"`
}

// ordered is a mapping in the order it is written.
type ordered[T any] struct{ pairs []pair[T] }

type pair[T any] struct {
	name  string
	value T
}

// Name is the key.
func (p pair[T]) Name() string { return p.name }

// Value is what stands there.
func (p pair[T]) Value() T { return p.value }

// All are the entries.
func (o ordered[T]) All() []pair[T] { return o.pairs }

// UnmarshalYAML implements yaml.Unmarshaler. What isn't a value of the kind (the description of a
// path beside its methods, say) is left out.
func (o *ordered[T]) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		var v T
		if n.Content[i+1].Kind != yaml.MappingNode {
			continue
		}
		if err := n.Content[i+1].Decode(&v); err != nil {
			return err
		}
		o.pairs = append(o.pairs, pair[T]{n.Content[i].Value, v})
	}
	return nil
}

// anchor is the last name of a reference.
func anchor(ref string) string { return path.Base(ref) }

// schemaText says in a few words what a schema lets through, with links to what has a name.
func schemaText(s schemaShape) template.HTML {
	esc := template.HTMLEscapeString
	switch {
	case s.Ref != "":
		name := esc(anchor(s.Ref))
		return template.HTML(fmt.Sprintf(`<a href="#schema-%s">%s</a>`, name, name)) //nolint:gosec // escaped
	case len(s.OneOf)+len(s.AnyOf) > 0:
		return joined(append(s.OneOf, s.AnyOf...), " or ")
	case len(s.AllOf) > 0:
		return joined(s.AllOf, " and ")
	case s.Const.Value != "":
		return template.HTML("<code>" + esc(s.Const.Value) + "</code>") //nolint:gosec // escaped
	case len(s.Enum) > 0:
		var all []string
		for _, v := range s.Enum {
			all = append(all, "<code>"+esc(v.Value)+"</code>")
		}
		return template.HTML(strings.Join(all, ", ")) //nolint:gosec // escaped
	}
	text := template.HTML(esc(typeText(s.Type))) //nolint:gosec // escaped
	if s.Items != nil {
		text += " of " + schemaText(*s.Items)
	}
	if len(s.Properties.pairs) > 0 {
		var names []string
		for _, p := range s.Properties.pairs {
			names = append(names, esc(p.name))
		}
		text += template.HTML(" {" + strings.Join(names, ", ") + "}") //nolint:gosec // escaped
	}
	return text
}

func joined(all []schemaShape, word template.HTML) (text template.HTML) {
	for i, s := range all {
		if i > 0 {
			text += word
		}
		text += schemaText(s)
	}
	return text
}

// typeText is a type, or several.
func typeText(n yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	var all []string
	for _, c := range n.Content {
		all = append(all, c.Value)
	}
	if len(all) == 0 {
		return "any"
	}
	return strings.Join(all, " or ")
}

// Needs reports whether a property has to be there.
func (s schemaShape) Needs(name string) bool { return slices.Contains(s.Required, name) }
