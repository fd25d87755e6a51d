package web

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// A form that nobody touched changes nothing, whatever the link has.
func TestUntouchedFormChangesNothing(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "America/New_York", "Asia/Kathmandu"} {
		d := newDesk(t)
		d.cookies[zoneCookie] = zone
		l := d.rich()
		d.get(string(linkPath(l.Number, "edit"))).form(string(linkPath(l.Number, "edit"))).send().want(200, "Saved")
		if now := d.State.Links[l.Number]; now.Version != l.Version {
			t.Errorf("%s: version %d became %d: %+v", zone, l.Version, now.Version, now)
		}
	}
}

// Every field of the form reaches the link.
func TestEveryFieldIsSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.cookies[zoneCookie] = "Europe/Berlin"
	l := d.made("plain")
	f := d.get(string(linkPath(l.Number, "edit"))).form(string(linkPath(l.Number, "edit")))
	for name, value := range map[string]string{
		"url": "https://example.com/new", "slug": "renamed", "domain": "go.pocolink.com", "title": "T", "note": "a\r\nb", "tags": "x, y", "metadata": `{ "a": 1 }`,
		"external_id": "e", "valid_from": "2025-09-01T10:00", "expires_at": "2025-12-01T10:00", "expired_url": "https://example.com/over", "click_limit": "9",
		"password": "sesame", "redirect_status": "301", "utm_source": "s", "utm_medium": "m", "utm_campaign": "c", "utm_term": "t", "utm_content": "o",
		"preview_title": "P", "preview_description": "D", "preview_image": "https://example.com/i.png", "forward_query": "on", "forward_path": "on", "indexed": "on",
	} {
		f.set(name, value)
	}
	delete(f.values, "enabled")
	f.send().want(200, "Saved", "go.pocolink.com/renamed")
	now := d.State.Links[l.Number]
	if !strings.HasPrefix(now.Password, "hash-of-sesame") {
		t.Errorf("password %q", now.Password)
	}
	now.Password = ""
	want := domain.Traits{
		Title: "T", Note: "a\nb", Tags: []string{"x", "y"}, Metadata: `{"a":1}`, External: "e", Disabled: true,
		Starts: time.Date(2025, 9, 1, 8, 0, 0, 0, time.UTC), ExpiredURL: "https://example.com/over", ClickLimit: 9, RedirectStatus: 301, ForwardQuery: true, ForwardPath: true,
		UTM:     domain.UTM{Source: "s", Medium: "m", Campaign: "c", Term: "t", Content: "o"},
		Preview: domain.Preview{Title: "P", Description: "D", Image: "https://example.com/i.png"}, Indexed: true,
	}
	if diff := now.Differences(want); diff.Set != 0 {
		t.Errorf("got %+v\nwant %+v", now.Traits, want)
	}
	if !now.Expires.Equal(time.Date(2025, 12, 1, 9, 0, 0, 0, time.UTC)) || now.Host != "go.pocolink.com" || now.Slug != "renamed" || now.Destination != "https://example.com/new" {
		t.Errorf("got %+v", now)
	}
	if set := allFields(); now.Differences(domain.Traits{}).Set&^set != 0 || !set.Has(domain.FieldIndexed) {
		t.Errorf("fields %b", set)
	}
}

func TestPasswordIsTakenAwayOrKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	at := string(linkPath(l.Number, "edit"))
	d.get(at).lacks("hash-of-secret").form(at).set("title", "other").send().want(200, "Saved")
	if d.State.Links[l.Number].Password != "hash-of-secret" {
		t.Error("the password changed by itself")
	}
	d.get(at).form(at).set("password_off", "on").send().want(200, "Saved")
	if d.State.Links[l.Number].Password != "" {
		t.Error("the password is still there")
	}
	d.get(at).form(at).set("password", strings.Repeat("x", 73)).send().want(422, "At most 72 bytes")
}

