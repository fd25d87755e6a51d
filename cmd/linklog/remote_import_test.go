package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// outcome is the last line of an import.
type outcome struct {
	Done   bool `json:"done"`
	DryRun bool `json:"dry_run"`
	Links  struct {
		Read     int `json:"read"`
		Created  int `json:"created"`
		Existing int `json:"existing"`
		Renamed  int `json:"renamed"`
		Clashes  int `json:"clashes"`
		Unusable int `json:"unusable"`
	} `json:"links"`
	Clicks struct {
		Read     int `json:"read"`
		Added    int `json:"added"`
		Existing int `json:"existing"`
		Unusable int `json:"unusable"`
		LeftOut  int `json:"left_out"`
	} `json:"clicks"`
}

// imports runs an import that has to end with a status, and returns its problems and its outcome.
func (u *user) imports(status int, args ...string) (problems []string, o outcome) {
	u.Helper()
	out, errs, got := u.types("", append(append([]string{"import"}, args...), "--json")...)
	if got != status {
		u.Fatalf("import %v: exit %d, want %d\n%s%s", args, got, status, out, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	last := lines[len(lines)-1]
	if err := json.Unmarshal([]byte(last), &o); err != nil || !o.Done {
		return lines, o
	}
	return lines[:len(lines)-1], o
}

// write makes a file of the user's.
func (u *user) write(name, text string) string {
	u.Helper()
	path := filepath.Join(u.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		u.Fatal(err)
	}
	return path
}

// TestImport brings what others have, through the API alone.
func TestImport(t *testing.T) {
	p, api := dev(t, embeddedtest.DataDir(t))
	u := newUser(t, "LINKLOG_API="+p.API, "LINKLOG_KEY="+p.APIKey)
	sub := func(name string, f func(*user, *program, caller)) {
		t.Run(name, func(t *testing.T) { f(&user{t, u.home, u.env}, p, caller{t, api.base, api.key}) })
	}
	sub("twice", importTwice)
	sub("clashes", importClashes)
	sub("foreign slugs", importForeign)
	sub("interrupted", importInterrupted)
	sub("two at once", importTwoAtOnce)
	sub("from an API", importFromAPI)
	sub("totals", importTotals)
	sub("misused", importMisused)
	verified(u, p)
}

// verified checks that the read models are what the log makes of them.
func verified(u *user, p *program) {
	u.Helper()
	v := &user{u.TB, u.home, []string{"LINKLOG_DATABASE_URL=" + p.Database, "LINKLOG_KAFKA_BROKERS=" + p.Kafka}}
	v.does("verify")
}

const dump = `
INSERT INTO ` + "`yourls_log`" + ` (click_time, shorturl, referrer, user_agent, country_code) VALUES
('2021-03-01 08:15:00','old-sale','direct','Mozilla/5.0 (X11; Linux x86_64; rv:86.0) Gecko/20100101 Firefox/86.0','FR'),
('2021-03-01 08:16:00','old-sale','https://news.example/a?b','Mozilla/5.0 (compatible; Googlebot/2.1)',''),
('2021-03-02 08:15:00','old-sale','direct','','NP'),
('2021-03-02 08:15:00','nobody','direct','','NP');
INSERT INTO yourls_url (keyword, url, title, timestamp, clicks) VALUES
('old-sale','https://example.com/old','Old',' 2021-02-01 00:00:00', 3), ('old-other','https://example.com/other',NULL,'2021-02-01 00:00:00', 0);
`

func importTwice(u *user, _ *program, _ caller) {
	path := u.write("dump.sql", dump)
	if _, o := u.imports(0, "yourls", path, "--dry-run"); o.Links.Created != 2 || !o.DryRun || strings.Contains(u.does("links", "list"), "old-sale") {
		u.Errorf("a dry run: %+v", o)
	}
	if _, o := u.imports(0, "yourls", path); o.Links.Created != 2 || o.Clicks.Added != 3 || o.Clicks.LeftOut != 1 {
		u.Errorf("the first time: %+v", o)
	}
	before := u.does("links", "list", "--json")
	if _, o := u.imports(0, "yourls", path); o.Links.Created != 0 || o.Links.Existing != 2 || o.Clicks.Added != 0 || o.Clicks.Existing != 3 {
		u.Errorf("the second time: %+v", o)
	}
	if after := u.does("links", "list", "--json"); after != before {
		u.Errorf("the second time changed\n%sto\n%s", before, after)
	}
	a := u.shown("analytics", "old-sale", "--from", "2021-01-01", "--to", "2021-12-31")
	if a["total_clicks"] != 2.0 { // without the robot; without a user agent it is a visit
		u.Errorf("analytics of before the link was made: %v", a["total_clicks"])
	}
	// What is edited here stays, and what is new there comes.
	u.does("links", "edit", "old-sale", "--title", "Mine")
	more := strings.Replace(dump, "('2021-03-02 08:15:00','nobody'", "('2021-03-03 08:15:00','old-sale','direct','','NP'), ('2021-03-02 08:15:00','nobody'", 1)
	if _, o := u.imports(0, "yourls", u.write("more.sql", more)); o.Clicks.Added != 1 || o.Links.Existing != 2 {
		u.Errorf("with a click more: %+v", o)
	}
	if l := u.shown("links", "show", "old-sale"); l["title"] != "Mine" || l["clicks"] != 3.0 {
		u.Errorf("an edited link is %v", l)
	}
}

func importClashes(u *user, _ *program, api caller) {
	api.create(`{"url":"https://example.com/mine","custom_slug":"mine-already"}`)
	table := u.write("links.csv", "slug,url\nmine-already,https://example.com/theirs\ntwice,https://example.com/1\ntwice,https://example.com/2\na.b,https://example.com/a\nfine,https://example.com/fine\nbad,nowhere\n")
	problems, o := u.imports(5, "csv", table, "--dry-run")
	if o.Links.Clashes != 3 || o.Links.Created != 2 || o.Links.Unusable != 1 || len(problems) != 4 {
		u.Errorf("dry run: %+v\n%s", o, strings.Join(problems, "\n"))
	}
	for i, want := range []string{"url must include", "you have this slug for https://example.com/mine", "twice", "only letters"} {
		if !strings.Contains(problems[i], want) {
			u.Errorf("problem %d is %s, not %s", i, problems[i], want)
		}
	}
	if problems, _ := u.imports(5, "csv", table, "--on-clash", "fail"); strings.Contains(u.does("links", "list"), "/fine") {
		u.Errorf("was to fail before anything is done: %v", problems)
	}
	problems, o = u.imports(1, "csv", table, "--on-clash", "rename")
	if o.Links.Renamed != 3 || o.Links.Created != 5 || o.Links.Clashes != 0 {
		u.Errorf("renamed: %+v\n%s", o, strings.Join(problems, "\n"))
	}
	for _, slug := range []string{"mine-already-2", "twice-2", "a-b-2"} {
		u.does("links", "show", slug)
	}
	if _, o = u.imports(1, "csv", table, "--on-clash", "rename"); o.Links.Created != 0 || o.Links.Existing != 5 {
		u.Errorf("renamed again: %+v", o)
	}
}

// importForeign brings slugs as others give them out, which nobody makes here otherwise.
func importForeign(u *user, p *program, api caller) {
	path := u.write("kutt.csv", "slug,url\n1,https://example.com/1\na_B,https://example.com/2\nlogin,https://example.com/3\na/b,https://example.com/4\n"+
		strings.Repeat("x", 100)+",https://example.com/5\n")
	problems, o := u.imports(5, "csv", path, "--as", "printed")
	if o.Links.Created != 3 || o.Links.Clashes != 2 || !strings.Contains(strings.Join(problems, ""), "reserved word") {
		u.Errorf("foreign slugs: %+v\n%s", o, strings.Join(problems, "\n"))
	}
	if _, o := u.imports(5, "csv", path, "--as", "printed"); o.Links.Existing != 3 {
		u.Errorf("foreign slugs again: %+v", o)
	}
	followSoon(u.TB, p.Redirect+"/1", http.StatusFound, "https://example.com/1")
	followSoon(u.TB, p.Redirect+"/a_B", http.StatusFound, "https://example.com/2")
	followSoon(u.TB, p.Redirect+"/a_b", http.StatusNotFound, "")
	followSoon(u.TB, p.Redirect+"/"+strings.Repeat("x", 100), http.StatusFound, "https://example.com/5")
	u.does("links", "edit", p.Redirect+"/1", "--title", "One")
	if l := u.shown("links", "show", "1"); l["title"] != "One" || l["slug"] != "1" {
		u.Errorf("a foreign slug is %v", l)
	}
	if status, _ := api.do("POST", "/v1/links", `{"url":"https://example.com/6","custom_slug":"c_d"}`, nil); status != http.StatusUnprocessableEntity {
		u.Errorf("a slug like a foreign one: %d", status)
	}
}

// manyClicks is a dump with clicks of some links.
func manyClicks(prefix string, links, clicks int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO yourls_url (keyword, url) VALUES ")
	for i := range links {
		fmt.Fprintf(&b, "('%s-%d','https://example.com/%[2]d'),", prefix, i)
	}
	text := strings.TrimSuffix(b.String(), ",") + ";\nINSERT INTO yourls_log (shorturl, click_time) VALUES "
	b.Reset()
	for i := range clicks {
		fmt.Fprintf(&b, "('%s-%d','2021-%02d-01 00:00:00'),", prefix, i%links, 1+i*12/clicks)
	}
	return text + strings.TrimSuffix(b.String(), ",") + ";\n"
}

// importInterrupted kills the program when the API has done what it will never hear of: once with
// links, once with clicks.
func importInterrupted(u *user, p *program, _ caller) {
	target, err := url.Parse(p.API)
	if err != nil {
		u.Fatal(err)
	}
	const links = 30
	for at, clicks := range map[string]int{"/v1/links/bulk": links, "/v1/imports/clicks": 5_100} { // 5,000 at once
		prefix := "cut-" + filepath.Base(at)
		path := u.write("dump.sql", manyClicks(prefix, links, clicks))
		cutOff(u, target, at, "import", "yourls", path)
		_, o := u.imports(0, "yourls", path)
		if o.Clicks.Added+o.Clicks.Existing != clicks || o.Links.Existing != links {
			u.Errorf("%s went on: %+v", at, o)
		}
		if at == "/v1/imports/clicks" && o.Clicks.Existing != 5_000 {
			u.Errorf("%s began from the beginning: %+v", at, o)
		}
		u.haveClicks(prefix, links, float64(clicks/links))
	}
}

// cutOff kills a command when the API has done what it was first asked for at a path, and has not
// answered yet.
func cutOff(u *user, target *url.URL, at string, args ...string) {
	u.Helper()
	var once sync.Once
	done, dead := make(chan struct{}), make(chan struct{})
	forward := httputil.NewSingleHostReverseProxy(target)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != at {
			forward.ServeHTTP(w, r)
			return
		}
		forward.ServeHTTP(httptest.NewRecorder(), r)
		once.Do(func() { close(done) })
		<-dead
	}))
	defer proxy.Close()
	cmd := u.command(args...)
	cmd.Env = append(cmd.Env, "LINKLOG_API="+proxy.URL)
	if err := cmd.Start(); err != nil {
		u.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-done:
		if err := cmd.Process.Kill(); err != nil {
			u.Error(err)
		}
		<-ended //nolint:errcheck // killed is what it was
	case err := <-ended:
		u.Errorf("%v was not cut off at %s: %v", args, at, err)
	}
	close(dead)
}

