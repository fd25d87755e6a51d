package spotify_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/spotify"
)

func TestTurnstile(t *testing.T) {
	t.Parallel()
	const asked = "5ecaf35b-9349-8803-bde9-0ae4cb27590f"
	for answer, want := range map[string]struct{ human, wrong bool }{
		`{"success":true,"error-codes":[],"hostname":"example.com"}`: {human: true},
		`{"success":false,"error-codes":["invalid-input-response"]}`: {},
		`{"success":false,"error-codes":["timeout-or-duplicate"]}`:   {},
		`{"success":false}`: {},
		`{"success":false,"error-codes":["invalid-input-secret"]}`: {wrong: true},
		`{"success":false,"error-codes":["internal-error"]}`:       {wrong: true},
		`<html>`: {wrong: true},
		``:       {wrong: true},
	} {
		v := spotify.Turnstile{Secret: "secret", URL: "https://verify.example", Post: func(_ context.Context, address string, form url.Values) ([]byte, error) {
			if address != "https://verify.example" || form.Get("idempotency_key") != asked || form.Encode() != "idempotency_key="+asked+"&remoteip=192.0.2.1&response=token&secret=secret" {
				t.Errorf("asked %s: %s", address, form.Encode())
			}
			if answer == "" {
				return nil, errAway
			}
			return []byte(answer), nil
		}}
		if human, err := v.Human(t.Context(), "token", "192.0.2.1"); human != want.human || (err != nil) != want.wrong {
			t.Errorf("%s: %t, %v", answer, human, err)
		}
	}
}

// People who share the account of those without a key don't share their idempotency keys; a request
// that is repeated with its token makes no other link.
func TestAnonymousKeysAreApart(t *testing.T) {
	t.Parallel()
	w := httpapitest.New()
	s := w.Server(t, func(s *httpapi.Server) httpapi.Dialect {
		return spotify.New(s, spotify.Options{Resolve: resolve, Human: func(context.Context, string, string) (bool, error) { return true, nil }})
	})
	ids := map[string]string{}
	for _, token := range []string{"one", "two", "one"} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/spotify/api/links", strings.NewReader(`{"from":"`+track+`","turnstileToken":"`+token+`"}`))
		r.Header.Set("Idempotency-Key", "1")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		var link struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &link); err != nil || rec.Code != http.StatusCreated {
			t.Fatal(rec.Code, rec.Body)
		}
		if first := ids[token]; first != "" && first != link.ID {
			t.Errorf("%s made %s and %s", token, first, link.ID)
		}
		ids[token] = link.ID
	}
	if ids["one"] == ids["two"] {
		t.Error("two people made one link")
	}
	long := `{"from":"` + track + `","turnstileToken":"` + strings.Repeat("x", 2_049) + `"}`
	if code, answer := do(t, s, "", "POST", "/spotify/api/links", long); code != http.StatusBadRequest {
		t.Error(code, answer)
	}
}

// Spotify is at the port of https alone.
func TestOnlySpotifysOwnPort(t *testing.T) {
	t.Parallel()
	s := httpapitest.New().Server(t, dialect)
	for from, want := range map[string]int{
		track: http.StatusCreated, "https://open.spotify.com:443/track/a": http.StatusCreated, "https://open.spotify.com:8443/track/a": http.StatusBadRequest,
		"http://open.spotify.com/track/a": http.StatusBadRequest, "http://open.spotify.com:443/track/a": http.StatusBadRequest,
	} {
		if code, answer := do(t, s, "ann", "POST", "/spotify/api/links", `{"from":"`+from+`"}`); code != want {
			t.Errorf("%s: %d %s", from, code, answer)
		}
	}
}
