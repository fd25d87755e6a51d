package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
	"github.com/linklog/linklog/projections/clicks"
)

// link makes one of Ann's, and tells its id.
func (d *desk) link(slug string, tags ...string) string {
	d.t.Helper()
	d.Now = d.Now.Add(time.Second)
	reply, err := d.Do(d.t.Context(), domain.Command{
		ID: domain.CommandID("make " + slug), Account: "acc_ann", By: "usr_ann", Via: "test", Domain: httpapitest.Host, Deadline: d.Now.Add(time.Minute),
		Body: domain.CreateLink{Host: httpapitest.Host, Slug: domain.Slug(slug), Destination: "https://example.com/" + domain.Destination(slug), Traits: domain.Traits{Tags: tags}},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return reply.Link.String()
}

// where a link with that text leads.
func (s *shown) where(text string) string {
	s.d.t.Helper()
	for n := range s.tree.Descendants() {
		if n.Data == "a" && strings.TrimSpace(words1(n)) == text {
			return attr(n, "href")
		}
	}
	s.d.t.Fatalf("%s has no link %q: %s", s.path, text, s.text())
	return ""
}

// query is what an address asks for.
func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// block is the JSON in a script of the page.
func (s *shown) block(id string, into any) {
	s.d.t.Helper()
	for n := range s.tree.Descendants() {
		if n.Data == "script" && attr(n, "id") == id {
			if err := json.Unmarshal([]byte(n.FirstChild.Data), into); err != nil {
				s.d.t.Fatalf("block %s: %v", id, err)
			}
			return
		}
	}
	s.d.t.Fatalf("%s has no data %s", s.path, id)
}

func TestAnalyticsShowsWhatTheModelAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	s := d.get("/analytics").want(200, "Clicks 412", "Visitors, day by day 301", "Bots 57", "HEAD requests 3", "United States", "198", "48 %",
		"who comes on two days counts twice", "Unknown", "22 Jul 2025 – 20 Aug 2025, UTC")
	var series chart
	s.block("series", &series)
	if len(series.Times) != 30 || len(series.Before) != 30 || series.Clicks[29] != 41 || series.Clicks[28] != 28 {
		t.Errorf("the chart has %d points, %d before, and ends with %v", len(series.Times), len(series.Before), series.Clicks[28:])
	}
	var world []country
	s.block("countries", &world)
	if len(world) != 4 || world[0] != (country{"US", "United States", 198, 5, "/analytics?filter=country%3AUS"}) || world[3].Level != 3 {
		t.Errorf("the map has %+v", world)
	}
	d.get("/analytics?compare=none").want(200).lacks("dashed")
	d.get("/analytics?traffic=bot").want(200, "Clicks by bots 57", "Why a bot")
	d.get("/analytics?traffic=all").want(200, "Clicks, bots included 469")
}

func TestAnalyticsKeepsEverythingInTheAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring", "sale")
	s := d.get("/analytics?range=7d&timezone=Europe/Berlin&tag=sale&traffic=all&devices=os&other=1").want(200, "14 Aug 2025 – 20 Aug 2025, Europe/Berlin", "iOS")
	q := query(t, s.where("United States"))
	want := url.Values{"range": {"7d"}, "timezone": {"Europe/Berlin"}, "tag": {"sale"}, "traffic": {"all"}, "filter": {"country:US"}}
	if q.Encode() != want.Encode() {
		t.Errorf("a click on a country leads to %v, want %v", q, want)
	}
	f := s.form("/analytics")
	for name, value := range map[string]string{"range": "7d", "tag": "sale", "traffic": "all", "devices": "os", "timezone": "Europe/Berlin"} {
		if f.values.Get(name) != value {
			t.Errorf("the form has %s = %q, want %q", name, f.values.Get(name), value)
		}
	}
	if q := query(t, s.where("Browser")); q.Get("devices") != "browser" || q.Get("range") != "7d" {
		t.Errorf("another tab leads to %v", q)
	}
}

func TestAnalyticsFilters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	all := d.get("/analytics")
	var out []string
	for n := range all.tree.Descendants() {
		if attr(n, "aria-label") == "All but United States" {
			out = query(t, attr(n, "href"))["filter"]
		}
	}
	if len(out) != 1 || out[0] != "!country:US" {
		t.Errorf("all but a country are %v", out)
	}
	s := d.get(all.where("United States")).want(200, "Country is United States", "Remove the filter", "All others instead",
		"Clicks by country are counted together with device, referrer, rule, qr or link", "Visitors, day by day –")
	s.lacks("Browser", "UTM")
	if q := query(t, s.where("All others instead")); q.Get("filter") != "!country:US" {
		t.Errorf("all others are %v", q)
	}
	if q := query(t, s.where("United States")); q.Has("filter") {
		t.Errorf("a second click on the value leaves the filter %v", q)
	}
	if q := query(t, s.where("Mobile")); q.Get("filter") != "device:mobile" {
		t.Errorf("another value filters by %v", q)
	}
	d.get("/analytics?filter=!country:US").want(200, "Country is not United States", "Only these instead")
	d.get("/analytics?filter=referrer:").want(200, "Referrer is Direct")
	d.get("/analytics?filter=browser:Chrome").want(200, "no other breakdown can be told under this filter")
}

