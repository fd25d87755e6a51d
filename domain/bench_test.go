package domain_test

import (
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// worst is a link with ten rules of which the last applies, and that after all others were looked at.
func worst() domain.Traits {
	never := []domain.Condition{
		{Kind: domain.ByCountry, Values: []string{"US", "CA", "GB", "FR", "IT"}},
		{Kind: domain.ByCity, Values: []string{"Paris", "Rome", "Madrid"}},
		{Kind: domain.ByDevice, Values: []string{"tablet", "desktop"}},
		{Kind: domain.ByBrowser, Values: []string{"Chrome", "Firefox"}},
		{Kind: domain.ByLanguage, Values: []string{"en", "fr", "it"}},
		{Kind: domain.ByReferrer, Values: []string{"google.com", "facebook.com", "t.co"}},
		{Kind: domain.ByTime, From: 22 * 60, To: 6 * 60, Zone: "Europe/Berlin"},
		{Kind: domain.ByWeekday, Days: 1, Zone: "America/New_York"},
		{Kind: domain.ByQuery, Name: "variant", Values: []string{"a", "b"}},
	}
	always := []domain.Condition{{Kind: domain.ByCountry, Values: []string{"DE"}}, {Kind: domain.ByOS, Values: []string{"iOS"}}, {Kind: domain.ByDate, Starts: dawn}}
	t := domain.Traits{}
	for i, c := range never {
		t.Rules = append(t.Rules, domain.Rule{ID: string(rune('a' + i)), When: []domain.Condition{always[0], always[1], c}, To: "https://example.com/never", Percent: uint8(i % 2)})
	}
	t.Rules = append(t.Rules, domain.Rule{ID: "last", When: always, To: "https://example.com/last"})
	return t
}

func worstVisit() domain.Visit {
	agent := func() domain.Agent { return domain.Agent{Device: "mobile", OS: "iOS", Browser: "Safari"} }
	return domain.Visit{
		At: time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC), Country: "DE", City: "Berlin", Language: []string{"de-de", "de"},
		Referrer: "news.example.org", Query: "source=mail&version=2&lang=de", Path: "/shoes/42", Visitor: 7, Agent: agent,
	}
}

func bench(b *testing.B, traits domain.Traits) {
	b.Helper()
	target, visit := targetOf(traits), worstVisit()
	b.ReportAllocs()
	for b.Loop() {
		domain.Route(&target, &visit)
	}
}

func BenchmarkRoutePlain(b *testing.B) { bench(b, domain.Traits{}) }

func BenchmarkRouteTenRules(b *testing.B) { bench(b, worst()) }

func BenchmarkRoutePercent(b *testing.B) {
	t := domain.Traits{}
	for i := range 10 {
		t.Rules = append(t.Rules, domain.Rule{ID: string(rune('a' + i)), Percent: 10, To: "https://example.com/"})
	}
	bench(b, t)
}

func BenchmarkRouteUTM(b *testing.B) {
	bench(b, domain.Traits{UTM: domain.UTM{Source: "newsletter", Medium: "email", Campaign: "summer_sale"}})
}

func BenchmarkRouteEverything(b *testing.B) {
	t := worst()
	t.UTM, t.ForwardPath, t.ForwardQuery = domain.UTM{Source: "newsletter", Medium: "email", Campaign: "summer sale"}, true, true
	bench(b, t)
}

func BenchmarkTargetWithZones(b *testing.B) {
	link := domain.Link{Number: 1, Destination: "https://example.com/", Traits: worst()}
	b.ReportAllocs()
	for b.Loop() {
		link.Target()
	}
}

func TestRoutingAllocatesNothing(t *testing.T) {
	target, visit := targetOf(worst()), worstVisit()
	if _, rule, _ := domain.Route(&target, &visit); rule != "last" {
		t.Fatalf("rule %q", rule)
	}
	if n := testing.AllocsPerRun(100, func() { domain.Route(&target, &visit) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
