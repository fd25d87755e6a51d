package clicks_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

var update = flag.Bool("update", false, "write what came out into the scenarios")

// A scenario is a text file:
//
//	given:              clicks, in the order of the log; sequences count up unless given
//	rows:               what is stored then
//	ask: …              a question; what follows is its answer
//
// Each is played three ways, which must give the same rows: as one batch, click by click, and
// everything sent twice. With the filter of duplicates taken out every file of clicks was red
// ("twice differs from one batch"), and so were the tests of batch borders, deletions, copies and
// re-classification.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	db := newTable(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".scenario"), func(t *testing.T) { play(t, db, file) })
	}
}

func play(t *testing.T, db *table, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	given, rest, _ := strings.Cut(string(text), "\nrows:\n")
	stream := parseClicks(t, given)
	ways := map[string]func(*table){
		"one batch":      func(w *table) { w.apply(t, stream) },
		"click by click": func(w *table) { w.applyOneByOne(t, stream) },
		"twice":          func(w *table) { w.apply(t, stream); w.applyOneByOne(t, stream) },
	}
	rows := map[string]string{}
	for way, feed := range ways {
		w := db.another(t)
		feed(w)
		rows[way] = w.describe(t)
		db.goLive(t, w)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\nrows:\n%s", given, rows["one batch"])
	for question := range askedIn(rest) {
		fmt.Fprintf(&out, "\nask: %s\n%s", question, ask(t, db, question))
	}
	for way, got := range rows {
		if diff := cmp.Diff(rows["one batch"], got); diff != "" {
			t.Errorf("%s differs from one batch (-one batch +%s):\n%s", way, way, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), out.String()); diff != "" && !*update {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func (t *table) applyOneByOne(tb testing.TB, stream []domain.Click) {
	tb.Helper()
	for i := range stream {
		t.apply(tb, stream[i:i+1])
	}
}

// goLive makes readers see w.
func (t *table) goLive(tb testing.TB, w *table) {
	tb.Helper()
	_, err := t.pool.Exec(tb.Context(), `UPDATE projections.current_generation SET schema = $1, swaps = swaps + 1 WHERE model = 'clicks'`, w.schema)
	if err != nil {
		tb.Fatal(err)
	}
}

// describe is all rows as text.
func (t *table) describe(tb testing.TB) string {
	tb.Helper()
	var out strings.Builder
	rows, err := t.pool.Query(tb.Context(), fmt.Sprintf(
		`SELECT link, day::text, human, bot, heads, visitors, counts, hours, pairs FROM %s.day ORDER BY 1, 2`, t.schema))
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var link, human, bot, heads, people int64
		var day string
		var counts, hours, pairs []byte
		if err := rows.Scan(&link, &day, &human, &bot, &heads, &people, &counts, &hours, &pairs); err != nil {
			tb.Fatal(err)
		}
		packed, err := clicks.DescribeCounts(counts, hours)
		if err != nil {
			tb.Fatal(err)
		}
		combined, err := clicks.DescribePairs(counts, hours, pairs)
		if err != nil {
			tb.Fatal(err)
		}
		fmt.Fprintf(&out, "link %d on %s: human %d, bot %d, heads %d, visitors %d%s%s\n", link, day, human, bot, heads, people, packed, combined)
	}
	return out.String()
}

func parseClicks(t *testing.T, text string) []domain.Click {
	t.Helper()
	var all []domain.Click
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line == "given:" {
			continue
		}
		at, facts, _ := strings.Cut(line, " ")
		c := domain.Click{
			ID:        domain.ClickID{Node: 1, Epoch: 1, Sequence: uint64(len(all) + 1)},
			UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
			At:        parseTime(t, at), Link: 1,
		}
		for key, value := range pairs(t, facts) {
			set(t, &c, key, value)
		}
		all = append(all, c)
	}
	return all
}

// pairs reads key=value key="quoted value" …
func pairs(t *testing.T, text string) func(func(string, string) bool) {
	t.Helper()
	return func(yield func(string, string) bool) {
		for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
			key, rest, ok := strings.Cut(text, "=")
			value, err := strconv.QuotedPrefix(rest)
			switch {
			case !ok:
				t.Fatalf("%q is no key=value", text)
			case err == nil:
				text = rest[len(value):]
				value, _ = strconv.Unquote(value)
			default:
				value, text, _ = strings.Cut(rest, " ")
			}
			if !yield(key, value) {
				return
			}
		}
	}
}

func set(t *testing.T, c *domain.Click, key, value string) {
	t.Helper()
	number := func() uint64 {
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	texts := map[string]*string{
		"agent": &c.UserAgent, "country": &c.Country, "region": &c.Region, "city": &c.City, "referrer": &c.ReferrerHost, "path": &c.ReferrerPath,
		"language": &c.Language, "rule": &c.Rule, "source": &c.UTM.Source, "medium": &c.UTM.Medium, "campaign": &c.UTM.Campaign,
		"term": &c.UTM.Term, "content": &c.UTM.Content,
	}
	switch key {
	case "link":
		c.Link = domain.LinkNumber(number())
	case "sequence":
		c.ID.Sequence = number()
	case "epoch":
		c.ID.Epoch = number()
	case "version":
		c.LinkVersion = number()
	case "visitor":
		c.Visitor = number()
	case "method":
		c.Method = map[string]domain.Method{"get": domain.Get, "head": domain.Head}[value]
	case "trigger":
		c.Trigger = map[string]domain.Trigger{"link": domain.TriggerLink, "qr": domain.TriggerQR}[value]
	case "at":
		host, slug, _ := strings.Cut(value, "/")
		c.Host, c.Slug = domain.Host(host), domain.Slug(slug)
	default:
		text, ok := texts[key]
		if !ok {
			t.Fatalf("a click has no %q", key)
		}
		*text = value
	}
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func askedIn(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if q, ok := strings.CutPrefix(strings.TrimSpace(line), "ask: "); ok && !yield(q) {
				return
			}
		}
	}
}

// ask puts a question and writes its answer as text.
func ask(t *testing.T, db *table, text string) string {
	t.Helper()
	q := clicks.Question{Links: []domain.LinkNumber{1}, Granularity: clicks.Day}
	for key, value := range pairs(t, text) {
		if err := setQuestion(t, &q, key, value); err != nil {
			return err.Error() + "\n"
		}
	}
	a, err := clicks.NewReader(db.pool).Analyse(t.Context(), q)
	if err != nil {
		return err.Error() + "\n"
	}
	return answerText(a)
}

func setQuestion(t *testing.T, q *clicks.Question, key, value string) (err error) {
	t.Helper()
	switch key {
	case "from":
		q.From = parseTime(t, value)
	case "to":
		q.To = parseTime(t, value)
	case "by":
		q.Granularity, err = clicks.ParseGranularity(value)
	case "in":
		if q.Location, err = time.LoadLocation(value); err != nil {
			t.Fatal(err)
		}
	case "top":
		q.Top, err = strconv.Atoi(value)
	case "links":
		q.Links = nil
		for n := range strings.SplitSeq(value, ",") {
			number, err := strconv.ParseUint(n, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			q.Links = append(q.Links, domain.LinkNumber(number))
		}
	case "traffic":
		q.Traffic = map[string]clicks.Traffic{"human": clicks.Human, "bot": clicks.Bot, "heads": clicks.Heads, "all": clicks.All}[value]
	case "breakdown":
		for name := range strings.SplitSeq(value, ",") {
			d, err := clicks.ParseDimension(name)
			if err != nil {
				return err
			}
			q.Breakdowns = append(q.Breakdowns, d)
		}
	default:
		t.Fatalf("a question has no %q", key)
	}
	return err
}

func answerText(a clicks.Analytics) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s to %s: human %d, bot %d, heads %d, visitors %d in %d days\n", a.From.Format(time.RFC3339), a.To.Format(time.RFC3339),
		a.Total.Human, a.Total.Bot, a.Total.Heads, a.Visitors, len(a.Days))
	for _, p := range a.Series {
		fmt.Fprintf(&out, "  %s human %d, bot %d, heads %d\n", p.Start.Format(time.RFC3339), p.Human, p.Bot, p.Heads)
	}
	if len(a.Breakdowns) > 0 {
		fmt.Fprintf(&out, "  breakdowns from %s to %s\n", a.Broken.From.Format(time.RFC3339), a.Broken.To.Format(time.RFC3339))
	}
	for _, b := range a.Breakdowns {
		fmt.Fprintf(&out, "  %s of %d:", b.Dimension, b.Total)
		for _, r := range b.Rows {
			fmt.Fprintf(&out, " %q=%d", r.Value, r.Clicks)
		}
		fmt.Fprintf(&out, " values %d, rest %d, without %d, over %d\n", b.Values, b.Rest, b.Without, b.Over)
	}
	return out.String()
}

func TestTotals(t *testing.T) {
	db := newTable(t)
	totals, err := clicks.NewReader(db.pool).Totals(t.Context(), []domain.LinkNumber{1, 2})
	if err != nil || len(totals) != 0 {
		t.Fatal(totals, err)
	}
	stream := []domain.Click{
		{ID: domain.ClickID{Sequence: 0}, Link: 1, UserAgent: "Mozilla/5.0"},
		{ID: domain.ClickID{Sequence: 1}, Link: 1, UserAgent: "curl/8"},
		{ID: domain.ClickID{Sequence: 2}, Link: 2, UserAgent: "curl/8", Method: domain.Head},
		{ID: domain.ClickID{Sequence: 3}, Link: 1, UserAgent: "Mozilla/5.0", At: time.Unix(1e9, 0)},
	}
	db.apply(t, stream)
	totals, err = clicks.NewReader(db.pool).Totals(t.Context(), []domain.LinkNumber{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	want := map[domain.LinkNumber]clicks.Counts{1: {Human: 2, Bot: 1}, 2: {Heads: 1}}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Error(diff)
	}
}
