package domain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// asked is where a visit goes that one rule with these conditions may send to "hit".
func asked(t *testing.T, v domain.Visit, when ...domain.Condition) bool {
	t.Helper()
	rules, err := domain.ParseRules([]domain.Rule{{ID: "r", When: when, To: "https://hit.example/"}})
	if err != nil {
		t.Fatal(err)
	}
	target := targetOf(domain.Traits{Rules: rules})
	to, rule, verdict := domain.Route(&target, &v)
	if hit := rule == "r"; verdict != domain.Redirect || hit != (to == "https://hit.example/") {
		t.Fatalf("%q by rule %q, verdict %d", to, rule, verdict)
	}
	return rule == "r"
}

func targetOf(traits domain.Traits) domain.Target {
	link := domain.Link{Number: 1, Destination: "https://example.com/", Traits: traits}
	target, _ := link.Target()
	return target
}

func holds(t *testing.T, name string, want bool, v domain.Visit, c domain.Condition) {
	t.Helper()
	if got := asked(t, v, c); got != want {
		t.Errorf("%s: %v", name, got)
	}
	c.Not = true
	if got := asked(t, v, c); got == want {
		t.Errorf("not %s: %v", name, got)
	}
}

func TestConditionsOnPlaceAndSpeech(t *testing.T) {
	t.Parallel()
	country := domain.Condition{Kind: domain.ByCountry, Values: []string{"us", " CA"}}
	holds(t, "US", true, domain.Visit{Country: "US"}, country)
	holds(t, "CA", true, domain.Visit{Country: "CA"}, country)
	holds(t, "DE", false, domain.Visit{Country: "DE"}, country)
	holds(t, "no country", false, domain.Visit{}, country)
	city := domain.Condition{Kind: domain.ByCity, Values: []string{"São Paulo", "berlin"}}
	holds(t, "Berlin", true, domain.Visit{City: "Berlin"}, city)
	holds(t, "SÃO PAULO", true, domain.Visit{City: "SÃO PAULO"}, city)
	holds(t, "Bern", false, domain.Visit{City: "Bern"}, city)
	holds(t, "no city", false, domain.Visit{}, city)
	language := domain.Condition{Kind: domain.ByLanguage, Values: []string{"de", "PT_br"}}
	holds(t, "de", true, domain.Visit{Language: []string{"de"}}, language)
	holds(t, "de-at", true, domain.Visit{Language: []string{"de-at", "en"}}, language)
	holds(t, "pt-br", true, domain.Visit{Language: []string{"pt-br"}}, language)
	holds(t, "pt", false, domain.Visit{Language: []string{"pt"}}, language)
	holds(t, "den", false, domain.Visit{Language: []string{"den"}}, language)
	holds(t, "rather English than German", false, domain.Visit{Language: []string{"en", "de"}}, language)
	holds(t, "no language", false, domain.Visit{}, language)
	referrer := domain.Condition{Kind: domain.ByReferrer, Values: []string{"Google.com", "t.co"}}
	holds(t, "google.com", true, domain.Visit{Referrer: "google.com"}, referrer)
	holds(t, "news.google.com", true, domain.Visit{Referrer: "news.google.com"}, referrer)
	holds(t, "notgoogle.com", false, domain.Visit{Referrer: "notgoogle.com"}, referrer)
	holds(t, "google.com.evil.example", false, domain.Visit{Referrer: "google.com.evil.example"}, referrer)
	holds(t, "com", false, domain.Visit{Referrer: "com"}, referrer)
	holds(t, "no referrer", false, domain.Visit{}, referrer)
}

func TestConditionsOnAgents(t *testing.T) {
	t.Parallel()
	asks := 0
	v := domain.Visit{Agent: func() domain.Agent {
		asks++
		return domain.Agent{Device: "mobile", OS: "iOS", Browser: "Safari"}
	}}
	holds(t, "mobile", true, v, domain.Condition{Kind: domain.ByDevice, Values: []string{"Mobile", "tablet"}})
	holds(t, "desktop", false, v, domain.Condition{Kind: domain.ByDevice, Values: []string{"desktop"}})
	holds(t, "ios", true, v, domain.Condition{Kind: domain.ByOS, Values: []string{"ios"}})
	holds(t, "safari", true, v, domain.Condition{Kind: domain.ByBrowser, Values: []string{"Chrome", "safari"}})
	holds(t, "unknown", false, domain.Visit{}, domain.Condition{Kind: domain.ByDevice, Values: []string{"mobile"}})
	asks = 0
	asked(t, v, domain.Condition{Kind: domain.ByDevice, Values: []string{"mobile"}}, domain.Condition{Kind: domain.ByOS, Values: []string{"ios"}})
	if asks != 1 {
		t.Errorf("the user agent was looked at %d times", asks)
	}
	asked(t, v, domain.Condition{Kind: domain.ByCountry, Values: []string{"US"}}, domain.Condition{Kind: domain.ByOS, Values: []string{"ios"}})
	if asks != 1 {
		t.Error("the user agent was looked at for nothing")
	}
}

