package linkpack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
)

// A link may have as many scripts as the model lets it, each as long as it may be, and all of it
// comes back in one request: here and through the native API.
func TestLargestLink(t *testing.T) {
	t.Parallel()
	script := `{"placement":"head","content":"` + strings.Repeat(`\u003c`, domain.MaxScript) + `"}`
	scripts := "[" + strings.Repeat(script+",", 3) + strings.Repeat(`{"placement":"body","content":"`+strings.Repeat("x", domain.MaxScript)+`"},`, domain.MaxScripts-4) + script + "]"
	if len(scripts) > httpapi.MaxBody {
		t.Fatalf("%d bytes", len(scripts))
	}
	w := httpapitest.New()
	s := w.Server(t, dialect)
	var link struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(do(t, s, "POST", "/linkpack/api/v1/shorten", `{"longUrl":"https://example.com"}`).Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	if rec := do(t, s, "PATCH", "/linkpack/api/v1/link/"+link.ID, `{"retargeting_scripts":`+scripts+`}`); rec.Code != http.StatusOK || len(made(t, w).Scripts) != domain.MaxScripts {
		t.Errorf("%d %.200s", rec.Code, rec.Body)
	}
	native := strings.ReplaceAll(scripts, `"placement":"body",`, `"placement":"head",`)
	if rec := do(t, s, "PATCH", "/v1/links/"+made(t, w).Number.String(), `{"scripts":`+native+`}`); rec.Code != http.StatusOK {
		t.Errorf("%d %.200s", rec.Code, rec.Body)
	}
}
