package spotify_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/spotify"
)

func TestTurnstile(t *testing.T) {
	t.Parallel()
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
			if address != "https://verify.example" || form.Encode() != "remoteip=192.0.2.1&response=token&secret=secret" {
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