func TestAnalyticsTellsOfWholeDays(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC)
	a, err := askedOf(url.Values{"filter": {"country:US"}, "range": {"7d"}, "timezone": {"Asia/Tokyo"}}, "", now)
	if err != nil {
		t.Fatal(err)
	}
	p := analyticsPage{asked: &a}
	day := func(d int) time.Time { return time.Date(2025, 8, d, 0, 0, 0, 0, time.UTC) }
	p.answered(&clicks.Analytics{From: a.from, To: a.to, Broken: clicks.Range{From: day(13), To: day(21)}}, nil)
	if p.Whole != "13 Aug 2025 – 20 Aug 2025" {
		t.Errorf("the days of the breakdowns are %q", p.Whole)
	}
}

func TestAnalyticsExplainsWhatCantBeAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	for address, why := range map[string]string{
		"filter=country:DE&filter=device:mobile":           "one filter at a time",
		"filter=country:DE&devices=browser":                "can be broken down by country, device, referrer, rule, trigger, not by browser",
		"filter=country:DE&range=7d&granularity=15min":     "Under a filter the series",
		"filter=colour:red":                                "nothing clicks are filtered by",
		"range=12m&granularity=hour":                       "more than 750 points",
		"range=forever":                                    "must be 24h",
		"from=2025-08-20&to=2025-08-01":                    "first day is after the last",
		"from=yesterday":                                   "A date is like",
		"timezone=Mars/Olympus":                            "no time zone",
		"traffic=cats":                                     "Traffic must be",
		"granularity=blink":                                "15min, hour",
		"devices=country":                                  "no breakdown by",
		"domain=" + url.QueryEscape("not a host"):          "is no domain",
		"tag=" + url.QueryEscape(strings.Repeat("x", 500)): "is no tag",
	} {
		s := d.get("/analytics?"+address).want(422, why)
		s.form("/analytics") // the choices are still there
		if to := query(t, "?"+address); strings.Contains(address, "&filter") && query(t, s.where("Only country:DE")).Get("filter") != to.Get("filter") {
			t.Errorf("%s offers %s", address, s.where("Only country:DE"))
		}
	}
}

func TestAnalyticsOfADomainATagALink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.link("spring", "sale")
	d.get("/analytics?tag=sale").want(200, "Clicks 412")
	d.get("/analytics?tag=autumn").want(200, "There are no links here yet")
	d.get("/analytics?domain="+string(httpapitest.Host)+"&tag=sale").want(200, "Clicks 412")
	s := d.get("/analytics?link="+id).want(200, "pocolink.com/spring", "https://example.com/spring", "Clicks 412", "All links")
	if to := s.where("This chart, CSV"); !strings.HasPrefix(to, "/v1/links/"+id+"/analytics?") || query(t, to).Get("format") != "csv" {
		t.Errorf("the export of a link is %s", to)
	}
	d.get("/analytics?link=lnk_zzz").want(404)
	d.get("/analytics?link=nonsense").want(404)
	d.house.accounts["acc_bob"] = &tenancy{"Bob", domain.Free, map[identity.PersonID]identity.Role{"usr_ann": identity.Viewer}}
	for _, session := range d.house.sessions {
		session.Current.Account = "acc_bob"
	}
	d.get("/analytics?link=" + id).want(404)
	d.get("/analytics").want(200, "There are no links here yet")
}

func TestAnalyticsExports(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring", "sale")
	s := d.get("/analytics?range=7d&timezone=Europe/Berlin&tag=sale&traffic=all&filter=country:US")
	for _, name := range []string{"This chart, CSV", "All of this, JSON", "Links by day, CSV", "Links by day, JSON lines"} {
		to := s.where(name)
		q := query(t, to)
		if q.Get("from") != "2025-08-14" || q.Get("to") != "2025-08-20" || q.Get("timezone") != "Europe/Berlin" || q.Get("tag") != "sale" || q.Get("filter") != "country:US" || q.Get("traffic") != "all" {
			t.Errorf("%s is %s", name, to)
		}
	}
	to := d.get("/analytics?range=24h").where("This chart, CSV")
	if q := query(t, to); q.Get("from") != "2025-08-19T11:00:00Z" || q.Get("to") != "2025-08-20T11:00:00Z" {
		t.Errorf("the last hours are %v", q)
	}
}

func TestBreakdownHasPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	d.get("/analytics/country").want(200, "Clicks by country", "Kosovo", "4 values in 412 clicks").lacks("Next page")
	d.get("/analytics/country?after=67+GB").want(200, "Kosovo", "First page").lacks("United Kingdom")
	d.get("/analytics/country?after=nonsense").want(422, "Begin with the first one")
	d.get("/analytics/colour").want(404)
	d.get("/analytics/browser?filter=country:DE").want(422, "not by browser")
}

