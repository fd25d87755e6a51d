package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// api is what templates see.
type api struct {
	Types      ordered[*schema]
	Codes      []string // of errors
	Operations []*operation
}

// operation is a method of the client.
type operation struct {
	Name, Verb, Path, Doc string
	Parts                 []*argument // of the path
	Params                []*argument // of the query and the header
	Body                  *schema     // an object; nil: none
	BodyName              string
	BodyOptional          bool
	Kind                  kind
	Result                *schema // of JSON; of an item of a stream
	Take                  string  // the member of the answer that is the result; empty: all of it
	Items                 string  // the member of a page with its items
	Item                  *schema
	Query                 string // fixed, as in format=csv
}

// argument is something that an operation may be told.
type argument struct {
	Name, Doc string
	Schema    *schema
}

// kind is how an answer is read.
type kind string

const (
	asJSON   kind = "json"
	asText   kind = "text"
	asBytes  kind = "bytes"
	asRows   kind = "rows"   // a stream of lines of JSON
	asEvents kind = "events" // a stream of server-sent events
)

// headers are those that the hand-written cores send, by what arguments for them are called.
var headers = map[string]string{
	"Idempotency-Key": "idempotency_key", "If-Match": "if_match", "Last-Event-ID": "last_event_id",
}

func readAPI(text []byte) (*api, error) {
	var d document
	if err := yaml.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	a := &api{Types: nameAll(d.Components.Schemas)}
	problem := a.Types.named("Problem")
	if problem == nil || problem.Properties.named("code") == nil {
		return nil, errors.New("no codes of errors at Problem.code")
	}
	for _, code := range problem.Properties.named("code").Enum {
		a.Codes = append(a.Codes, fmt.Sprint(code))
	}
	for _, p := range d.Paths {
		for _, e := range p.Value {
			all, err := d.operations(e.Name, p.Name, e.Value)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", e.Name, p.Name, err)
			}
			a.Operations = append(a.Operations, all...)
		}
	}
	a.Types = a.used()
	return a, nil
}

// nameAll gives objects inside others a type of their own, which is called as both: Parent + Member.
func nameAll(types ordered[*schema]) (all ordered[*schema]) {
	for _, t := range types {
		all = append(all, t)
		for _, p := range t.Value.Properties {
			inner := p.Value
			if inner.Items != nil {
				inner = inner.Items
			}
			if len(inner.Properties) == 0 {
				continue
			}
			name, named := t.Name+pascal(p.Name), *inner
			all = append(all, nameAll(ordered[*schema]{{name, &named}})...)
			*inner = schema{Ref: name}
		}
	}
	return all
}

// used are the types that callers meet: envelopes that the cores open are not among them.
func (a *api) used() (all ordered[*schema]) {
	seen := map[string]bool{}
	var meet func(s *schema)
	meet = func(s *schema) {
		if s == nil {
			return
		}
		if name := path.Base(s.Ref); s.Ref != "" && !seen[name] {
			seen[name] = true
			meet(a.Types.named(name))
		}
		for _, p := range s.Properties {
			meet(p.Value)
		}
		for _, one := range append(s.OneOf, s.Items, s.values()) {
			meet(one)
		}
	}
	for _, o := range a.Operations {
		meet(o.Result)
		meet(&schema{Ref: o.BodyName})
	}
	return slices.DeleteFunc(a.Types, func(t entry[*schema]) bool { return !seen[t.Name] })
}

// operations are the methods for an endpoint: one for each form of its answer.
func (d *document) operations(verb, route string, e *endpoint) ([]*operation, error) {
	o := &operation{Name: e.OperationID, Verb: strings.ToUpper(verb), Path: route, Doc: strings.TrimSpace(e.Summary + "\n\n" + e.Description)}
	if err := d.arguments(o, e.Parameters); err != nil {
		return nil, err
	}
	if b := e.RequestBody; b != nil {
		o.BodyName = path.Base(b.Content["application/json"].Schema.Ref)
		o.Body, o.BodyOptional = d.Components.Schemas.named(o.BodyName), !b.Required
		if o.Body == nil {
			return nil, fmt.Errorf("the body has no name")
		}
	}
	for _, r := range e.Responses {
		if r.Name[0] != '2' {
			continue
		}
		if err := d.answer(o, r.Value.Content); err != nil {
			return nil, err
		}
		if _, ok := r.Value.Content["text/csv"]; ok {
			return []*operation{o, o.csv()}, nil
		}
	}
	return []*operation{o}, nil
}

func (d *document) arguments(o *operation, all []*parameter) error {
	for _, p := range all {
		if p.Ref != "" {
			p = d.Components.Parameters[path.Base(p.Ref)]
		}
		a := &argument{p.Name, p.Description, p.Schema}
		switch p.In {
		case "path":
			o.Parts = append(o.Parts, a)
			continue
		case "header":
			if a.Name = headers[p.Name]; a.Name == "" {
				return fmt.Errorf("the cores don't know the header %s", p.Name)
			}
			if a.Name == "if_match" {
				a.Schema, a.Doc = &schema{Type: words{"integer"}}, "The version that the change is for. Another one is a conflict."
			}
		}
		o.Params = append(o.Params, a)
	}
	return nil
}

// answer settles how a 2xx answer is read.
func (d *document) answer(o *operation, content map[string]media) error {
	o.Kind = asJSON
	if m, ok := content["application/json"]; ok {
		return d.jsonAnswer(o, m.Schema)
	}
	if m, ok := content["application/x-ndjson"]; ok {
		o.Kind, o.Result = asRows, m.Item
	} else if m, ok := content["text/event-stream"]; ok {
		o.Kind, o.Result = asEvents, m.Item
	} else if len(content) > 0 {
		o.Kind = asBytes
	}
	if (o.Kind == asRows || o.Kind == asEvents) && o.Result == nil {
		return errors.New("the stream has no x-itemSchema")
	}
	return nil
}

func (d *document) jsonAnswer(o *operation, s *schema) error {
	named := d.Components.Schemas.named(path.Base(s.Ref))
	if named == nil {
		return errors.New("the answer has no name")
	}
	o.Result = s
	var members []entry[*schema]
	for _, p := range named.Properties {
		switch {
		case p.Name == "success":
		case p.Value.Items != nil && named.Properties.named("next_cursor") != nil && o.Items == "":
			o.Items, o.Item = p.Name, p.Value.Items
			fallthrough
		default:
			members = append(members, p)
		}
	}
	if named.Requires("success") && len(members) == 1 {
		o.Take, o.Result = members[0].Name, members[0].Value
	}
	return nil
}

// csv is the operation that answers with a table, and takes the choice of a form away from o.
func (o *operation) csv() *operation {
	o.Params = slices.DeleteFunc(o.Params, func(a *argument) bool { return a.Name == "format" })
	table := *o
	table.Name, table.Kind, table.Query = o.Name+"CSV", asText, "format=csv"
	table.Doc, table.Items, table.Take, table.Result = o.Doc+"\n\nAs a table in CSV.", "", "", nil
	return &table
}
