package main

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// document is an OpenAPI 3.1 document, as far as clients need it.
type document struct {
	Paths      ordered[ordered[*endpoint]] `yaml:"paths"`
	Components struct {
		Parameters map[string]*parameter `yaml:"parameters"`
		Schemas    ordered[*schema]      `yaml:"schemas"`
	} `yaml:"components"`
}

// endpoint is a method of a path.
type endpoint struct {
	OperationID string       `yaml:"operationId"`
	Summary     string       `yaml:"summary"`
	Description string       `yaml:"description"`
	Parameters  []*parameter `yaml:"parameters"`
	RequestBody *struct {
		Required bool             `yaml:"required"`
		Content  map[string]media `yaml:"content"`
	} `yaml:"requestBody"`
	Responses ordered[*struct {
		Content map[string]media `yaml:"content"`
	}] `yaml:"responses"`
}

// media is a body of one content type. Item is what a stream of them consists of.
type media struct {
	Schema *schema `yaml:"schema"`
	Item   *schema `yaml:"x-itemSchema"`
}

type parameter struct {
	Ref         string  `yaml:"$ref"`
	Name        string  `yaml:"name"`
	In          string  `yaml:"in"`
	Description string  `yaml:"description"`
	Schema      *schema `yaml:"schema"`
}

// schema is what a value may be.
type schema struct {
	Ref         string           `yaml:"$ref"`
	Type        words            `yaml:"type"`
	Const       any              `yaml:"const"`
	Enum        []any            `yaml:"enum"`
	OneOf       []*schema        `yaml:"oneOf"`
	Items       *schema          `yaml:"items"`
	Properties  ordered[*schema] `yaml:"properties"`
	Required    []string         `yaml:"required"`
	Additional  *additional      `yaml:"additionalProperties"`
	Description string           `yaml:"description"`
}

// Requires reports whether an object always has the member.
func (s *schema) Requires(name string) bool { return slices.Contains(s.Required, name) }

// words is a word or a list of them.
type words []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = words{n.Value}
		return nil
	}
	return n.Decode((*[]string)(w))
}

// additional says what members an object may have that it doesn't name; nil Of: any.
type additional struct{ Of *schema }

// UnmarshalYAML implements yaml.Unmarshaler.
func (a *additional) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		return n.Decode(&a.Of)
	}
	if n.Value != "true" {
		return fmt.Errorf("line %d: additionalProperties: %s is not supported", n.Line, n.Value)
	}
	return nil
}

// ordered is a mapping in the order it is written.
type ordered[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *ordered[T]) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := entry[T]{Name: n.Content[i].Value}
		if err := n.Content[i+1].Decode(&e.Value); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		*o = append(*o, e)
	}
	return nil
}

// named is the value under a name, zero if there is none.
func (o ordered[T]) named(name string) (value T) {
	for _, e := range o {
		if e.Name == name {
			return e.Value
		}
	}
	return value
}