// haveClicks checks that so many links have so many clicks each.
func (u *user) haveClicks(prefix string, links int, each float64) {
	u.Helper()
	n := 0
	for slug, l := range u.bySlug() {
		if !strings.HasPrefix(slug, prefix) {
			continue
		}
		if n++; l["clicks"] != each {
			u.Errorf("%s has %v clicks, not %v", slug, l["clicks"], each)
		}
	}
	if n != links {
		u.Errorf("there are %d links, not %d", n, links)
	}
}

func importTwoAtOnce(u *user, _ *program, _ caller) {
	path := u.write("dump.sql", manyClicks("both", 20, 400))
	other := u.command("import", "yourls", path, "--json")
	var out bytes.Buffer
	other.Stdout = &out
	if err := other.Start(); err != nil {
		u.Fatal(err)
	}
	_, mine := u.imports(0, "yourls", path)
	if err := other.Wait(); err != nil {
		u.Errorf("the other: %v\n%s", err, out.String())
	}
	if mine.Links.Created+mine.Links.Existing != 20 {
		u.Errorf("two at once: %+v", mine)
	}
	u.haveClicks("both", 20, 20)
}

// importFromAPI reads a Shlink that tells its visits newest first and is away once.
func importFromAPI(u *user, _ *program, _ caller) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("X-Api-Key") != "shlink-key":
			w.WriteHeader(http.StatusUnauthorized)
		case asked.Add(1) == 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case strings.HasSuffix(r.URL.Path, "/visits"):
			_, _ = fmt.Fprint(w, `{"visits":{"data":[{"referer":"https://t.co/x","date":"2024-02-03T10:00:00+01:00","userAgent":"Mozilla/5.0 (iPhone) Mobile","visitLocation":{"countryCode":"ES"},"potentialBot":false},{"referer":"","date":"2024-02-02T10:00:00+01:00","userAgent":"Mozilla/5.0","visitLocation":null,"potentialBot":false}],"pagination":{"currentPage":1,"pagesCount":1}}}`)
		default:
			_, _ = fmt.Fprint(w, `{"shortUrls":{"data":[{"shortCode":"shl1nk","shortUrl":"https://s.test/shl1nk","longUrl":"https://example.com/shlink","dateCreated":"2024-01-02T10:00:00+01:00","visitsSummary":{"total":2},"tags":["news"],"meta":{"validUntil":"2024-03-01T00:00:00+00:00"},"title":"Hello"}],"pagination":{"currentPage":1,"pagesCount":1}}}`)
		}
	}))
	defer s.Close()
	u.fails(2, "wants a key", "import", "shlink", s.URL)
	u.fails(1, "401", "import", "shlink", s.URL, "--source-key", "wrong")
	u.env = append(u.env, "LINKLOG_SOURCE_KEY=shlink-key")
	if problems, o := u.imports(0, "shlink", s.URL); o.Links.Created != 1 || o.Clicks.Added != 2 || !strings.Contains(strings.Join(problems, ""), "it is archived") {
		u.Errorf("from Shlink: %+v %v", o, problems)
	}
	if l := u.shown("links", "show", "shl1nk"); l["archived"] != true || l["external_id"] != "shlink:s.test/shl1nk" || l["clicks"] != 2.0 {
		u.Errorf("from Shlink: %v", l)
	}
}