// Without scripts, buttons have the form come back with another rule, and nothing is saved.
func TestRulesAreBuiltWithoutScripts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("ruled")
	at := string(linkPath(l.Number, "edit"))
	press := func(f *filled, value string) *filled {
		f.names[reworkField] = true
		s := f.set(reworkField, value).send().want(200)
		checkTree(t, s)
		return s.form(at)
	}
	f := press(d.get(at).form(at).set("title", "typed"), "rule.add")
	for _, kind := range conditionKinds {
		f = press(f.set("rules[0].add", kind.Value), "rule.0.condition.add")
	}
	f.set("rules[0].url", "https://example.com/one")
	for name, value := range map[string]string{
		"[0].values": "de, AT", "[2].values": "iOS", "[3].values": "Safari", "[4].values": "de", "[5].values": "Washington, D.C.\r\nBonn", "[6].values": "t.co",
		"[7].from": "09:00", "[7].to": "17:30", "[7].zone": "Europe/Berlin", "[9].starts": "2025-09-01T00:00", "[10].name": "ref", "[10].values": "a, b\nc",
	} {
		f.set("rules[0].conditions"+name, value)
	}
	f.set("rules[0].conditions[1].values", "mobile", "tablet").set("rules[0].conditions[8].weekdays", "mon", "fri").set("rules[0].conditions[0].not", "on")
	f = press(f, "rule.add")
	f = press(f.set("rules[1].url", "https://example.com/two").set("rules[1].percentage", "50").set("rules[1].id", "half"), "rule.1.up")
	if f.values.Get("title") != "typed" || f.values.Get("rules[0].id") != "half" || d.State.Links[l.Number].Version != 1 {
		t.Fatalf("%v at version %d", f.values, d.State.Links[l.Number].Version)
	}
	f = press(press(f, "script.add"), "script.add")
	f.set("scripts[0].content", "one()").set("scripts[1].content", "two()").set("scripts[1].placement", "body")
	f = press(f, "script.0.remove")
	f.send().want(200, "Saved")
	now := d.State.Links[l.Number]
	want := []domain.Rule{
		{ID: "half", To: "https://example.com/two", Percent: 50},
		{ID: "1", To: "https://example.com/one", When: []domain.Condition{
			{Kind: domain.ByCountry, Not: true, Values: []string{"DE", "AT"}}, {Kind: domain.ByDevice, Values: []string{"mobile", "tablet"}},
			{Kind: domain.ByOS, Values: []string{"iOS"}}, {Kind: domain.ByBrowser, Values: []string{"Safari"}}, {Kind: domain.ByLanguage, Values: []string{"de"}},
			{Kind: domain.ByCity, Values: []string{"Washington, D.C.", "Bonn"}}, {Kind: domain.ByReferrer, Values: []string{"t.co"}},
			{Kind: domain.ByTime, From: 540, To: 1050, Zone: "Europe/Berlin"}, {Kind: domain.ByWeekday, Days: 0b100010},
			{Kind: domain.ByDate, Starts: time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)}, {Kind: domain.ByQuery, Name: "ref", Values: []string{"a, b", "c"}},
		}},
	}
	if !reflect.DeepEqual(now.Rules, want) {
		t.Errorf("\n got %+v\nwant %+v", now.Rules, want)
	}
	if len(now.Scripts) != 1 || now.Scripts[0].Content != "two()" || !now.Scripts[0].InBody {
		t.Errorf("scripts %+v", now.Scripts)
	}
}

// What is wrong with a part of a rule stands beside that part.
func TestWrongRulesSaySo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	at := string(linkPath(l.Number, "edit"))
	f := d.get(at).form(at)
	f.set("rules[0].url", "nowhere").set("rules[1].conditions[0].values", "Germany").set("rules[2].conditions[0].to", "25:00").
		set("rules[2].conditions[1].zone", "Mars").set("rules[3].percentage", "101").set("rules[3].conditions[0].name", "")
	delete(f.values, "rules[0].conditions[0].values")
	delete(f.values, "rules[2].conditions[1].weekdays")
	s := f.send().want(422, "must be a time like 09:30", "A share is at most 100 percent", "The name is required")
	for _, name := range []string{
		"rules[0].conditions[0].values", "rules[1].conditions[0].values", "rules[2].conditions[0].to", "rules[2].conditions[1].weekdays", "rules[3].percentage", "rules[3].conditions[0].name",
	} {
		if !strings.Contains(s.Body, `id="f-`+name+`-error"`) {
			t.Errorf("%s says nothing", name)
		}
	}
	checkTree(t, s)
	f = d.get(at).form(at)
	f.set("rules[0].url", "nowhere").send().want(422, "The URL must include its protocol")
	f = d.get(at).form(at)
	f.set("rules[0].id", "places").send().want(422, "is taken by another one before it")
	f = d.get(at).form(at)
	f.set("scripts[0].content", "").send().want(422, "The content is required")
	f = d.get(at).form(at)
	f.names["rules[0].percentage"] = true
	f.set("rules[0].percentage", "60").send().want(422, "more than 100 percent together")
}

func TestFinalURLIsShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.get("/links/new").want(200, "Type a destination first").form("/links/new")
	f.set("url", "https://example.com/a?x=1#top").set("utm_source", "news letter").set("utm_medium", "email").set("forward_query", "on")
	f.names[reworkField] = true
	f.set(reworkField, "look").send().want(200, "https://example.com/a?x=1&their=query&utm_source=news+letter&utm_medium=email#top")
}

func TestTwoPeopleEdit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.house.keys = append(d.house.keys, identity.Key{ID: "key_shop", Account: "acc_ann", Name: "Shop"})
	l := d.made("both")
	at := string(linkPath(l.Number, "edit"))
	mine := d.get(at).form(at).set("title", "mine").set("note", "also mine")
	d.updated(l, "key_shop", func(u *domain.UpdateLink) {
		u.Patch = domain.Patch{Set: domain.Fields(0).With(domain.FieldTitle), To: domain.Traits{Title: "theirs"}}
		u.Destination = new(domain.Destination("https://example.com/theirs"))
	})
	s := mine.send().want(409, "Somebody else changed this link meanwhile", "Key “Shop”", "theirs", "mine", "https://example.com/theirs", "Overwrite with mine", "Take theirs")
	checkTree(t, s)
	again := s.form(at)
	if again.values.Get("title") != "mine" || again.values.Get("note") != "also mine" {
		t.Fatalf("typed texts became %v", again.values)
	}
	s = again.send().want(409) // saving again without a word about theirs is no answer
	s.form(at).set("onto", "3").send().want(200, "Saved")
	if now := d.State.Links[l.Number]; now.Title != "mine" || now.Note != "also mine" || now.Destination != "https://example.com/theirs" {
		t.Errorf("got %+v", now)
	}
}

// Who changed another field than somebody else keeps both.
func TestTwoPeopleEditDifferentFields(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("both")
	at := string(linkPath(l.Number, "edit"))
	mine := d.get(at).form(at).set("title", "mine")
	d.updated(l, "usr_ann", func(u *domain.UpdateLink) {
		u.Patch = domain.Patch{Set: domain.Fields(0).With(domain.FieldNote), To: domain.Traits{Note: "theirs"}}
	})
	mine.send().want(409, "saving keeps both", "Save mine as well").form(at).set("onto", "2").send().want(200, "Saved")
	if now := d.State.Links[l.Number]; now.Title != "mine" || now.Note != "theirs" {
		t.Errorf("got %+v", now)
	}
}

func TestUnfinishedEdit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("slow")
	at := string(linkPath(l.Number, "edit"))
	f := d.get(at).form(at).set("title", "typed")
	d.Fault = "unknown"
	again := f.send().want(503, "isn't known yet").form(at)
	d.Fault = ""
	again.send().want(200, "Saved")
	if now := d.State.Links[l.Number]; now.Title != "typed" || now.Version != 2 {
		t.Errorf("got %+v", now)
	}
}

func FuzzLinkForm(f *testing.F) {
	f.Add("https://example.com/", "rules[0].url", "https://a.example/", "rules[0].conditions[0].kind", "time", "rule.0.condition.add")
	f.Add("x", "rules[999999].id", "1", "scripts[0].content", "y", "rule.1.up")
	f.Fuzz(func(t *testing.T, to, name1, value1, name2, value2, word string) {
		form := filledIn(Form{}, domain.Link{Host: "pocolink.com", Traits: domain.Traits{Rules: allRules(time.Unix(1e9, 0))}}, time.UTC)
		form.Values.Set("url", to)
		form.Values.Add(name1, value1)
		form.Values.Set(name2, value2)
		form.Values.Set(reworkField, word)
		for _, one := range []Form{form, form.rework()} {
			l, read := readLink(one, domain.Link{Host: "pocolink.com"}, time.UTC)
			if read.wrong() {
				continue
			}
			if err := l.Check(); err != nil {
				t.Errorf("%v reads as %+v: %v", one.Values, l, err)
			}
		}
	})
}