func TestConditionsOnTime(t *testing.T) {
	t.Parallel()
	at := func(text string) domain.Visit {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return domain.Visit{At: when}
	}
	office := domain.Condition{Kind: domain.ByTime, From: 9 * 60, To: 17 * 60, Zone: "Europe/Berlin"}
	holds(t, "opening in winter", true, at("2026-01-15T08:00:00Z"), office)
	holds(t, "before it", false, at("2026-01-15T07:59:59Z"), office)
	holds(t, "opening in summer", true, at("2026-07-15T07:00:00Z"), office)
	holds(t, "closing in summer", false, at("2026-07-15T15:00:00Z"), office)
	holds(t, "just before closing", true, at("2026-07-15T14:59:59Z"), office)
	night := domain.Condition{Kind: domain.ByTime, From: 22 * 60, To: 6 * 60}
	holds(t, "late", true, at("2026-01-15T22:00:00Z"), night)
	holds(t, "midnight", true, at("2026-01-15T00:00:00Z"), night)
	holds(t, "early", true, at("2026-01-15T05:59:00Z"), night)
	holds(t, "morning", false, at("2026-01-15T06:00:00Z"), night)
	holds(t, "evening", false, at("2026-01-15T21:59:59Z"), night)
	holds(t, "any clock", true, at("2026-01-15T23:30:00+01:00"), night)
	day := domain.Condition{Kind: domain.ByTime, From: 0, To: 24 * 60}
	holds(t, "the whole day", true, at("2026-01-15T23:59:59Z"), day)
	window := domain.Condition{Kind: domain.ByDate, Starts: at("2026-01-15T00:00:00Z").At, Ends: at("2026-01-17T00:00:00Z").At}
	holds(t, "its first moment", true, at("2026-01-15T00:00:00Z"), window)
	holds(t, "before it", false, at("2026-01-14T23:59:59Z"), window)
	holds(t, "its end", false, at("2026-01-17T00:00:00Z"), window)
	holds(t, "no end", true, at("2046-01-17T00:00:00Z"), domain.Condition{Kind: domain.ByDate, Starts: window.Starts})
	holds(t, "no beginning", true, at("1996-01-17T00:00:00Z"), domain.Condition{Kind: domain.ByDate, Ends: window.Ends})
	weekend := domain.Condition{Kind: domain.ByWeekday, Days: 1<<0 | 1<<6, Zone: "America/New_York"}
	holds(t, "Friday night in New York", false, at("2026-01-17T03:00:00Z"), weekend) // a Saturday in UTC
	holds(t, "Sunday night in New York", true, at("2026-01-19T03:00:00Z"), weekend)  // a Monday in UTC
}

func TestConditionsOnQueries(t *testing.T) {
	t.Parallel()
	color := domain.Condition{Kind: domain.ByQuery, Name: "the color", Values: []string{"dark blue", "ü=&"}}
	for query, want := range map[string]bool{
		"the+color=dark+blue": true, "the%20color=dark%20blue": true, "a=b&the%20color=%C3%BC%3D%26": true, "the+color=x&the+color=dark+blue": true,
		"": false, "the+color=dark": false, "the+color=dark+bluer": false, "the+color": false, "The+color=dark+blue": false, "x=the+color=dark+blue": false,
		"the+color=dark%2": false, "the+color=%zz": false,
	} {
		holds(t, query, want, domain.Visit{Query: query}, color)
	}
	present := domain.Condition{Kind: domain.ByQuery, Name: "vip"}
	holds(t, "there", true, domain.Visit{Query: "a=b&vip"}, present)
	holds(t, "there and empty", true, domain.Visit{Query: "vip=&a"}, present)
	holds(t, "not there", false, domain.Visit{Query: "vips=1&a=vip"}, present)
}

