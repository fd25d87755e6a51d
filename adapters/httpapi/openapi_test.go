package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
)

func get(t *testing.T, s *httpapi.Server, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	return rec
}

// What the router knows and what the document promises are the same.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../schemas/openapi/native.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	promised := map[string]bool{}
	for path, methods := range document.Paths {
		for method := range methods {
			promised[strings.ToUpper(method)+" "+regexp.MustCompile(`{[a-z_]+}`).ReplaceAllString(path, ":")] = true
		}
	}
	parameter := regexp.MustCompile(`:[a-z]+`)
	delete(promised, "GET /v1/clicks/stream") // only where there is a log of clicks
	delete(promised, "GET /v1/clicks/export") // likewise
	for _, r := range httpapitest.New().Server(t).Routes() {
		name := r.Method + " " + parameter.ReplaceAllString(r.Path, ":")
		if strings.HasPrefix(r.Path, "/v1/") && !promised[name] {
			t.Errorf("%s is not in the document", name)
		}
		delete(promised, name)
	}
	for name := range promised {
		t.Errorf("%s is promised and not there", name)
	}
}

func TestReference(t *testing.T) {
	s := httpapitest.New().Server(t)
	page := get(t, s, "/openapi/")
	if page.Code != http.StatusOK || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
		t.Fatal(page.Code, page.Header(), page.Body)
	}
	body := page.Body.String()
	for _, part := range []string{
		"Linklog API", `<span class="method">PATCH</span> <span class="path">/v1/links/{id}</span>`, "Idempotency-Key",
		`id="schema-Link"`, `href="#schema-Rule"`, "VERSION_CONFLICT", `href="/openapi/native.yaml"`, "IANA name of the time zone",
	} {
		if !strings.Contains(body, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href|action)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if m[1][0] != '#' && !strings.HasPrefix(m[1], "/openapi/") {
			t.Errorf("the page leads to %s", m[1])
		}
		if id, ok := strings.CutPrefix(m[1], "#"); ok && !strings.Contains(body, `id="`+id+`"`) {
			t.Errorf("the page has nothing called %s", id)
		}
	}
}

func TestDocumentsAreServed(t *testing.T) {
	s := httpapitest.New().Server(t)
	text, err := os.ReadFile("../../schemas/openapi/native.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "/openapi/native.yaml"); got.Code != http.StatusOK || got.Body.String() != string(text) {
		t.Errorf("%d, %d bytes of %d", got.Code, got.Body.Len(), len(text))
	}
	files, err := os.ReadDir("../../schemas/openapi")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if got := get(t, s, "/openapi/"+strings.TrimSuffix(f.Name(), ".yaml")); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "<h3>") {
			t.Errorf("%s: %d %s", f.Name(), got.Code, got.Body)
		}
	}
	for _, path := range []string{"/openapi/nothing", "/openapi/nothing.yaml", "/openapi/..%2f..%2fgo.mod", "/openapi/..%2fasyncapi.yaml"} {
		if got := get(t, s, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