func TestAnalyticsForViewersAndStrangers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	d.house.accounts["acc_ann"].members["usr_ann"] = identity.Viewer
	d.get("/analytics").want(200, "Clicks 412")
	d.get("/live").want(200, "Live")
	newDoor(t).get("/analytics?range=7d").want(200, "Sign in")
}

func TestAnalyticsTakesTheBrowsersZone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	d.cookies[zoneCookie] = "Asia%2FTokyo"
	d.get("/analytics").want(200, "Asia/Tokyo")
	d.get("/analytics?timezone=UTC").want(200, "20 Aug 2025, UTC")
	d.cookies[zoneCookie] = "nonsense"
	d.get("/analytics").want(200, "20 Aug 2025, UTC")
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 4, 2, 22, 30, 0, 0, time.UTC) // already the third in Berlin, and clocks were moved
	check := func(q, from, to, before string, g clicks.Granularity) {
		t.Helper()
		v, _ := url.ParseQuery(q + "&timezone=Europe/Berlin")
		p, err := periodOf(v, now)
		b := p.before()
		if err != nil || p.from.In(berlin).Format("2006-01-02 15") != from || p.to.In(berlin).Format("2006-01-02 15") != to || b.from.In(berlin).Format("2006-01-02 15") != before || p.granularity != g {
			t.Errorf("%s is %s to %s, before %s, by %s, %v", q, p.from, p.to, b.from, p.granularity, err)
		}
	}
	check("range=7d", "2025-03-28 00", "2025-04-04 00", "2025-03-21 00", clicks.Day)
	check("range=24h", "2025-04-02 01", "2025-04-03 01", "2025-04-01 01", clicks.Hour)
	check("range=12m", "2024-04-04 00", "2025-04-04 00", "2023-04-05 00", clicks.Week)
	check("from=2025-03-30&to=2025-03-30", "2025-03-30 00", "2025-03-31 00", "2025-03-29 00", clicks.Hour)
	check("to=2025-03-30", "2025-03-01 00", "2025-03-31 00", "2025-01-30 00", clicks.Day)
	check("from=2020-01-01", "2020-01-01 00", "2025-04-04 00", "2014-09-29 00", clicks.Month)
}

// FuzzAnalyticsAddress: no address breaks the page.
func FuzzAnalyticsAddress(f *testing.F) {
	f.Add("range=7d&filter=country:DE&places=city")
	f.Add("from=2025-01-01&to=9000-12-31&granularity=month&timezone=Asia/Kathmandu")
	f.Add("filter=!utm_source:%00&traffic=all&timezone=../x")
	now := time.Date(2025, 8, 20, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		a, err := askedOf(v, "", now)
		if err != nil && domain.CodeOf(err) != domain.Validation {
			t.Fatalf("%q: %v", raw, err)
		}
		if !a.from.Before(a.to) || a.granularity > clicks.Month {
			t.Errorf("%q: from %s to %s by %s", raw, a.from, a.to, a.granularity)
		}
		if err != nil {
			return
		}
		again, err := askedOf(query(t, string(a.with())), "", now)
		if err != nil || again.values.Encode() != a.values.Encode() {
			t.Errorf("%q: its own address is read as %v, %v", raw, again.values, err)
		}
	})
}

// TestMapIsSmall: what the page loads by script counts, too.
func TestMapIsSmall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.link("spring")
	s := d.get("/analytics")
	sum := s.Wire
	for n := range s.tree.Descendants() {
		path := attr(n, "src") + attr(n, "data-map")
		if n.Data == "link" {
			path = attr(n, "href")
		}
		if strings.HasPrefix(path, "/assets/") && n.Type == html.ElementNode {
			sum += d.get(path).want(200).Wire
		}
	}
	t.Logf("%d bytes the first time, map included", sum)
	if m := d.get(d.server.assets.url("world.svg")).want(200); m.Wire > 30<<10 || sum > mostBytes {
		t.Errorf("the map has %d bytes, all %d", m.Wire, sum)
	}
}

// byID is the element with that id, which there must be.
func (s *shown) byID(id string) *html.Node {
	s.d.t.Helper()
	for n := range s.tree.Descendants() {
		if attr(n, "id") == id {
			return n
		}
	}
	s.d.t.Fatalf("%s has nothing called %s", s.path, id)
	return nil
}

// BenchmarkAnalyticsPage is the page's own work: a question asked of a model in memory, laid out and
// compressed.
func BenchmarkAnalyticsPage(b *testing.B) {
	world := httpapitest.New()
	for b.Loop() {
		a, err := askedOf(url.Values{"range": {"90d"}, "traffic": {"all"}}, "Europe/Berlin", world.Now)
		if err != nil {
			b.Fatal(err)
		}
		found, err := world.Analyse(b.Context(), a.question([]domain.LinkNumber{1}, topAsked, a.wanted()...))
		if err != nil {
			b.Fatal(err)
		}
		p := analyticsPage{asked: &a}
		p.answered(&found, &found)
		var page bytes.Buffer
		if err := analyticsView(&p).Render(b.Context(), &page); err != nil {
			b.Fatal(err)
		}
		if _, err := pack(page.Bytes(), gzip.BestSpeed); err != nil {
			b.Fatal(err)
		}
	}
}
