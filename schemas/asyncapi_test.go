package schemas_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"google.golang.org/protobuf/proto"
	"gopkg.in/yaml.v3"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// contract is asyncapi.yaml.
type contract map[string]any

func readContract(t *testing.T) contract {
	t.Helper()
	text, err := os.ReadFile("asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// at is what a reference points to, as in #/components/schemas/clickHeaders.
func (c contract) at(t *testing.T, ref string) map[string]any {
	t.Helper()
	here := map[string]any(c)
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		next, ok := here[name].(map[string]any)
		if !ok {
			t.Fatalf("%s points to nothing", ref)
		}
		here = next
	}
	return here
}

// compile makes a schema of the document strict: what it doesn't name is an error.
func compile(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", plain(t, schema)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func strict(schema map[string]any) map[string]any {
	s := maps.Clone(schema)
	s["additionalProperties"] = false
	return s
}

// plain is v as JSON has it.
func plain(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	p, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func names(schema map[string]any) []string {
	return slices.Sorted(maps.Keys(schema["properties"].(map[string]any)))
}

// TestContractIsAsyncAPI: any tool can read the document.
func TestContractIsAsyncAPI(t *testing.T) {
	text, err := os.ReadFile("testdata/asyncapi-3.0.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	c := readContract(t)
	if err := compile(t, json.RawMessage(text)).Validate(plain(t, c)); err != nil {
		t.Errorf("asyncapi.yaml: %v", err)
	}
	var follow func(v any)
	follow = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				c.at(t, ref)
			}
			for _, inside := range v {
				follow(inside)
			}
		case []any:
			for _, inside := range v {
				follow(inside)
			}
		}
	}
	follow(map[string]any(c))
}

// TestContractHeaders: what is written to Kafka has the headers that the document tells, and
// no other ones; and the document tells of none that is never written.
func TestContractHeaders(t *testing.T) {
	c := readContract(t)
	for _, test := range []struct {
		message string
		later   []string // headers that are written once there is something to tell
		of      func(value any) bool
	}{
		{"clicked", []string{"ce_dataschema"}, func(v any) bool { _, ok := v.(domain.Click); return ok }},
		{"fact", nil, func(v any) bool { _, ok := v.(domain.Event); return ok }},
	} {
		m := c.at(t, "#/components/messages/"+test.message)
		ref := m["headers"].(map[string]any)["$ref"].(string)
		headers := c.at(t, ref)
		schema := compile(t, strict(headers))
		key := compile(t, c.at(t, "#/components/messages/"+test.message+"/bindings/kafka/key"))
		written := map[string]bool{}
		for _, name := range test.later {
			written[name] = true
		}
		hold := func(msg schemas.Message) {
			t.Helper()
			found := map[string]any{}
			for _, h := range msg.Headers {
				found[h.Key], written[h.Key] = h.Value, true
			}
			if err := schema.Validate(found); err != nil {
				t.Errorf("%s: %v", ref, err)
			}
			if err := key.Validate(string(msg.Key)); err != nil {
				t.Errorf("key of %s: %v", test.message, err)
			}
			if found["content-type"] != m["contentType"] {
				t.Errorf("%s: content type is %v", test.message, found["content-type"])
			}
		}
		for _, s := range samples() {
			if !test.of(s.value) {
				continue
			}
			msg := mustEncode(t, s.value)
			hold(msg)
			if test.message == "clicked" {
				hold(schemas.Retry(msg, 42))
				hold(schemas.Elsewhere(schemas.Retry(msg, 42)))
			}
		}
		if got, want := slices.Sorted(maps.Keys(written)), names(headers); !slices.Equal(got, want) {
			t.Errorf("%s tells of %v, written are %v", ref, want, got)
		}
	}
}

// TestContractFactTypes: every kind of fact is named.
func TestContractFactTypes(t *testing.T) {
	listed := readContract(t).at(t, "#/components/schemas/factHeaders/properties/ce_type")["enum"].([]any)
	var want []any
	for _, s := range samples() {
		if _, ok := s.value.(domain.Event); !ok {
			continue
		}
		kind, _ := mustEncode(t, s.value).Get("ce_type")
		if !slices.Contains(want, any(kind)) {
			want = append(want, kind)
		}
	}
	if !reflect.DeepEqual(listed, want) {
		t.Errorf("listed are %v, there are %v", listed, want)
	}
}

// TestContractPayload: the document shows click.proto, and what is written is a Click of it,
// field by field.
func TestContractPayload(t *testing.T) {
	file, err := os.ReadFile("linklog/v1/click.proto")
	if err != nil {
		t.Fatal(err)
	}
	payload := readContract(t).at(t, "#/components/messages/clicked/payload")
	if payload["schema"] != string(file) {
		t.Error("the payload in asyncapi.yaml is not linklog/v1/click.proto: copy it there")
	}
	for _, s := range samples() {
		if c, ok := s.value.(domain.Click); ok && s.name == "click_imported" {
			holdPayload(t, c)
		}
	}
}

// holdPayload checks a click of which every fact is known.
func holdPayload(t *testing.T, c domain.Click) {
	t.Helper()
	var p pb.Click
	if err := proto.Unmarshal(schemas.EncodeClick(c).Value, &p); err != nil {
		t.Fatal(err)
	}
	if unknown := p.ProtoReflect().GetUnknown(); len(unknown) > 0 {
		t.Errorf("fields are written that click.proto doesn't have: %x", unknown)
	}
	fields := p.ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); !p.ProtoReflect().Has(f) {
			t.Errorf("click.proto has the field %s, which is not written", f.Name())
		}
	}
}

// TestContractJSON: JSON has the fields that the document tells, and those only.
func TestContractJSON(t *testing.T) {
	described := readContract(t).at(t, "#/components/schemas/clickJson")
	var have, required []string
	for f := range reflect.TypeFor[schemas.ClickJSON]().Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		have = append(have, name)
		if options == "" {
			required = append(required, name)
		}
		if column, _, _ := strings.Cut(f.Tag.Get("parquet"), ","); column != name {
			t.Errorf("%s is %s in Parquet", name, column)
		}
	}
	var told []string
	for _, name := range described["required"].([]any) {
		told = append(told, name.(string))
	}
	if !slices.Equal(told, required) {
		t.Errorf("said to be always there are %v, there are %v", told, required)
	}
	slices.Sort(have)
	if !slices.Equal(names(described), have) {
		t.Errorf("described are %v, there are %v", names(described), have)
	}
	schema := compile(t, strict(described))
	random := newSource(1)
	for range 200 {
		c := random.click()
		if err := schema.Validate(plain(t, schemas.NewClickJSON(c))); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
