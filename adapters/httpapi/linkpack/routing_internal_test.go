package linkpack

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// fieldsOf are the fields of a body.
func fieldsOf(t *testing.T, body any) httpapi.Fields {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var f httpapi.Fields
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// read is what a PATCH makes of rules that are written like that.
func read(t *testing.T, routes any, now []domain.Rule) []domain.Rule {
	t.Helper()
	p, err := readPatch(fieldsOf(t, map[string]any{routing: routes}), now)
	if err != nil {
		t.Fatalf("%+v: %v", routes, err)
	}
	return p.To.Rules
}

// pick is some of the values, at least one.
func pick(r *rand.Rand, values ...string) []string {
	r.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values[:1+r.IntN(len(values))]
}

// anyCondition is one of those that the domain has.
func anyCondition(r *rand.Rand) domain.Condition {
	all := []domain.Condition{
		{Kind: domain.ByCountry, Values: pick(r, "US", "CA", "DE")},
		{Kind: domain.ByCity, Values: pick(r, "Berlin", "Paris, Texas")},
		{Kind: domain.ByDevice, Values: pick(r, "mobile", "tablet", "desktop", "bot")},
		{Kind: domain.ByOS, Values: pick(r, "iOS", "Windows")},
		{Kind: domain.ByBrowser, Values: pick(r, "Firefox", "Safari")},
		{Kind: domain.ByLanguage, Values: pick(r, "de", "pt-br")},
		{Kind: domain.ByReferrer, Values: pick(r, "google.com", "münchen.example", "[::1]")},
		{Kind: domain.ByTime, From: uint16(r.IntN(720)), To: uint16(720 + r.IntN(721)), Zone: pick(r, "", "Europe/Berlin")[0]}, //nolint:gosec // small
		{Kind: domain.ByTime, From: 1439, To: uint16(r.IntN(1439))},                                                            //nolint:gosec // small
		{Kind: domain.ByDate, Ends: time.Unix(int64(r.IntN(2))*86_400, 0)},
		{Kind: domain.ByDate, Starts: time.Unix(int64(r.IntN(1000)), 0)},
		{Kind: domain.ByWeekday, Days: uint8(1 + r.IntN(127))}, //nolint:gosec // seven bits
		{Kind: domain.ByQuery, Name: "ref"},
	}
	c := all[r.IntN(len(all))]
	c.Not = r.IntN(4) == 0
	return c
}

// anyRules are some of those that a link may have.
func anyRules(t *testing.T, r *rand.Rand) []domain.Rule {
	t.Helper()
	rules := make([]domain.Rule, r.IntN(6))
	for i := range rules {
		rules[i] = domain.Rule{ID: fmt.Sprint("r", i), To: "https://example.com/"}
		if r.IntN(3) == 0 {
			rules[i].Percent = uint8(r.IntN(20)) //nolint:gosec // small
		}
		for range []int{0, 1, 1, 1, 2}[r.IntN(5)] {
			rules[i].When = append(rules[i].When, anyCondition(r))
		}
	}
	rules, err := domain.ParseRules(rules)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// Whatever rules a link has, sending back what was shown changes nothing.
func TestRulesThereAndBack(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(2000) {
		rules := anyRules(t, rand.New(rand.NewPCG(seed, 1))) //nolint:gosec // a test
		shown := shownRoutes(rules)
		for _, s := range shown {
			seen[s.Condition] = true
		}
		if back := read(t, shown, rules); len(rules) > 0 && !reflect.DeepEqual(back, rules) {
			t.Fatalf("%+v is shown as %+v is %+v", rules, shown, back)
		}
	}
	if len(seen) != 6 {
		t.Errorf("only %v were tried", seen)
	}
}

// anyRoutes are some that a client may send, in the spelling of answers.
func anyRoutes(r *rand.Rand) []route {
	all := make([]route, r.IntN(6))
	for i := range all {
		clock := func(most int) string { return domain.FormatClock(uint16(r.IntN(most))) } //nolint:gosec // small
		share := uint8(r.IntN(17))                                                         //nolint:gosec // small
		all[i] = []route{
			{Condition: "geo", Value: strings.Join(pick(r, "US", "CA", "DE"), ",")},
			{Condition: "device", Value: strings.Join(pick(r, "Mobile", "Tablet", "Desktop"), ",")},
			{Condition: "referer", Value: "google.com"},
			{Condition: "time", Value: clock(720) + "-" + domain.FormatClock(uint16(720+r.IntN(721)))}, //nolint:gosec // small
			{Condition: "time", Value: "23:59-" + clock(1439)},
			{Condition: "percentage", Percentage: &share},
		}[r.IntN(6)]
		all[i].ID, all[i].Destination = fmt.Sprint(i), "https://example.com/"
	}
	return all
}

// What a client sends is what it is shown then.
func TestRoutesThereAndBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		routes := anyRoutes(rand.New(rand.NewPCG(seed, 2))) //nolint:gosec // a test
		rules := read(t, routes, nil)
		if shown := shownRoutes(rules); !reflect.DeepEqual(shown, routes) {
			t.Fatalf("%+v is %+v is shown as %+v", routes, rules, shown)
		}
	}
}

