package main

import (
	"slices"
	"strings"
)

// pyClass reports whether a schema is a class of its own in Python: a TypedDict names all it may hold.
func pyClass(s *schema) bool { return len(s.Properties) > 0 && s.Additional == nil }

// pyReserved reports whether the members of an object can't be written as those of a Python class.
func pyReserved(s *schema) bool {
	return slices.ContainsFunc(s.Properties, func(p entry[*schema]) bool { return pyName(p.Name) != p.Name })
}

// pyMember is the type of an object's member.
func pyMember(of *schema, p entry[*schema]) string {
	if of.Requires(p.Name) {
		return python.of(p.Value)
	}
	return "NotRequired[" + python.of(p.Value) + "]"
}

// pyName is what a parameter is called in Python, which doesn't allow all names.
func pyName(name string) string {
	if name == "from" || name == "not" {
		return name + "_"
	}
	return name
}

// docstring is a Python string that describes what it stands in, or behind.
func docstring(indent, text string) string {
	text = comment(indent, strings.ReplaceAll(text, `\`, `\\`))
	mark, end := `"""`, `"""`
	if strings.Contains(text, "\n") {
		end = "\n" + indent + end
	} else if strings.HasSuffix(text, `"`) {
		end = " " + end
	}
	return indent + mark + strings.TrimPrefix(text, indent) + end
}

// rbArguments are the parameters of a Ruby method.
func rbArguments(o *operation) string {
	var all []string
	for _, a := range o.Parts {
		all = append(all, a.Name)
	}
	for _, a := range o.Params {
		all = append(all, a.Name+": nil")
	}
	if o.Body != nil {
		all = append(all, "**body")
	}
	if o.Kind == asRows || o.Kind == asEvents {
		all = append(all, "&block")
	}
	return strings.Join(all, ", ")
}

// rbsArguments are their types: the members of the body are keywords like the others.
func rbsArguments(o *operation) string {
	var all []string
	for _, a := range o.Parts {
		all = append(all, ruby.of(a.Schema)+" "+a.Name)
	}
	if o.Body != nil {
		for _, p := range o.Body.Properties {
			mark := "?"
			if o.Body.Requires(p.Name) {
				mark = ""
			}
			all = append(all, mark+p.Name+": "+ruby.of(p.Value))
		}
	}
	for _, a := range o.Params {
		all = append(all, "?"+a.Name+": "+ruby.optional(a.Schema))
	}
	return strings.Join(all, ", ")
}

// optional is the type of a schema's values and nil.
func (x *syntax) optional(s *schema) string { return x.union([]string{x.of(s)}, true) }

// streamed is an operation whose items are handed to a block.
func streamed(o *operation) *operation {
	s := *o
	s.Kind = asRows
	return &s
}
