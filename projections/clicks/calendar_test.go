package clicks

import (
	"testing"
	"time"
)

// Every period must begin where the one before ends, and no zone may send the calendar round
// in circles.
func TestPeriodsOfAllKinds(t *testing.T) {
	for _, c := range []struct {
		name, zone, from, to string
		by                   Granularity
		points               int
		longest, shortest    time.Duration
	}{
		{"a day of 23 hours", "Europe/Berlin", "2026-03-29T00:00:00", "2026-03-30T00:00:00", Hour, 23, time.Hour, time.Hour},
		{"a day of 25 hours", "Europe/Berlin", "2026-10-25T00:00:00", "2026-10-26T00:00:00", Hour, 25, time.Hour, time.Hour},
		{"days around them", "Europe/Berlin", "2026-10-24T00:00:00", "2026-10-27T00:00:00", Day, 3, 25 * time.Hour, 24 * time.Hour},
		{"a year of days", "America/New_York", "2026-01-01T00:00:00", "2027-01-01T00:00:00", Day, 365, 25 * time.Hour, 23 * time.Hour},
		{"hours at a quarter to", "Asia/Kathmandu", "2026-03-29T00:00:00", "2026-03-30T00:00:00", Hour, 24, time.Hour, time.Hour},
		{"clocks moved by half an hour", "Australia/Lord_Howe", "2026-04-05T00:00:00", "2026-04-06T00:00:00", Hour, 24, 90 * time.Minute, time.Hour},
		{"no midnight", "Africa/Cairo", "2026-04-23T00:00:00", "2026-04-26T00:00:00", Day, 3, 24 * time.Hour, 23 * time.Hour},
		{"two midnights", "America/Havana", "2026-10-31T00:00:00", "2026-11-03T00:00:00", Day, 3, 25 * time.Hour, 24 * time.Hour},
		{"a day that wasn't", "Pacific/Apia", "2011-12-28T00:00:00", "2012-01-02T00:00:00", Day, 4, 24 * time.Hour, 24 * time.Hour},
		{"weeks", "Europe/Berlin", "2026-10-19T00:00:00", "2026-11-09T00:00:00", Week, 3, 169 * time.Hour, 168 * time.Hour},
		{"months", "UTC", "2026-01-01T00:00:00", "2027-01-01T00:00:00", Month, 12, 31 * 24 * time.Hour, 28 * 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			loc, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			from, to := clock(t, c.from, loc), clock(t, c.to, loc)
			starts, err := c.by.starts(from, to)
			if err != nil {
				t.Fatal(err)
			}
			if !starts[0].Equal(from) || !starts[len(starts)-1].Equal(to) || len(starts)-1 != c.points {
				t.Errorf("%d points from %s to %s, want %d", len(starts)-1, starts[0], starts[len(starts)-1], c.points)
			}
			longest, shortest := time.Duration(0), time.Duration(1<<62)
			for i := range len(starts) - 1 {
				d := starts[i+1].Sub(starts[i])
				longest, shortest = max(longest, d), min(shortest, d)
			}
			if longest != c.longest || shortest != c.shortest {
				t.Errorf("periods last from %s to %s, want %s to %s", shortest, longest, c.shortest, c.longest)
			}
		})
	}
}

func clock(t *testing.T, text string, loc *time.Location) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestStartOfPeriod(t *testing.T) {
	at := time.Date(2026, 11, 22, 13, 37, 21, 5, time.UTC) // a Sunday
	for g, want := range map[Granularity]string{
		Quarter: "2026-11-22T13:30:00Z", Hour: "2026-11-22T13:00:00Z", Day: "2026-11-22T00:00:00Z", Week: "2026-11-16T00:00:00Z", Month: "2026-11-01T00:00:00Z",
	} {
		if got := g.Start(at).Format(time.RFC3339Nano); got != want {
			t.Errorf("%s: got %s, want %s", g, got, want)
		}
		if parsed, err := ParseGranularity(g.String()); err != nil || parsed != g {
			t.Errorf("%s: %v", g, err)
		}
	}
	for _, d := range Dimensions() {
		if parsed, err := ParseDimension(d.String()); err != nil || parsed != d {
			t.Errorf("%s: %v", d, err)
		}
	}
}

func TestAnyZoneAnyTime(t *testing.T) {
	for _, zone := range []string{"UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Pacific/Apia", "America/Sao_Paulo", "Africa/Monrovia", "Europe/Amsterdam"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for g := range granularities {
			for at := time.Date(1890, 1, 1, 0, 7, 0, 0, time.UTC); at.Year() < 2040; at = at.Add(1009 * time.Hour) {
				start := g.Start(at.In(loc))
				next := g.Next(start)
				if start.After(at) || !next.After(start) {
					t.Fatalf("%s by %s: %s starts %s, next %s", zone, g, at.In(loc), start, next)
				}
			}
		}
	}
}