func TestAllConditionsMustHoldAndTheFirstRuleWins(t *testing.T) {
	t.Parallel()
	us, mobile := domain.Condition{Kind: domain.ByCountry, Values: []string{"US"}}, domain.Condition{Kind: domain.ByQuery, Name: "m"}
	target := targetOf(domain.Traits{Rules: []domain.Rule{
		{ID: "both", When: []domain.Condition{us, mobile}, To: "https://both.example/"},
		{ID: "us", When: []domain.Condition{us}, To: "https://us.example/"},
		{ID: "us again", When: []domain.Condition{us}, To: "https://never.example/"},
	}})
	for want, v := range map[string]domain.Visit{"both": {Country: "US", Query: "m"}, "us": {Country: "US"}, "": {Query: "m"}} {
		if to, rule, _ := domain.Route(&target, &v); rule != want {
			t.Errorf("%+v goes to %q by %q, not %q", v, to, rule, want)
		}
	}
}

// TestWhatIsNotUnderstoodHoldsForNobody: a kind of a newer release, a zone that this machine lacks.
func TestWhatIsNotUnderstoodHoldsForNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []domain.Condition{
		{Kind: 0}, {Kind: 200}, {Kind: domain.ByTime, To: 1440, Zone: "Mars/Olympus"}, {Kind: domain.ByWeekday, Days: 127, Zone: "Local"},
	} {
		for _, not := range []bool{false, true} {
			c.Not = not
			target := targetOf(domain.Traits{Rules: []domain.Rule{{ID: "r", When: []domain.Condition{c}, To: "https://hit.example/"}}})
			if _, rule, _ := domain.Route(&target, &domain.Visit{At: dawn}); rule != "" {
				t.Errorf("%+v holds", c)
			}
		}
	}
}

// TestSharesAreFair draws visitors and compares how many get each variant with how many should.
func TestSharesAreFair(t *testing.T) {
	t.Parallel()
	target := targetOf(domain.Traits{Rules: []domain.Rule{
		{ID: "a", Percent: 50, To: "https://a.example/"}, {ID: "b", Percent: 30, To: "https://b.example/"}, {ID: "c", Percent: 1, To: "https://c.example/"},
	}})
	want := map[string]float64{"a": .5, "b": .3, "c": .01, "": .19}
	const n = 40_000
	kinds := map[string]func(i uint64) domain.Visit{
		"numbered visitors":    func(i uint64) domain.Visit { return domain.Visit{Visitor: i + 1} },
		"visitors by high bit": func(i uint64) domain.Visit { return domain.Visit{Visitor: (i + 1) << 40} },
		"unknown visitors":     func(i uint64) domain.Visit { return domain.Visit{At: dawn.Add(time.Duration(i) * time.Millisecond)} },
	}
	for name, visit := range kinds {
		got := map[string]float64{}
		for i := range uint64(n) {
			v := visit(i)
			_, rule, _ := domain.Route(&target, &v)
			got[rule]++
		}
		chi := 0.0
		for rule, share := range want {
			chi += (got[rule] - share*n) * (got[rule] - share*n) / (share * n)
		}
		if chi > 16.27 { // three degrees of freedom: once in a thousand tries by chance, and nothing here is chance
			t.Errorf("%s: %v, chi square %.1f", name, got, chi)
		}
	}
}

func TestAVisitorKeepsTheVariant(t *testing.T) {
	t.Parallel()
	target := targetOf(domain.Traits{Rules: []domain.Rule{{ID: "a", Percent: 50, To: "https://a.example/"}, {ID: "b", Percent: 50, To: "https://b.example/"}}})
	for visitor := uint64(1); visitor < 1000; visitor++ {
		_, first, _ := domain.Route(&target, &domain.Visit{Visitor: visitor, At: dawn})
		_, later, _ := domain.Route(&target, &domain.Visit{Visitor: visitor, At: dawn.Add(9 * time.Hour), Country: "US", Query: "x"})
		if first != later || first == "" {
			t.Fatalf("visitor %d: %q, then %q", visitor, first, later)
		}
	}
}

// TestSharesLieSideBySide: whoever is not in the share of a rule may be in that of the next, and a
// rule whose conditions don't hold keeps its share to itself.
func TestSharesLieSideBySide(t *testing.T) {
	t.Parallel()
	us := []domain.Condition{{Kind: domain.ByCountry, Values: []string{"US"}}}
	target := targetOf(domain.Traits{Rules: []domain.Rule{{ID: "a", Percent: 40, When: us, To: "https://a.example/"}, {ID: "b", Percent: 60, To: "https://b.example/"}}})
	for visitor := uint64(1); visitor < 1000; visitor++ {
		_, here, _ := domain.Route(&target, &domain.Visit{Visitor: visitor, Country: "US"})
		_, there, _ := domain.Route(&target, &domain.Visit{Visitor: visitor})
		if got := fmt.Sprint(here, there); got != "a" && got != "bb" {
			t.Fatalf("visitor %d: %q in the country, %q elsewhere", visitor, here, there)
		}
	}
}