func importTotals(u *user, _ *program, _ caller) {
	path := u.write("bitly.csv", "Bitlink,Long URL,Date Created,Total Clicks\nbit.ly/Tot4ls,https://example.com/totals,2022-06-01T09:00:00+0000,\"1,234\"\n")
	if _, o := u.imports(0, "bitly", path); o.Clicks.Added != 0 || o.Links.Created != 1 {
		u.Errorf("a number says nothing of when: %+v", o)
	}
	for _, added := range []int{1_234, 0} {
		if _, o := u.imports(0, "bitly", path, "--clicks", "totals"); o.Clicks.Added != added {
			u.Errorf("totals: %+v, want %d added", o, added)
		}
	}
	if a := u.shown("analytics", "Tot4ls", "--from", "2022-06-01", "--to", "2022-06-01"); a["total_clicks"] != 1234.0 {
		u.Errorf("totals: %v", a["total_clicks"])
	}
}

func importMisused(u *user, _ *program, _ caller) {
	u.fails(2, "must be one of", "import", "tinyurl", "x.csv")
	u.fails(2, "say which files", "import", "csv")
	u.fails(2, "no API", "import", "csv", "https://example.com", "--source-key", "k")
	u.fails(1, "no such file", "import", "csv", filepath.Join(u.TempDir(), "missing.csv"))
	u.fails(1, "the column url is missing; there are slug, place", "import", "csv", u.write("x.csv", "slug,place\n"))
	u.fails(2, "IANA", "import", "csv", "x.csv", "--time-zone", "Mars")
	u.fails(2, "a table holds", "export", "all", "-o", "x.csv")
	u.fails(2, "filters are about links", "export", "clicks", "--tag", "x")
}

