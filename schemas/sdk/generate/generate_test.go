package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUpToDate: the SDKs are what the document makes of them.
func TestUpToDate(t *testing.T) {
	text, err := os.ReadFile("../../openapi/native.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(outputs) {
		t.Errorf("%d files of %d", len(files), len(outputs))
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join("..", name)); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what the document makes of it: run make sdk (%v)", name, err)
		}
	}
}

const small = `
paths:
  /v1/things/{id}:
    get:
      operationId: listThings
      summary: List.
      parameters:
        - {name: id, in: path, schema: {type: string}}
        - {name: from, in: query, description: When., schema: {enum: [1, 2]}}
        - {name: format, in: query, schema: {type: string}}
      responses:
        "200":
          content:
            application/json: {schema: {$ref: '#/components/schemas/ThingsAnswer'}}
            text/csv: {}
    put:
      operationId: putHTTPThing
      summary: Put.
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: '#/components/schemas/ThingAnswer'}}}}
  /v1/stream:
    get:
      operationId: streamThings
      summary: Stream.
      responses:
        "200": {content: {text/event-stream: {x-itemSchema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Problem: {type: object, properties: {code: {enum: [NOT_FOUND, ODD_ERROR]}}}
    Unused: {type: object, properties: {a: {type: string}}}
    Thing: {type: object, required: [id], properties: {id: {type: string}, not: {type: boolean}, inner: {type: array, items: {type: object, properties: {deep: {}}}}}}
    ThingAnswer: {type: object, required: [success, thing], properties: {success: {const: true}, thing: {$ref: '#/components/schemas/Thing'}}}
    ThingsAnswer: {type: object, required: [success, things, next_cursor], properties: {success: {const: true}, things: {type: array, items: {$ref: '#/components/schemas/Thing'}}, next_cursor: {type: [string, "null"]}}}
`

// TestRules: each of the rules that the package's comment states, in a document that needs them all.
func TestRules(t *testing.T) {
	files, err := generate([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"typescript/src/api.ts": {
			"listThings(id: string, params: ListThingsParams = {}): Promise<ThingsAnswer> {", // a page is answered whole
			"iterateThings(id: string, params: ListThingsParams = {}): AsyncGenerator<Thing, void> {",
			"listThingsCSV(", "/v1/things/${encodeURIComponent(id)}?format=csv`",
			`putHTTPThing(body: Thing = {}, params: PutHTTPThingParams = {}): Promise<Thing> {`, `params, body, "thing")`,
			"  if_match?: number;", "  from?: 1 | 2;", "  inner?: ThingInner[];", "export interface ThingInner {", "  deep?: unknown;",
			"streamThings(params: RequestOptions = {}): AsyncGenerator<StreamEvent<Thing>, void> {",
			"export class NotFoundError extends LinklogError {}", "  ODD_ERROR: OddError,",
		},
		"python/src/linklog/api.py": {
			"from_: Literal[1, 2] | None = None", `{"from": from_}`, `'NotRequired[bool]'`, "def put_http_thing(",
			"**body: Unpack[Thing]", "-> Generator[Event[Thing], None, None]:", "def iterate_things(",
		},
		"ruby/lib/linklog/api.rb":  {"def list_things(id, from: nil)", `"/v1/things/#{escape(id)}"`, "def stream_things(&block)", "take: :thing)"},
		"ruby/sig/linklog/api.rbs": {"?from: 1 | 2?", "id: String", "?not: bool", "-> Enumerator[Event, void]"},
	} {
		text := string(files[name])
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %s", name, part)
			}
		}
		for _, part := range []string{"Unused", "unused", "ThingAnswer", "thing_answer", "format?:", "format:"} {
			if strings.Contains(text, part) {
				t.Errorf("%s has %s", name, part)
			}
		}
	}
}

func TestRefusedDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"has no codes":          strings.Replace(small, "code: {enum", "kode: {enum", 1),
		"has an unknown header": strings.Replace(small, "If-Match", "If-Other", 1),
		"has a stream of what":  strings.Replace(small, "{x-itemSchema: {$ref: '#/components/schemas/Thing'}}", "{}", 1),
		"answers without name":  strings.Replace(small, "{schema: {$ref: '#/components/schemas/ThingAnswer'}}", "{schema: {type: object}}", 1),
		"is not YAML":           "\t",
	} {
		if files, err := generate([]byte(text)); err == nil {
			t.Errorf("a document that %s made %d files", name, len(files))
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"getQRCode": "get_qr_code", "getLinkByExternalID": "get_link_by_external_id", "listClicksCSV": "list_clicks_csv",
		"DNSRecord": "dns_record", "Link": "link",
	} {
		if got := snake(name); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if got := comment("# ", "one\n\ntwo"); got != "# one\n#\n# two" {
		t.Errorf("%q", got)
	}
	for line := range strings.SplitSeq(comment("// ", strings.Repeat("word ", 100)), "\n") {
		if len(line) > lineWidth+len("word ") {
			t.Errorf("a line of %d: %s", len(line), line)
		}
	}
}
