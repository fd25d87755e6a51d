package httpapi

import (
	"bytes"
	"testing"

	"github.com/linklog/linklog/domain"
)

// FuzzTraits reads whatever may be asked of a link, and what is shown of the result again: that
// asks for the same.
func FuzzTraits(f *testing.F) {
	for _, seed := range []string{
		`{"title":"a","tags":["b"],"metadata":{"c":1.50},"enabled":false,"valid_from":"2026-01-01","expired_url":"http://x","click_limit":1}`,
		`{"rules":[{"url":"https://x.example","percentage":3,"conditions":[{"kind":"time","from":"22:00","to":"24:00","zone":"Europe/Berlin"},{"kind":"weekday","weekdays":["Sunday"]}]}]}`,
		`{"rules":[{"id":"x","url":"https://x.example","conditions":[{"kind":"date","starts":"2026-01-01T00:00:00.123456789Z"},{"kind":"query","name":"q"},{"kind":"country","not":true,"values":["de"]}]}]}`,
		`{"scripts":[{"content":"<script>"},{"id":"1","placement":"body","content":"x"}],"utm_source":"a b","redirect_status":308,"indexed":true}`,
		`{"title":null,"password":"x","preview_image":"https://x.example/ä"}`, `[]`, `{"rules":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		asked, err := parseFields(body)
		if err != nil {
			return
		}
		patch, err := asked.patch()
		if err != nil {
			if _, refused := err.(*domain.Error); !refused { //nolint:errorlint // it must be one, not wrap one
				t.Fatalf("%s: %v", body, err)
			}
			return
		}
		made := patch.On(domain.Traits{})
		made.Password = ""
		var shown bytes.Buffer
		shown.WriteString(`{"x":0`)
		if err := linkMembers(&shown, &made, true); err != nil {
			t.Fatal(err)
		}
		shown.WriteByte('}')
		again, err := parseFields(shown.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", &shown, err)
		}
		delete(again, "password") // only told that there is one
		second, err := again.patch()
		if err != nil {
			t.Fatalf("%s is shown as %s: %v", body, &shown, err)
		}
		if d := second.On(domain.Traits{}).Differences(made); d.Set != 0 {
			t.Errorf("%s is shown as %s, which differs in %v", body, &shown, d)
		}
	})
}
