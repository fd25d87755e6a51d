package linkpack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/linkpack"
	"github.com/linklog/linklog/domain"
)

func dialect(s *httpapi.Server) httpapi.Dialect {
	return linkpack.New(s, linkpack.Options{Clock: func() time.Time { return time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC) }})
}

func TestGolden(t *testing.T) { httpapitest.Golden(t, dialect) }

// do sends a request of eve's.
func do(t *testing.T, h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer eve")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// made is the only link of a world, as it is now.
func made(t *testing.T, w *httpapitest.World) domain.Link {
	t.Helper()
	for _, l := range w.State.Links {
		if l.Number != 0 {
			return l
		}
	}
	t.Fatal("there is no link")
	return domain.Link{}
}

// A link made here redirects with 307; a link made elsewhere keeps its status. An answer that is
// sent back whole changes nothing.
func TestSentBack(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]uint16{"/linkpack/api/v1/shorten": http.StatusTemporaryRedirect, "/v1/links": 0} {
		w := httpapitest.New()
		s := w.Server(t, dialect)
		body := `{"longUrl":"https://example.com/a?b=1","url":"https://example.com/a?b=1","note":"mine","rules":[
			{"id":"q","url":"https://example.com/q","percentage":5,"conditions":[{"kind":"query","name":"q"},{"kind":"country","values":["US"]}]}]}`
		if rec := do(t, s, "POST", path, body); rec.Code >= 300 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		var stats struct {
			Link struct {
				ID string `json:"id"`
			} `json:"link"`
		}
		rec := do(t, s, "GET", "/linkpack/api/v1/stats/"+string(made(t, w).Slug), "")
		if err := json.Unmarshal(rec.Body.Bytes(), &stats); err != nil {
			t.Fatal(err)
		}
		link := "/linkpack/api/v1/link/" + strings.ToUpper(stats.Link.ID)
		first := do(t, s, "PATCH", link, `{"utm_source":"x","retargeting_scripts":[{"placement":"body","content":"track()"}]}`)
		before := made(t, w)
		second := do(t, s, "PATCH", link, first.Body.String())
		if after := made(t, w); second.Code != http.StatusOK || after.Version != before.Version || second.Body.String() != first.Body.String() {
			t.Errorf("version %d became %d: %s", before.Version, after.Version, second.Body)
		}
		if before.RedirectStatus != status || before.Version != 2 {
			t.Errorf("%s: %+v", path, before)
		}
	}
}

// At a host of its own the dialect needs no prefix.
func TestOwnHost(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	w.DialectHosts = map[domain.Host]string{"linkpack.example": "linkpack"}
	rec := do(t, w.Server(t, dialect), "POST", "https://linkpack.example/api/v1/shorten", `{"longUrl":"https://example.com"}`)
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `"shortCode":`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// Every refusal has a status of the document's table, or is one that passes by itself.
func TestStatuses(t *testing.T) {
	t.Parallel()
	d := linkpack.New(httpapitest.New().Server(t), linkpack.Options{})
	for _, native := range []int{400, 401, 403, 404, 409, 412, 413, 422, 429, 500} {
		status, _ := d.Fail(httpapi.Failure{Status: native, Field: "x", Message: "no"})
		switch status {
		case 400, 401, 404, 429, 500:
		default:
			t.Errorf("%d is answered with %d", native, status)
		}
	}
}
