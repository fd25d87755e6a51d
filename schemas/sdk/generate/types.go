package main

import (
	"path"
	"slices"
	"strings"
)

// syntax is how a language writes types.
type syntax struct {
	ref      func(name string) string
	literals func(all []any) []string // values that the type has one by one
	union    func(all []string, null bool) string
	array    func(of string) string
	object   func(of string) string // with texts as keys
	plain    map[string]string      // by the name of a JSON type
	anything string
}

// of is the type of a schema.
func (x *syntax) of(s *schema) string {
	switch {
	case s == nil:
		return x.anything
	case s.Ref != "":
		return x.ref(path.Base(s.Ref))
	case s.Const != nil:
		return x.union(x.literals([]any{s.Const}), false)
	case len(s.Enum) > 0:
		values := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
		return x.union(x.literals(values), len(values) < len(s.Enum))
	}
	var all []string
	null := false
	for _, one := range s.OneOf {
		if slices.Equal(one.Type, words{"null"}) {
			null = true
			continue
		}
		all = append(all, x.of(one))
	}
	for _, name := range s.Type {
		switch name {
		case "null":
			null = true
		case "array":
			all = append(all, x.array(x.of(s.Items)))
		case "object":
			all = append(all, x.object(x.of(s.values())))
		default:
			all = append(all, x.plain[name])
		}
	}
	if len(all) == 0 {
		return x.anything
	}
	return x.union(all, null)
}

// values is what members have to be that an object doesn't name; nil: anything.
func (s *schema) values() *schema {
	if s.Additional == nil {
		return nil
	}
	return s.Additional.Of
}

var typescript = &syntax{
	ref:      func(name string) string { return name },
	literals: quoteAll,
	union:    barred("null"),
	array: func(of string) string {
		if strings.Contains(of, " | ") {
			of = "(" + of + ")"
		}
		return of + "[]"
	},
	object:   func(of string) string { return "Record<string, " + of + ">" },
	plain:    map[string]string{"string": "string", "integer": "number", "number": "number", "boolean": "boolean"},
	anything: "unknown",
}

var python = &syntax{
	ref: func(name string) string { return name },
	literals: func(all []any) []string {
		texts := strings.Join(quoteAll(all), ", ")
		return []string{"Literal[" + strings.NewReplacer("true", "True", "false", "False").Replace(texts) + "]"}
	},
	union:    barred("None"),
	array:    func(of string) string { return "list[" + of + "]" },
	object:   func(of string) string { return "dict[str, " + of + "]" },
	plain:    map[string]string{"string": "str", "integer": "int", "number": "float", "boolean": "bool"},
	anything: "Any",
}

var ruby = &syntax{
	ref:      snake,
	literals: quoteAll,
	union: func(all []string, null bool) string {
		text := strings.Join(all, " | ")
		switch {
		case !null:
			return text
		case len(all) > 1:
			return "(" + text + ")?"
		}
		return text + "?"
	},
	array:    func(of string) string { return "Array[" + of + "]" },
	object:   func(of string) string { return "Hash[Symbol, " + of + "]" },
	plain:    map[string]string{"string": "String", "integer": "Integer", "number": "Numeric", "boolean": "bool"},
	anything: "untyped",
}

func quoteAll(all []any) []string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = quote(all[i])
	}
	return texts
}

// barred is the union of languages that write a bar between types, and null among them.
func barred(nothing string) func([]string, bool) string {
	return func(all []string, null bool) string {
		if null {
			all = append(slices.Clone(all), nothing)
		}
		return strings.Join(all, " | ")
	}
}