// Rules do to visitors what the document says of them.
func TestRoutesMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	visit := domain.Visit{
		At: time.Date(2026, 2, 3, 9, 30, 0, 0, time.UTC), Country: "CA", Referrer: "www.google.com", Visitor: 7,
		Agent: func() domain.Agent { return domain.Agent{Device: "mobile"} },
	}
	for _, c := range []struct {
		condition, value string
		percentage       int
		applies          bool
	}{
		{"geo", "US,CA", 0, true},
		{"geo", "US", 0, false},
		{"geo", "ca", 33, true}, // the share is another condition's
		{"device", "Mobile", 0, true},
		{"device", "Desktop", 0, false},
		{"referer", "google.com", 0, true},
		{"referer", "bing.com", 0, false},
		{"time", "09:00-17:00", 0, true},
		{"time", "17:00-09:30", 0, false},
		{"time", "22:00-10:00", 0, true},
		{"percentage", "", 100, true},
		{"percentage", "", 0, false},
	} {
		rules := read(t, []map[string]any{{
			"condition": c.condition, "value": c.value, "percentage": c.percentage, "destination": "https://example.com/there",
		}}, nil)
		target, _ := domain.Link{Number: 1, Destination: "https://example.com/", Traits: domain.Traits{Rules: rules}}.Target()
		if _, rule, _ := domain.Route(&target, &visit); (rule == "1") != c.applies {
			t.Errorf("%+v: rule %q", c, rule)
		}
	}
}

// Parts without an id get one that no other has, whatever the others are called.
func TestIDsAreGiven(t *testing.T) {
	t.Parallel()
	rule := func(id any) map[string]any {
		return map[string]any{"id": id, "condition": "geo", "value": "US", "destination": "https://example.com/"}
	}
	var got []string
	for _, r := range read(t, []any{rule(nil), rule("2"), rule(""), rule(" 1 "), rule("x")}, nil) {
		got = append(got, r.ID)
	}
	if want := []string{"3", "2", "4", "1", "x"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// No body makes anything but a valid patch, or a refusal that names a field of the body.
func FuzzReadPatch(f *testing.F) {
	f.Add(`{"traffic_routing":[{"id":"a","condition":"geo","value":"US","destination":"https://example.com"}]}`)
	f.Add(`{"traffic_routing":[{"condition":"time","value":"09:00-24:00","destination":"https://example.com"},null]}`)
	f.Add(`{"traffic_routing":[{"condition":"custom","id":"c","destination":"https://example.com","percentage":1e9}]}`)
	f.Add(`{"retargeting_scripts":[{"placement":"body","content":"x"},{"id":"1","content":" "}],"utm_source":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		var fields httpapi.Fields
		if json.Unmarshal([]byte(body), &fields) != nil {
			return
		}
		now := []domain.Rule{{ID: "c", To: "https://example.com/", Percent: 40, When: []domain.Condition{{Kind: domain.ByQuery, Name: "q"}}}}
		p, err := readPatch(fields, now)
		if err != nil {
			e, ok := err.(*domain.Error) //nolint:errorlint // as it is
			if !ok || e.Field == "" || fields[strings.FieldsFunc(e.Field, func(r rune) bool { return r == '[' || r == '.' })[0]] == nil {
				t.Errorf("%s: %v", body, err)
			}
			return
		}
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if back := read(t, shownRoutes(p.To.Rules), p.To.Rules); len(back) > 0 && !reflect.DeepEqual(back, p.To.Rules) {
			t.Errorf("%s: %+v is %+v", body, p.To.Rules, back)
		}
	})
}
