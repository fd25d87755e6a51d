package domain_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// blames reports whether err is of the code and about the field.
func blames(err error, code domain.Code, field string) bool {
	e, ok := errors.AsType[*domain.Error](err)
	return ok && e.Code == code && e.Field == field && strings.Contains(e.Message, strings.TrimSuffix(field, "]"))
}

func TestTraitsGetTheirOneSpelling(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	raw := domain.Traits{
		Title: " Sale ", Note: "one\r\ntwo\t\n", Tags: []string{"b", " a ", "b"}, Metadata: ` { "a" : [ 1, "x y" ] } `, External: " 42 ",
		Starts: time.Date(2026, 7, 1, 2, 0, 0, 1, berlin), ExpiredURL: "HTTPS://Example.com/ü", Password: "$argon2id$v=19$x", ClickLimit: 7, RedirectStatus: 308,
		UTM:     domain.UTM{Source: " mail "},
		Rules:   []domain.Rule{{ID: " r ", To: "HTTP://EXAMPLE.com", Percent: 100, When: []domain.Condition{{Kind: domain.ByCountry, Values: []string{"us", "US"}, Zone: "left over"}}}},
		Scripts: []domain.Script{{ID: "s", Content: " alert(1) \n", InBody: true}}, Preview: domain.Preview{Title: " T ", Image: "https://EXAMPLE.com/i.png"},
	}
	want := domain.Traits{
		Title: "Sale", Note: "one\ntwo", Tags: []string{"a", "b"}, Metadata: `{"a":[1,"x y"]}`, External: "42",
		Starts: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), ExpiredURL: "https://example.com/%C3%BC", Password: "$argon2id$v=19$x", ClickLimit: 7, RedirectStatus: 308,
		UTM:     domain.UTM{Source: "mail"},
		Rules:   []domain.Rule{{ID: "r", To: "http://example.com", Percent: 100, When: []domain.Condition{{Kind: domain.ByCountry, Values: []string{"US"}}}}},
		Scripts: []domain.Script{{ID: "s", Content: "alert(1)", InBody: true}}, Preview: domain.Preview{Title: "T", Image: "https://example.com/i.png"},
	}
	before := reflect.ValueOf(raw).Interface()
	got, err := raw.Normalise()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if !reflect.DeepEqual(raw, before) || raw.Tags[1] != " a " || raw.Rules[0].When[0].Values[0] != "us" {
		t.Error("what came in was changed")
	}
	if err := want.Check(); err != nil {
		t.Error(err)
	}
	if err := raw.Check(); !blames(err, domain.Validation, "title") {
		t.Error(err)
	}
	for f := range want.Differences(domain.Traits{}).Set.Each { // one field after the other
		p := domain.Patch{Set: domain.Fields(0).With(f), To: raw}
		n, err := p.Normalise()
		if err != nil || !reflect.DeepEqual(n.On(domain.Traits{}), (domain.Patch{Set: p.Set, To: want}).On(domain.Traits{})) || !reflect.DeepEqual(n.To, n.On(domain.Traits{})) {
			t.Errorf("%s: %+v, %v", f, n, err)
		}
		if err := n.Check(); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestTraitsAreRefusedByName(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ü", n) }
	refused := func(field string, traits domain.Traits) {
		t.Helper()
		code := domain.Validation
		if strings.HasSuffix(field, "url") || field == "preview_image" {
			code = domain.InvalidURL
		}
		if _, err := traits.Normalise(); !blames(err, code, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	refused("title", domain.Traits{Title: long(256)})
	refused("title", domain.Traits{Title: "two\nlines"})
	refused("title", domain.Traits{Title: "\xff"})
	refused("note", domain.Traits{Note: long(2001)})
	refused("note", domain.Traits{Note: "a\x00b"})
	refused("tags", domain.Traits{Tags: []string{""}})
	refused("tags", domain.Traits{Tags: []string{long(65)}})
	var many []string
	for i := range 51 {
		many = append(many, strconv.Itoa(i))
	}
	refused("tags", domain.Traits{Tags: many})
	refused("external_id", domain.Traits{External: long(256)})
	refused("expired_url", domain.Traits{ExpiredURL: "javascript:alert(1)"})
	refused("password", domain.Traits{Password: "in the clear"})
	refused("password", domain.Traits{Password: strings.Repeat("x", 513)})
	refused("click_limit", domain.Traits{ClickLimit: 1 << 53})
	refused("redirect_status", domain.Traits{RedirectStatus: 304})
	refused("utm_term", domain.Traits{UTM: domain.UTM{Term: long(256)}})
	refused("utm_source", domain.Traits{UTM: domain.UTM{Source: "a\r\nb"}})
	refused("preview_title", domain.Traits{Preview: domain.Preview{Title: long(256)}})
	refused("preview_description", domain.Traits{Preview: domain.Preview{Description: long(1001)}})
	refused("preview_image", domain.Traits{Preview: domain.Preview{Image: "data:image/png;base64,"}})
	refused("scripts", domain.Traits{Scripts: make([]domain.Script, 21)})
	refused("scripts[0].id", domain.Traits{Scripts: []domain.Script{{Content: "x"}}})
	refused("scripts[1].id", domain.Traits{Scripts: []domain.Script{{ID: "a", Content: "x"}, {ID: "a", Content: "y"}}})
	refused("scripts[0].content", domain.Traits{Scripts: []domain.Script{{ID: "a", Content: " "}}})
	refused("scripts[0].content", domain.Traits{Scripts: []domain.Script{{ID: "a", Content: strings.Repeat("x", 10<<10+1)}}})
	refused("scripts[0].content", domain.Traits{Scripts: []domain.Script{{ID: "a", Content: "a\x00"}}})
}

func TestRulesAreRefusedByName(t *testing.T) {
	t.Parallel()
	const to = "https://example.com/"
	refused := func(field string, rules ...domain.Rule) {
		t.Helper()
		code := domain.Validation
		if strings.HasSuffix(field, "url") {
			code = domain.InvalidURL
		}
		if got, err := domain.ParseRules(rules); !blames(err, code, field) {
			t.Errorf("%s: %+v, %v", field, got, err)
		}
	}
	refused("rules", make([]domain.Rule, 101)...)
	refused("rules[0].id", domain.Rule{To: to})
	refused("rules[0].id", domain.Rule{ID: strings.Repeat("x", 65), To: to})
	refused("rules[1].id", domain.Rule{ID: "a", To: to}, domain.Rule{ID: " a", To: to})
	refused("rules[0].url", domain.Rule{ID: "a"})
	refused("rules[1].url", domain.Rule{ID: "a", To: to}, domain.Rule{ID: "b", To: "ftp://example.com"})
	refused("rules[0].percentage", domain.Rule{ID: "a", To: to, Percent: 101})
	refused("rules", domain.Rule{ID: "a", To: to, Percent: 60}, domain.Rule{ID: "b", To: to, Percent: 41})
	refused("rules[0].conditions", domain.Rule{ID: "a", To: to, When: make([]domain.Condition, 21)})
	condition := func(field string, c domain.Condition) {
		t.Helper()
		good := domain.Condition{Kind: domain.ByCountry, Values: []string{"US"}}
		refused("rules[0].conditions[1]."+field, domain.Rule{ID: "a", To: to, When: []domain.Condition{good, c}})
	}
	condition("kind", domain.Condition{})
	condition("kind", domain.Condition{Kind: 12})
	for kind, values := range map[domain.ConditionKind][]string{
		domain.ByCountry:  {"", "U", "UK", "USA", "XX", "Germany", "A "},
		domain.ByCity:     {"", " ", "a\nb", strings.Repeat("x", 129)},
		domain.ByDevice:   {"", "phone"},
		domain.ByOS:       {""},
		domain.ByBrowser:  {"\xff"},
		domain.ByLanguage: {"", "d", "german", "de-", "de--at", "d3", "*", "de-" + strings.Repeat("a-", 20) + "a"},
		domain.ByReferrer: {"", "https://google.com/", "a b", "google.com/x"},
	} {
		condition("values", domain.Condition{Kind: kind})
		condition("values", domain.Condition{Kind: kind, Values: make([]string, 301)})
		for _, v := range values {
			condition("values", domain.Condition{Kind: kind, Values: []string{v}})
		}
	}
	condition("from", domain.Condition{Kind: domain.ByTime, From: 1440, To: 1})
	condition("to", domain.Condition{Kind: domain.ByTime, From: 1, To: 1441})
	condition("to", domain.Condition{Kind: domain.ByTime, From: 1, To: 1})
	for _, zone := range []string{"Mars/Olympus", "Local", "../etc/passwd", "Europe/Berlin\x00", strings.Repeat("x", 65), "Europe/../UTC"} {
		condition("zone", domain.Condition{Kind: domain.ByTime, To: 1, Zone: zone})
		condition("zone", domain.Condition{Kind: domain.ByWeekday, Days: 1, Zone: zone})
	}
	condition("starts", domain.Condition{Kind: domain.ByDate})
	condition("ends", domain.Condition{Kind: domain.ByDate, Starts: dawn, Ends: dawn})
	condition("weekdays", domain.Condition{Kind: domain.ByWeekday})
	condition("weekdays", domain.Condition{Kind: domain.ByWeekday, Days: 128})
	condition("name", domain.Condition{Kind: domain.ByQuery, Name: " "})
	condition("values", domain.Condition{Kind: domain.ByQuery, Name: "a", Values: []string{""}})
}

func TestConditionsGetTheirOneSpelling(t *testing.T) {
	t.Parallel()
	spelled := func(raw, want domain.Condition) {
		t.Helper()
		got, err := domain.ParseCondition(raw)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %+v, %v", raw, got, err)
		}
		if again, err := domain.ParseCondition(got); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%+v again: %+v, %v", got, again, err)
		}
	}
	spelled(domain.Condition{Kind: domain.ByLanguage, Values: []string{"DE", "pt_BR"}, Not: true}, domain.Condition{Kind: domain.ByLanguage, Values: []string{"de", "pt-br"}, Not: true})
	spelled(domain.Condition{Kind: domain.ByReferrer, Values: []string{"BÜCHER.example:80"}}, domain.Condition{Kind: domain.ByReferrer, Values: []string{"xn--bcher-kva.example"}})
	spelled(domain.Condition{Kind: domain.ByDevice, Values: []string{"Mobile", "mobile"}}, domain.Condition{Kind: domain.ByDevice, Values: []string{"mobile"}})
	spelled(domain.Condition{Kind: domain.ByTime, To: 9, Zone: "utc", Values: []string{"x"}}, domain.Condition{Kind: domain.ByTime, To: 9})
	spelled(domain.Condition{Kind: domain.ByWeekday, Days: 3, Zone: " Asia/Tokyo", Name: "x"}, domain.Condition{Kind: domain.ByWeekday, Days: 3, Zone: "Asia/Tokyo"})
	spelled(domain.Condition{Kind: domain.ByDate, Ends: dawn.Add(1)}, domain.Condition{Kind: domain.ByDate, Ends: dawn})
	spelled(domain.Condition{Kind: domain.ByQuery, Name: " a "}, domain.Condition{Kind: domain.ByQuery, Name: "a"})
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]domain.Metadata{
		"": "", " \n": "", "null": "", " {} ": "", `{"b":1,"a":{"b":[{},[],null,true]}}`: `{"b":1,"a":{"b":[{},[],null,true]}}`,
		`{ "a" : "x  <y>" }`: `{"a":"x  <y>"}`, `{"a":"\u00e9\ud83d\ude00\\u0000"}`: `{"a":"\u00e9\ud83d\ude00\\u0000"}`, `{"a":1.50,"b":-1e-7}`: `{"a":1.50,"b":-1e-7}`,
		`{"a":{"x":1},"b":{"x":1}}`: `{"a":{"x":1},"b":{"x":1}}`,
	} {
		if got, err := domain.ParseMetadata(raw); err != nil || got != want {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{
		"[]", "1", `"a"`, "{", `{"a":1}{}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"x":{"a":1,"a":2}}`, "{\"a\":\"\xff\"}", `{"a":"\u0000"}`, `{"\u0000":1}`,
		`{"a":"\ud83d"}`, `{"a":"\ude00\ud83d"}`, `{"a":"\ud83dx"}`, `{"a":"\ud83d\u0041"}`, `{"a":1e400}`, `{"a":1e-400}`, `{"a":1` + strings.Repeat("0", 40) + `}`,
		`{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, `{"a":"` + strings.Repeat("x", 10<<10) + `"}`, strings.Repeat(" ", 50<<10) + "{}", "{\"a\":\"\n\"}", `{a:1}`,
	} {
		if got, err := domain.ParseMetadata(raw); !blames(err, domain.Validation, "metadata") {
			t.Errorf("%.60q: %q, %v", raw, got, err)
		}
	}
}

func FuzzParseMetadata(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}]}`, `{"a":"\ud83d\ude00"}`, `{"a":1,"a":2}`, `{"a":1e999}`, `{"":""}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := domain.ParseMetadata(raw)
		if err != nil || m == "" {
			return
		}
		if again, err := domain.ParseMetadata(string(m)); err != nil || again != m {
			t.Errorf("%q: %q, then %q, %v", raw, m, again, err)
		}
		var a, b map[string]any
		if json.Unmarshal([]byte(raw), &a) != nil || json.Unmarshal([]byte(m), &b) != nil || !reflect.DeepEqual(a, b) || strings.Contains(string(m), `\u0000`) && !strings.Contains(string(m), `\\u0000`) {
			t.Errorf("%q became %q", raw, m)
		}
	})
}

func FuzzParseRules(f *testing.F) {
	f.Add("geo-us", "https://example.com/", uint8(1), "us", "Europe/Berlin", uint16(0), uint16(1440), uint8(3))
	f.Add("a", "https://bücher.example/", uint8(7), "bücher.example:80", "UTC", uint16(9), uint16(3), uint8(200))
	f.Fuzz(func(t *testing.T, id, to string, kind uint8, value, zone string, from, until uint16, days uint8) {
		c := domain.Condition{Kind: domain.ConditionKind(kind), Values: []string{value}, Name: value, Zone: zone, From: from, To: until, Days: days, Starts: dawn}
		rules, err := domain.ParseRules([]domain.Rule{{ID: id, To: domain.Destination(to), When: []domain.Condition{c}, Percent: days}})
		if err != nil {
			return
		}
		if err := (domain.Traits{Rules: rules}).Check(); err != nil {
			t.Errorf("%+v: %v", rules, err)
		}
		target := targetOf(domain.Traits{Rules: rules})
		v := worstVisit()
		domain.Route(&target, &v)
	})
}

func TestWordsOfRules(t *testing.T) {
	t.Parallel()
	for k := domain.ByCountry; k <= domain.ByQuery; k++ {
		if again, err := domain.ParseConditionKind(k.String()); err != nil || again != k {
			t.Errorf("%s: %v, %v", k, again, err)
		}
	}
	for _, bad := range []string{"", "geo", "Country"} {
		if _, err := domain.ParseConditionKind(bad); !blames(err, domain.Validation, "kind") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for m := range uint16(1441) {
		if again, err := domain.ParseClock("from", domain.FormatClock(m)); err != nil || again != m {
			t.Errorf("%d: %d, %v", m, again, err)
		}
	}
	for _, bad := range []string{"", "9:00", "09:60", "24:01", "25:00", "09:00:00", "0900", "+9:00", "09:0a", "09"} {
		if got, err := domain.ParseClock("from", bad); !blames(err, domain.Validation, "from") {
			t.Errorf("%q: %d, %v", bad, got, err)
		}
	}
	for days := range uint8(128) {
		if again, err := domain.ParseWeekdays(domain.FormatWeekdays(days)); err != nil || again != days {
			t.Errorf("%d: %d, %v", days, again, err)
		}
	}
	if days, err := domain.ParseWeekdays([]string{"Monday", "SUN"}); err != nil || days != 3 {
		t.Error(days, err)
	}
	if _, err := domain.ParseWeekdays([]string{"someday"}); !blames(err, domain.Validation, "weekdays") {
		t.Error(err)
	}
}

func TestDomainSettings(t *testing.T) {
	t.Parallel()
	raw := domain.DomainSettings{
		RedirectStatus: 301, Root: "HTTPS://Example.com", NotFound: "https://example.com/404", Robots: "User-agent: *\r\nDisallow: /\n", Favicon: "https://example.com/f.ico",
		AppleAssociation: ` { "applinks" : {} } `, AssetLinks: "[ ]",
	}
	got, err := raw.Normalise()
	want := domain.DomainSettings{
		RedirectStatus: 301, Root: "https://example.com", NotFound: "https://example.com/404", Robots: "User-agent: *\nDisallow: /", Favicon: "https://example.com/f.ico",
		AppleAssociation: `{"applinks":{}}`, AssetLinks: "[]",
	}
	if err != nil || got != want || want.Check() != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if err := raw.Check(); domain.CodeOf(err) != domain.Validation {
		t.Error(err)
	}
	refused := func(code domain.Code, field string, s domain.DomainSettings) {
		t.Helper()
		if _, err := s.Normalise(); !blames(err, code, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	refused(domain.Validation, "redirect_status", domain.DomainSettings{RedirectStatus: 200})
	refused(domain.InvalidURL, "root_url", domain.DomainSettings{Root: "/"})
	refused(domain.InvalidURL, "not_found_url", domain.DomainSettings{NotFound: "x"})
	refused(domain.InvalidURL, "favicon_url", domain.DomainSettings{Favicon: "data:,"})
	refused(domain.Validation, "robots_txt", domain.DomainSettings{Robots: "\x00"})
	refused(domain.Validation, "apple_app_site_association", domain.DomainSettings{AppleAssociation: "[]"})
	refused(domain.Validation, "apple_app_site_association", domain.DomainSettings{AppleAssociation: `{"a":1,"a":2}`})
	refused(domain.Validation, "assetlinks", domain.DomainSettings{AssetLinks: "[" + strings.Repeat(" ", 64<<10) + "]"})
}

func TestParseBlock(t *testing.T) {
	t.Parallel()
	link := numbering.Number(1).String()
	for text, want := range map[[2]string]domain.Block{
		{"host", " Evil.Example:80 "}: {Kind: domain.BlockHost, Value: "evil.example"},
		{"account", "acc_1"}:          {Kind: domain.BlockAccount, Value: "acc_1"},
		{"link", link}:                {Kind: domain.BlockLink, Value: link},
	} {
		if got, err := domain.ParseBlock(text[0], text[1]); err != nil || got != want || got.Kind.String() != text[0] {
			t.Errorf("%v: %+v, %v", text, got, err)
		}
	}
	for text, field := range map[[2]string]string{
		{"", "x"}: "kind", {"planet", "mars"}: "kind", {"host", ""}: "value", {"host", "a b"}: "value", {"account", ""}: "value",
		{"account", "acc_system"}: "value", {"link", "lnk_1"}: "value",
	} {
		if _, err := domain.ParseBlock(text[0], text[1]); domain.CodeOf(err) != domain.Validation || !strings.Contains(err.Error(), field) {
			t.Errorf("%v: %v", text, err)
		}
	}
}
