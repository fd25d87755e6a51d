package redirect

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestReferrer(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][2]string{
		"https://news.example/a/b?q=1#f":      {"news.example", "/a/b"},
		"http://NEWS.example.:80":             {"news.example", ""},
		"https://user:secret@news.example/":   {"news.example", "/"},
		"https://news.example?q=/secret":      {"news.example", ""},
		"android-app://com.slack/":            {"com.slack", "/"},
		"https://[2001:db8::1]:443/x":         {"[2001:db8::1]", "/x"},
		"":                                    {},
		"news.example/a":                      {},
		"://x":                                {},
		"https://":                            {},
		"https:///path":                       {},
		"https://new s.example/":              {},
		"https://" + strings.Repeat("a", 300): {},
		"about:blank":                         {},
		"https://a.example/" + strings.Repeat("é", 300): {"a.example", "/" + strings.Repeat("é", 127)},
	} {
		if host, path := referrer([]byte(raw)); host != want[0] || path != want[1] {
			t.Errorf("%q: got %q %q, want %q", raw, host, path, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"de-CH,de;q=0.9,en;q=0.8": "de", "EN": "en", "fr ; q=0.1": "fr", "zh_CN": "zh", "gsw": "gsw",
		"": "", "*": "", "x": "", "12": "", "deutschland": "", "-": "",
	} {
		if got := language([]byte(raw)); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	xff := Proxies{Trusted: trusted, ForwardedHeader: "X-Forwarded-For"}
	rfc := Proxies{Trusted: trusted, ForwardedHeader: "forwarded"}
	for _, test := range []struct {
		p     Proxies
		lines []string
		want  string
	}{
		{xff, nil, "10.0.0.1"},
		{xff, []string{"192.0.2.7"}, "192.0.2.7"},
		{xff, []string{"1.1.1.1, 192.0.2.7"}, "192.0.2.7"}, // spoofed by the client
		{xff, []string{"1.1.1.1, 192.0.2.7, 10.9.9.9"}, "192.0.2.7"},
		{xff, []string{"1.1.1.1", "192.0.2.7", "10.9.9.9"}, "192.0.2.7"},
		{xff, []string{"10.1.1.1, 10.2.2.2"}, "10.1.1.1"}, // one of us asked
		{xff, []string{"192.0.2.7:4711"}, "192.0.2.7"},
		{xff, []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{xff, []string{"[2001:db8::1]"}, "2001:db8::1"},
		{xff, []string{"2001:db8::1%eth0, fd00::1"}, "2001:db8::1"},
		{xff, []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{xff, []string{"::ffff:10.0.0.9"}, "10.0.0.9"},
		{xff, []string{"1.1.1.1, unknown"}, "invalid IP"},
		{xff, []string{"1.1.1.1, "}, "invalid IP"},
		{rfc, []string{`for=1.1.1.1, for=192.0.2.7;proto=https`}, "192.0.2.7"},
		{rfc, []string{`by=203.0.113.4; For="[2001:db8::1]:4711"`}, "2001:db8::1"},
		{rfc, []string{`for=1.1.1.1, for=_hidden`}, "invalid IP"},
		{rfc, []string{`for=192.0.2.7, for="10.0.0.2:80"`}, "192.0.2.7"},
		{rfc, []string{`proto=http`}, "invalid IP"},
	} {
		lines := make([][]byte, len(test.lines))
		for i, l := range test.lines {
			lines[i] = []byte(l)
		}
		if got := test.p.walk(netip.MustParseAddr("10.0.0.1"), lines); got.String() != test.want {
			t.Errorf("%s %q: got %s, want %s", test.p.ForwardedHeader, test.lines, got, test.want)
		}
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in    string
		limit int
		want  string
	}{
		{"plain text", 20, "plain text"}, {"plain text", 5, "plain"}, {"zürich", 2, "z"}, {"zürich", 3, "zü"},
		{"a\x00b\nc\x7fd\u0085e", 20, "abcde"}, {"a\xff\xfeb", 20, "ab"}, {"", 5, ""}, {"日本", 5, "日"},
		{"\x80\x80\x80\x80\x80\x80", 5, ""},
	} {
		if got := tidy([]byte(test.in), test.limit); got != test.want {
			t.Errorf("%q cut at %d: got %q, want %q", test.in, test.limit, got, test.want)
		}
	}
}

func FuzzFacts(f *testing.F) {
	f.Add([]byte("https://user@news.example:80/a?b#c"), []byte("10.0.0.1, 192.0.2.1"))
	f.Add([]byte("de-CH,de;q=0.9"), []byte(`for="[2001:db8::1]:4711";by=x`))
	f.Fuzz(func(t *testing.T, text, header []byte) {
		host, path := referrer(text)
		for what, s := range map[string]string{"host": host, "path": path, "language": language(text), "text": tidy(text, 64)} {
			if !utf8.ValidString(s) || len(s) > 256 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%s of %q: %q", what, text, s)
			}
		}
		if strings.ContainsAny(host, "/?#@ ") || strings.ContainsAny(path, "?#") || path != "" && path[0] != '/' {
			t.Errorf("referrer %q: %q %q", text, host, path)
		}
		_, _ = new(hosts).read(text)
		for _, name := range []string{"X-Forwarded-For", "Forwarded"} {
			p := Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, ForwardedHeader: name}
			peer := netip.MustParseAddr("10.0.0.1")
			got := p.walk(peer, [][]byte{header})
			// Whatever a stranger writes, our proxy's own entry to the right of it decides.
			entry := map[string]string{"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7"}[name]
			if a := p.walk(peer, [][]byte{header, []byte(entry)}); a.String() != "192.0.2.7" {
				t.Errorf("%s %q, %s: got %s", name, header, entry, a)
			}
			if got.IsValid() && got.Zone() != "" {
				t.Errorf("zone in %s", got)
			}
		}
	})
}

// read is find without a registered domain: only the parsing.
func (h *hosts) read(header []byte) ([]byte, *site) {
	h.clear()
	return h.find(header)
}

func TestSalts(t *testing.T) {
	t.Parallel()
	var asked []string
	failing := false
	s := newSalts(func(_ context.Context, day time.Time) ([]byte, error) {
		asked = append(asked, day.Format("02T15:04"))
		if failing {
			return nil, errors.New("connection refused")
		}
		return slices.Repeat([]byte{byte(day.Day())}, 32), nil
	})
	at := func(clock string) time.Time {
		tm, err := time.Parse("2006-01-02T15:04:05", "2026-11-"+clock)
		if err != nil {
			t.Fatal(err)
		}
		return tm
	}
	refresh := func(clock, want string, fails bool) {
		t.Helper()
		asked, failing = nil, fails
		if err := s.refresh(t.Context(), at(clock)); (err != nil) != fails && want != "" {
			t.Errorf("%s: error %v", clock, err)
		}
		if got := strings.Join(asked, " "); got != want {
			t.Errorf("%s: fetched %q, want %q", clock, got, want)
		}
	}
	has := func(clock string, want byte) {
		t.Helper()
		var got byte
		if salt := s.at(at(clock)); salt != nil {
			got = salt[0]
		}
		if got != want {
			t.Errorf("salt at %s: %d, want %d", clock, got, want)
		}
	}
	refresh("22T12:00:00", "22T00:00", true)
	has("22T12:00:00", 0)
	refresh("22T12:01:00", "22T00:00", false)
	has("22T23:59:59", 22)
	has("23T00:00:00", 0)
	refresh("22T17:59:59", "", false)
	refresh("22T18:00:00", "23T00:00", true)
	has("22T18:00:00", 22) // a failure costs nothing that is held
	refresh("22T18:01:00", "23T00:00", false)
	has("23T00:00:00", 23)
	refresh("23T00:04:59", "", false)
	has("22T23:59:59", 22) // late clicks of yesterday
	refresh("23T00:05:01", "", false)
	has("22T23:59:59", 0) // forgotten
	has("23T00:05:01", 23)
}

// TestStandIn: a process's own salt is the same all day, another one the next day, and nobody else's.
func TestStandIn(t *testing.T) {
	t.Parallel()
	s, noon := newSalts(nil), morning.Add(4*time.Hour)
	if *s.standIn(morning) != *s.standIn(noon) {
		t.Error("it changed within a day")
	}
	if *s.standIn(morning) == *s.standIn(morning.Add(day)) || *s.standIn(morning) == *newSalts(nil).standIn(morning) {
		t.Error("it is the same on another day, or in another process")
	}
}

func TestShortSalt(t *testing.T) {
	t.Parallel()
	s := newSalts(func(context.Context, time.Time) ([]byte, error) { return []byte("short"), nil })
	if err := s.refresh(t.Context(), time.Now()); err == nil || s.at(time.Now()) != nil {
		t.Errorf("took it: %v", err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := newBudget(10, func() time.Time { return now })
	spend := func(want int) {
		t.Helper()
		got := 0
		for b.take(struct{}{}) == 0 {
			got++
		}
		if got != want {
			t.Errorf("spent %d, want %d", got, want)
		}
	}
	spend(10)
	now = now.Add(500 * time.Millisecond)
	spend(5)
	now = now.Add(-time.Hour) // a clock set back
	spend(0)
	now = now.Add(2 * time.Hour)
	spend(10)
}
