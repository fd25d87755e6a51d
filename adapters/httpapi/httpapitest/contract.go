package httpapitest

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// contract is an OpenAPI 3.1 document that answers have to keep. Its schemas are JSON Schema, so
// that no library of OpenAPI's is needed to hold answers to them. With "x-strict: true" at its top
// an object may have no members that it doesn't name.
type contract struct {
	name     string
	document map[string]any
	prefixes []string // what servers put in front of paths
	schemas  *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// contracts are the documents of the native API and of dialects, by name.
func contracts(tb testing.TB) map[string]*contract {
	tb.Helper()
	all := map[string]*contract{}
	files, err := filepath.Glob(filepath.Join(root(tb), "schemas", "openapi", "*.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		all[name] = readContract(tb, name, file)
	}
	return all
}

// root is where the module begins.
func root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	tb.Fatal("the module has no beginning", err)
	return ""
}

func readContract(tb testing.TB, name, file string) *contract {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal(text, &document); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	document = plain(document)
	c := &contract{name: name, schemas: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	c.document, _ = document.(map[string]any)
	if c.document["x-strict"] == true {
		tighten(c.document)
	}
	c.schemas.AssertFormat()
	if err := c.schemas.AddResource(name, document); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	servers, _ := c.document["servers"].([]any)
	for _, s := range servers {
		server, _ := s.(map[string]any)
		address, err := url.Parse(fmt.Sprint(server["url"]))
		if err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		c.prefixes = append(c.prefixes, strings.TrimSuffix(address.Path, "/"))
	}
	return c
}

// plain is YAML as JSON has it.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	case map[any]any:
		m := map[string]any{}
		for k := range v {
			m[fmt.Sprint(k)] = plain(v[k])
		}
		return m
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case int:
		return float64(v)
	}
	return v
}

// tighten closes every object that says what it holds.
func tighten(v any) {
	switch v := v.(type) {
	case map[string]any:
		_, open := v["additionalProperties"]
		if _, has := v["properties"].(map[string]any); has && !open && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for k := range v {
			tighten(v[k])
		}
	case []any:
		for i := range v {
			tighten(v[i])
		}
	}
}

// check says how an answer differs from the document; nil: not at all, or the document doesn't
// know the request, and it was refused.
func (c *contract) check(r *http.Request, status int, header http.Header, body []byte) error {
	path := r.URL.EscapedPath()
	template, item := c.path(path)
	operation, _ := item[strings.ToLower(r.Method)].(map[string]any)
	if operation == nil {
		if status >= 400 || r.Method == http.MethodOptions {
			return nil
		}
		return fmt.Errorf("%s %s is not in %s", r.Method, path, c.name)
	}
	at := []string{"paths", template, strings.ToLower(r.Method), "responses"}
	responses, _ := operation["responses"].(map[string]any)
	code := strconv.Itoa(status)
	if responses[code] == nil {
		code = "default"
	}
	response, _ := responses[code].(map[string]any)
	if response == nil {
		return fmt.Errorf("%s %s: status %d is not in %s", r.Method, template, status, c.name)
	}
	at = append(at, code)
	if ref, ok := response["$ref"].(string); ok {
		at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		response, _ = c.at(at).(map[string]any)
	}
	return c.checkContent(response, at, header, body)
}

// path is the template of the document that a path fits, and what stands there. Words go before
// parameters.
func (c *contract) path(path string) (template string, item map[string]any) {
	paths, _ := c.document["paths"].(map[string]any)
	best := -1
	for t, at := range paths {
		for _, prefix := range append(slices.Clone(c.prefixes), "") {
			if words := fits(prefix+t, path); words > best {
				best, template = words, t
				item, _ = at.(map[string]any)
			}
		}
	}
	return template, item
}

// fits counts the words that a template and a path have in common, -1 if the path doesn't fit.
func fits(template, path string) int {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return -1
	}
	words := 0
	for i := range want {
		switch {
		case want[i] == got[i]:
			words++
		case !strings.HasPrefix(want[i], "{") || got[i] == "":
			return -1
		}
	}
	return words
}

func (c *contract) at(path []string) any {
	var here any = c.document
	for _, name := range path {
		m, _ := here.(map[string]any)
		here = m[name]
	}
	return here
}

func (c *contract) checkContent(response map[string]any, at []string, header http.Header, body []byte) error {
	content, _ := response["content"].(map[string]any)
	if len(body) == 0 {
		if len(content) > 0 {
			return fmt.Errorf("%s: the answer is empty", strings.Join(at, " "))
		}
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return err
	}
	shape, known := content[mediaType].(map[string]any)
	if !known {
		return fmt.Errorf("%s: %s is not in %s", strings.Join(at, " "), mediaType, c.name)
	}
	if shape["schema"] == nil {
		return nil
	}
	return c.checkBody(append(slices.Clone(at), "content", mediaType, "schema"), body)
}

func (c *contract) checkBody(at []string, body []byte) error {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", "{", "%7B", "}", "%7D")
	parts := make([]string, len(at))
	for i := range at {
		parts[i] = escape.Replace(at[i])
	}
	location := c.name + "#/" + strings.Join(parts, "/")
	schema := c.compiled[location]
	if schema == nil {
		var err error
		if schema, err = c.schemas.Compile(location); err != nil {
			return err
		}
		c.compiled[location] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
