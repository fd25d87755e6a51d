package schemas_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// openAPIs are the documents of the HTTP APIs by name.
func openAPIs(t *testing.T) map[string]contract {
	t.Helper()
	files, err := fs.Glob(os.DirFS("openapi"), "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	all := map[string]contract{}
	for _, file := range files {
		text, err := os.ReadFile("openapi/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var c map[string]any
		if err := yaml.Unmarshal(text, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(file, ".yaml")] = c
	}
	return all
}

// TestOpenAPI: any tool can read the documents, and their references lead somewhere.
func TestOpenAPI(t *testing.T) {
	text, err := os.ReadFile("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	meta := compile(t, json.RawMessage(text))
	for name, c := range openAPIs(t) {
		if err := meta.Validate(plain(t, c)); err != nil {
			t.Errorf("%s.yaml: %v", name, err)
		}
		walk(c, "#", func(_ string, v map[string]any) {
			if ref, ok := v["$ref"].(string); ok {
				c.at(t, ref)
			}
		})
	}
}

// TestOpenAPIExamples: examples are what the schemas beside them say.
func TestOpenAPIExamples(t *testing.T) {
	examples := 0
	for name, c := range openAPIs(t) {
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource(name, plain(t, c)); err != nil {
			t.Fatal(err)
		}
		walk(c, name+"#", func(at string, v map[string]any) {
			example, given := v["example"]
			if !given || strings.HasSuffix(at, "/properties") { // there it is a field's name
				return
			}
			if _, beside := v["schema"]; beside {
				at += "/schema"
			}
			schema, err := compiler.Compile(at)
			if err != nil {
				t.Errorf("%s: %v", at, err)
			} else if err := schema.Validate(plain(t, example)); err != nil {
				t.Errorf("%s: %v", at, err)
			}
			examples++
		})
	}
	if examples == 0 {
		t.Error("there are no examples")
	}
}

var pointer = strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", "{", "%7B", "}", "%7D")

// walk calls visit for every object below v with its place.
func walk(v any, at string, visit func(at string, v map[string]any)) {
	switch v := v.(type) {
	case contract:
		walk(map[string]any(v), at, visit)
	case map[string]any:
		visit(at, v)
		for name, inside := range v {
			walk(inside, at+"/"+pointer.Replace(name), visit)
		}
	case []any:
		for i, inside := range v {
			walk(inside, fmt.Sprint(at, "/", i), visit)
		}
	}
}
