package smartlinks_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
)

// On a host of the dialect's own a new link is found where its creation says, and the documents are
// where they are on every host.
func TestFoundOnOwnHost(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	w.DialectHosts = map[domain.Host]string{"api.smart.example": "smartlinks"}
	s := w.Server(t, dialect)
	const base = "https://api.smart.example"
	made := do(t, s, "POST", base+"/v1/links", "", `{"url":"https://example.com/"}`)
	at := made.Header().Get("Location")
	if !strings.HasPrefix(at, base+"/v1/links/") {
		t.Errorf("%d at %s", made.Code, at)
	}
	if rec := do(t, s, "GET", at, "", ""); rec.Code != http.StatusOK {
		t.Errorf("%s: %d %s", at, rec.Code, rec.Body)
	}
	for _, path := range []string{"/openapi/", "/openapi/smartlinks.yaml"} {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), "GET", base+path, nil))
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}

func TestWhoGetsAPicture(t *testing.T) {
	t.Parallel()
	s := httpapitest.New().Server(t, dialect)
	var link named
	if err := json.Unmarshal(do(t, s, "POST", "/smartlinks/v1/links", "", `{"url":"https://example.com/"}`).Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	for accept, picture := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "image/*": false, "image/svg+xml": false,
		"image/png": true, "IMAGE/PNG": true, "image/png;q=0.5": true, "image/png, */*;q=0.8": true, "application/json;q=0.5, image/png": true,
		"application/json, image/png;q=0.1": false, "application/json, image/png": false, "image/png;q=0": false,
		"image/png;q=0.2, */*": false, "text/html, ;;, image/png": true,
	} {
		rec := do(t, s, "POST", "/smartlinks/v1/qr-codes", accept, `{"linkId":"`+link.ID+`"}`)
		if got := rec.Header().Get("Content-Type") == "image/png"; rec.Code != http.StatusCreated || got != picture {
			t.Errorf("%q: %d %s", accept, rec.Code, rec.Header().Get("Content-Type"))
		}
	}
}
