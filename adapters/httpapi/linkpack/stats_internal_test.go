package linkpack

import (
	"reflect"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// Referers add up to the total: direct visits in their place, the rest at the end.
func TestReferers(t *testing.T) {
	t.Parallel()
	got := referers(clicks.Breakdown{
		Total: 200, Rows: []clicks.Row{{Value: "google.com", Clicks: 50}, {Value: "bing.com", Clicks: 10}}, Without: 40, Rest: 60, Over: 40,
	})
	want := []refererRow{{"google.com", 50}, {"Direct", 40}, {"bing.com", 10}, {"Other", 100}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if got := referers(clicks.Breakdown{}); got == nil || len(got) != 0 {
		t.Errorf("none are %v", got)
	}
}

// A period has whole days, and never none.
func TestPeriod(t *testing.T) {
	t.Parallel()
	day := func(text string) *time.Time {
		if text == "" {
			return nil
		}
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return &at
	}
	a := api{Options: Options{Clock: func() time.Time { return time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 2*60*60)) }}}
	for _, c := range []struct{ created, start, end, from, to string }{
		{"2026-02-03T10:00:00Z", "", "", "2026-02-03", "2026-03-01"}, // it is still February in UTC
		{"2026-02-03T00:00:01Z", "", "", "2026-02-02", "2026-03-01"}, // a visitor's clock may lag
		{"2026-02-03T10:00:00Z", "2026-01-01", "", "2026-01-01", "2026-03-01"},
		{"2026-02-03T10:00:00Z", "", "2026-02-10", "2026-02-03", "2026-02-11"},
		{"2026-02-03T10:00:00Z", "2026-02-07", "2026-02-07", "2026-02-07", "2026-02-08"},
		{"2026-02-03T10:00:00Z", "", "2025-01-31", "2025-01-31", "2025-02-01"}, // before there was the link
		{"2026-02-03T10:00:00Z", "2027-01-31", "", "2027-01-31", "2027-02-01"}, // in the future
	} {
		created, err := time.Parse(time.RFC3339, c.created)
		if err != nil {
			t.Fatal(err)
		}
		from, to := a.period(domain.Link{Created: created}, day(c.start), day(c.end))
		if got := from.Format(time.DateOnly) + " " + to.Format(time.DateOnly); got != c.from+" "+c.to {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
