package httpapi

import (
	"encoding/json"
	"errors"
	"net/url"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// FuzzWish gives bodies to the decoder: whatever arrives is a wish the domain could take, or a
// refusal that names a field.
func FuzzWish(f *testing.F) {
	for _, seed := range []string{
		`{"url": "https://example.com", "custom_slug": "abc", "expires_at": "2030-01-01T00:00:00Z"}`,
		`{"url": null}`, `{"slug": "a-b", "custom_slug": "a-b"}`, `{"expires_at": null}`, `[]`, ``, `{"url": "\ud800"}`, "{\"url\": \"\xff\"}",
		`{"a": {"b": [1, 2.5e3, true, {"c": "d"}]}}`, `{"expires_at": "2030-01-01"}`, `{"url":"http://[::1]:80/"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w, err := wishOf(body)
		if err != nil {
			e, ok := errors.AsType[*domain.Error](err)
			if !ok || e.Field == "" || e.Code != domain.Validation && (e.Code != domain.InvalidURL || e.Field != "url") || !utf8.ValidString(e.Message) {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		if w.destination != nil {
			again, err := domain.ParseDestination(string(*w.destination))
			if err != nil || again != *w.destination {
				t.Errorf("%q: destination %q reads as %q, %v", body, *w.destination, again, err)
			}
		}
		if w.slug != nil {
			if _, err := domain.ParseSlug(string(*w.slug)); err != nil {
				t.Errorf("%q: slug %q: %v", body, *w.slug, err)
			}
		}
		if w.expires != nil {
			if _, err := json.Marshal(w.expires); err != nil || w.expires.Nanosecond()%1000 != 0 {
				t.Errorf("%q: expires %v, %v", body, w.expires, err)
			}
		}
	})
}

func wishOf(body []byte) (wish, error) {
	f, err := parseFields(body)
	if err != nil {
		return wish{}, err
	}
	return f.wish("custom_slug", "slug")
}

// FuzzPeriod gives texts to the parser of from and to: whatever is accepted is a range that can
// be answered.
func FuzzPeriod(f *testing.F) {
	f.Add("2025-07-20", "2025-08-20", "day", "")
	f.Add("2025-08-20T10:00:00Z", "2025-08-20T11:30:00.5+02:00", "hour", "")
	f.Add("", "", "week", "")
	f.Add("2026-10-25", "2026-10-25", "15min", "Europe/Berlin")
	f.Add("2026-04-05", "2026-04-05", "month", "Australia/Lord_Howe")
	f.Add("0001-01-01", "9999-12-31", "", "")
	f.Add("2025-08-20 10:00", "2025-08-21T10+02", "week", "")
	now := time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, from, to, granularity, zone string) {
		p, err := parsePeriod(url.Values{"from": {from}, "to": {to}, "granularity": {granularity}, "timezone": {zone}}, now)
		if err != nil {
			if e, ok := errors.AsType[*domain.Error](err); !ok || e.Code != domain.Validation || e.Field == "" {
				t.Fatalf("%q %q %q %q: %v", from, to, granularity, zone, err)
			}
			return
		}
		if !p.from.Before(p.to) || !p.from.Equal(p.step().Start(p.from)) || !p.to.Equal(p.step().Start(p.to)) {
			t.Errorf("%q %q %q %q: from %v to %v", from, to, granularity, zone, p.from, p.to)
		}
		if n := p.to.Sub(p.from) / p.point(); n > MaxPoints {
			t.Errorf("%q %q %q: %d points", from, to, granularity, n)
		}
		if b := p.before(); !b.from.Before(b.to) || !b.to.Equal(p.from) {
			t.Errorf("%q %q %q %q: before is from %v to %v", from, to, granularity, zone, b.from, b.to)
		}
	})
}

// Dates are those of the place, also when its days have 23 or 25 hours, and the period before
// has as many of them.
func TestPeriodsOfPlaces(t *testing.T) {
	expect := func(query, from, to, before string) {
		t.Helper()
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parsePeriod(q, time.Date(2026, 11, 20, 10, 7, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2]string{
			"from": {from, p.from.Format(time.RFC3339)}, "to": {to, p.to.Format(time.RFC3339)}, "before": {before, p.before().from.Format(time.RFC3339)},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s is %s, want %s", query, what, pair[1], pair[0])
			}
		}
	}
	expect("from=2026-10-25&to=2026-10-25&timezone=Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-10-24T00:00:00+02:00")
	expect("from=2026-03-29&to=2026-03-30&timezone=Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-31T00:00:00+02:00", "2026-03-27T00:00:00+01:00")
	expect("from=2026-11-20&to=2026-11-20&timezone=Asia/Kathmandu", "2026-11-20T00:00:00+05:45", "2026-11-21T00:00:00+05:45", "2026-11-19T00:00:00+05:45")
	expect("from=2026-11-20T03:10:00Z&to=2026-11-20T03:20:00Z&granularity=hour&timezone=Asia/Kathmandu",
		"2026-11-20T08:00:00+05:45", "2026-11-20T10:00:00+05:45", "2026-11-20T06:00:00+05:45")
	expect("from=2026-11-20T03:10:00Z&to=2026-11-20T03:20:00Z&granularity=15min", "2026-11-20T03:00:00Z", "2026-11-20T03:30:00Z", "2026-11-20T02:30:00Z")
	expect("from=2026-10-01&to=2026-10-31&granularity=month", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-08-31T00:00:00Z")
	expect("timezone=Pacific/Apia&from=2011-12-30&to=2011-12-30", "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00", "2011-12-29T00:00:00-10:00")
}

// FuzzRowCursor gives texts to the parser of cursors: whatever is accepted names a row.
func FuzzRowCursor(f *testing.F) {
	f.Add(rowCursor(clicks.Row{Value: "a b", Clicks: 7}))
	f.Add("")
	f.Add("%%")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRowCursor(text)
		if err != nil || text == "" {
			return
		}
		if again, err := parseRowCursor(rowCursor(r)); err != nil || again != r {
			t.Errorf("%q is %+v, then %+v, %v", text, r, again, err)
		}
	})
}

func TestTimes(t *testing.T) {
	for in, want := range map[string]string{
		"2025-09-01T00:00:00Z":          "2025-09-01T00:00:00Z",
		"2025-09-01T02:00:00+02:00":     "2025-09-01T00:00:00Z",
		"2025-09-01T02:00:00+0200":      "2025-09-01T00:00:00Z",
		"2025-09-01T02:00+02":           "2025-09-01T00:00:00Z",
		"2025-09-01T00:00:00":           "2025-09-01T00:00:00Z",
		"2025-09-01":                    "2025-09-01T00:00:00Z",
		"2025-09-01T00:00:00.123456789": "2025-09-01T00:00:00.123456Z",
	} {
		got, isDate, err := parseTime(in)
		if err != nil || got.Format(time.RFC3339Nano) != want || isDate != (len(in) == 10) {
			t.Errorf("%q is %v (date: %v), %v", in, got.Format(time.RFC3339Nano), isDate, err)
		}
	}
	for _, in := range []string{"", "now", "2025-02-30", "2025-9-1", "20250901", "2025-09-01T25:00:00Z", "2025-09-01Z", "0001-01-01", "1756684800", "2025-09-01T00:00:00Z "} {
		if got, _, err := parseTime(in); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func TestCountryNames(t *testing.T) {
	for code, want := range map[string]string{"US": "United States", "GB": "United Kingdom", "DE": "Germany", "ZZ": "Unknown Region", "(other)": "(other)", "T1": "T1"} {
		if got := countryName(code); got != want {
			t.Errorf("%s is %q, want %q", code, got, want)
		}
	}
}

func TestBreakdownsAddUp(t *testing.T) {
	b := clicks.Breakdown{Total: 100, Rows: []clicks.Row{{Value: "a.example", Clicks: 50}}, Rest: 10, Without: 25, Over: 15}
	for name, want := range map[string]string{direct: "a.example 50, (other) 25, (direct) 25", other: "a.example 50, (other) 50"} {
		got := ""
		for _, r := range rows(b, name, newName) {
			if got != "" {
				got += ", "
			}
			n, err := json.Marshal(r.Clicks)
			if err != nil {
				t.Fatal(err)
			}
			got += r.Name + " " + string(n)
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