// TestExport exports everything and imports it into another installation: the same links, the same
// clicks.
func TestExport(t *testing.T) {
	p, api := dev(t, embeddedtest.DataDir(t))
	u := newUser(t, "LINKLOG_API="+p.API, "LINKLOG_KEY="+p.APIKey)
	u.imports(0, "yourls", u.write("dump.sql", dump))
	u.imports(0, "csv", u.write("links.csv", "slug,url,archived\nput-away,https://example.com/away,true\n"))
	rich := api.create(`{"url":"https://example.com/rich?a=b","custom_slug":"rich-link","title":"=HYPERLINK(1)","note":"'quoted'\nlines","tags":["a,b","ü"],"metadata":{"k":[1,"x"]},
		"external_id":"crm-7","valid_from":"2020-01-01T00:00:00Z","expires_at":"2040-01-01T00:00:00Z","expired_url":"https://example.com/over","click_limit":900,"redirect_status":301,
		"forward_query":true,"rules":[{"url":"https://example.com/nepal","conditions":[{"kind":"country","values":["NP"]}]}],"indexed":true}`)
	follow(u.TB, http.MethodGet, rich.ShortURL, firefox, http.StatusMovedPermanently, "https://example.com/rich?a=b")
	follow(u.TB, http.MethodHead, rich.ShortURL, firefox, http.StatusMovedPermanently, "https://example.com/rich?a=b")
	api.awaitClicks(rich.ID, 1, 0, 1)
	dir := u.TempDir()
	everything, table := filepath.Join(dir, "everything.jsonl"), filepath.Join(dir, "links.csv")
	u.does("export", "all", "-o", everything)
	u.does("export", "-o", table)
	if _, o := u.imports(0, "linklog", everything); o.Links.Created != 0 || o.Clicks.Added != 0 {
		u.Errorf("back where it came from: %+v", o)
	}
	q, _ := dev(t, embeddedtest.DataDir(t))
	v := newUser(t, "LINKLOG_API="+q.API, "LINKLOG_KEY="+q.APIKey)
	if problems, o := v.imports(0, "linklog", everything); o.Links.Created != 4 {
		v.Errorf("into another: %+v %v", o, problems)
	}
	sameLinks(u, v, true)
	var slugs []string
	for slug := range v.bySlug() {
		slugs = append(slugs, slug)
	}
	v.does(append([]string{"links", "delete", "--yes"}, slugs...)...)
	if problems, o := v.imports(0, "linklog", table); o.Links.Created != 4 {
		v.Errorf("a table into another: %+v %v", o, problems)
	}
	sameLinks(u, v, false)
	verified(v, q)
}

// sameLinks compares the links of two accounts by their slugs.
func sameLinks(a, b *user, clicks bool) {
	a.Helper()
	mine, theirs := a.bySlug(), b.bySlug()
	if len(mine) == 0 || len(mine) != len(theirs) {
		a.Fatalf("%d links became %d", len(mine), len(theirs))
	}
	for slug, one := range mine {
		other := theirs[slug]
		for _, own := range []string{"id", "short_url", "created_at", "updated_at", "version", "domain"} {
			delete(one, own)
			delete(other, own)
		}
		if one["external_id"] == nil { // it has got one
			delete(one, "external_id")
			delete(other, "external_id")
		}
		if !clicks {
			delete(one, "clicks")
			delete(other, "clicks")
		}
		if !reflect.DeepEqual(one, other) {
			a.Errorf("%s was\n%v\nand became\n%v", slug, one, other)
		}
	}
}

func (u *user) bySlug() map[string]map[string]any {
	u.Helper()
	all := map[string]map[string]any{}
	for line := range strings.Lines(u.does("links", "list", "--json", "--status", "any")) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			u.Fatal(err)
		}
		all[l["slug"].(string)] = l
	}
	return all
}
