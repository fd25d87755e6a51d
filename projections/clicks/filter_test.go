package clicks_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// seen is a click with what it counts as, for sums by brute force.
type seen struct {
	at      time.Time
	traffic clicks.Traffic
	values  map[clicks.Dimension]string
}

func seenOf(stream []domain.Click) []seen {
	all := make([]seen, len(stream))
	for i := range stream {
		t, v := clicks.ValuesOf(&stream[i])
		all[i] = seen{stream[i].At, t, v}
	}
	return all
}

// Whatever is asked, the answer is what adding up the clicks one by one gives.
func TestSumsAreThoseOfTheClicks(t *testing.T) {
	db := newTable(t)
	s := newStream(19, 2, 4_000, 4*24*time.Hour)
	s.from = time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC) // over the end of summer time in Europe: a day of 25 hours
	stream := s.take(4_000)
	for i := range stream {
		stream[i].Link = 1
	}
	for part := range slices.Chunk(stream, 700) {
		db.apply(t, part)
	}
	all, r := seenOf(stream), clicks.NewReader(db.pool)
	rng := rand.New(rand.NewPCG(23, 0))
	for range 300 {
		q := randomQuestion(t, rng, all)
		got, err := r.Analyse(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if none := (clicks.Filter{}); q.Filter == none && (!got.From.Equal(q.From) || !got.To.Equal(q.To) ||
			!got.Broken.From.Equal(q.From.Truncate(time.Hour)) || got.Broken.To.Sub(q.To) < 0 || got.Broken.To.Sub(q.To) >= time.Hour) {
			t.Fatalf("from %s to %s became %s to %s, broken down %v", q.From, q.To, got.From, got.To, got.Broken)
		}
		if diff := gocmp.Diff(bruteForce(&q, got, all), answerText(got)); diff != "" {
			t.Fatalf("%s from %s to %s by %s in %s of traffic %d (-want +got):\n%s", q.Filter, q.From, q.To, q.Granularity, q.Location, q.Traffic, diff)
		}
	}
}

func randomQuestion(t *testing.T, rng *rand.Rand, all []seen) clicks.Question {
	t.Helper()
	zone := []string{"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"}[rng.IntN(4)]
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 10, 24+rng.IntN(3), rng.IntN(24), 15*rng.IntN(4), 0, 0, loc)
	q := clicks.Question{
		Links: []domain.LinkNumber{1}, From: from, To: from.Add(time.Duration(1+rng.IntN(300)) * 15 * time.Minute), Location: loc,
		Granularity: []clicks.Granularity{clicks.Hour, clicks.Day, clicks.Week, clicks.Month}[rng.IntN(4)],
		Traffic:     []clicks.Traffic{clicks.Human, clicks.Bot, clicks.Heads, clicks.All}[rng.IntN(4)],
	}
	if rng.IntN(4) == 0 {
		q.Granularity = []clicks.Granularity{clicks.Quarter, q.Granularity}[rng.IntN(2)]
		q.Breakdowns = q.Filter.Breakdowns()
		return q
	}
	q.Filter = clicks.Filter{Dimension: clicks.Dimensions()[rng.IntN(len(clicks.Dimensions()))], Exclude: rng.IntN(2) == 0}
	if rng.IntN(3) > 0 {
		q.Filter.Dimension = []clicks.Dimension{clicks.Country, clicks.Device, clicks.Referrer, clicks.Rule, clicks.Trigger}[rng.IntN(5)]
	}
	if rng.IntN(4) > 0 {
		q.Filter.Value = all[rng.IntN(len(all))].values[q.Filter.Dimension]
	}
	q.Breakdowns = q.Filter.Breakdowns()
	return q
}

// bruteForce is the text of the answer, by adding up click by click. What it takes from the
// answer is its ranges and starts, which other tests are about, and the visitors.
func bruteForce(q *clicks.Question, got clicks.Analytics, all []seen) string {
	want := clicks.Analytics{From: got.From, To: got.To, Broken: got.Broken, Visitors: got.Visitors, Days: got.Days}
	for _, p := range got.Series {
		want.Series = append(want.Series, clicks.Point{Start: p.Start})
	}
	filtered, step := q.Filter != clicks.Filter{}, 15*time.Minute
	if filtered {
		step = time.Hour
	}
	for _, d := range q.Breakdowns {
		want.Breakdowns = append(want.Breakdowns, clicks.Breakdown{Dimension: d})
	}
	sums := make([]map[string]uint64, len(q.Breakdowns))
	for _, c := range all {
		if filtered && (c.values[q.Filter.Dimension] == q.Filter.Value) == q.Filter.Exclude {
			continue
		}
		if at := c.at.Truncate(step); !at.Before(got.From) && at.Before(got.To) {
			// The point whose first step is the last that has begun.
			i, _ := slices.BinarySearchFunc(want.Series, at, func(p clicks.Point, t time.Time) int {
				return cmp.Or(p.Start.Truncate(step).Compare(t), -1)
			})
			count(&want.Series[i-1].Counts, c.traffic)
			count(&want.Total, c.traffic)
		}
		if c.at.Before(got.Broken.From) || !c.at.Before(got.Broken.To) || q.Traffic != c.traffic && (q.Traffic != clicks.All || c.traffic == clicks.Heads) {
			continue
		}
		for i := range want.Breakdowns {
			if sums[i] == nil {
				sums[i] = map[string]uint64{}
			}
			want.Breakdowns[i].Total++
			if v := c.values[want.Breakdowns[i].Dimension]; v != "" {
				sums[i][v]++
			} else {
				want.Breakdowns[i].Without++
			}
		}
	}
	for i, sum := range sums {
		b := &want.Breakdowns[i]
		for v, n := range sum {
			b.Rows = append(b.Rows, clicks.Row{Value: v, Clicks: n})
		}
		slices.SortFunc(b.Rows, func(x, y clicks.Row) int {
			return cmp.Or(cmp.Compare(y.Clicks, x.Clicks), strings.Compare(x.Value, y.Value))
		})
		b.Values = len(b.Rows)
	}
	return answerText(want)
}

func count(c *clicks.Counts, t clicks.Traffic) {
	switch t {
	case clicks.Human:
		c.Human++
	case clicks.Bot:
		c.Bot++
	default:
		c.Heads++
	}
}

// Under a filter, borders are those of UTC's hours, and nothing is lost or counted twice at
// them: days in Kathmandu are as long as elsewhere.
func TestFilteredBorders(t *testing.T) {
	db := newTable(t)
	loc, err := time.LoadLocation("Asia/Kathmandu")
	if err != nil {
		t.Fatal(err)
	}
	q := clicks.Question{
		Links: []domain.LinkNumber{1}, Granularity: clicks.Day, Location: loc, Filter: clicks.Filter{Dimension: clicks.Country, Value: "NP"},
		From: time.Date(2026, 11, 20, 0, 0, 0, 0, loc), To: time.Date(2026, 11, 22, 0, 0, 0, 0, loc), Breakdowns: []clicks.Dimension{clicks.Device},
	}
	a, err := clicks.NewReader(db.pool).Analyse(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s %s %d %s %s %s", a.From.UTC().Format(time.DateTime), a.To.UTC().Format(time.DateTime), len(a.Series), a.Series[0].Start.Format(time.DateTime),
		a.Broken.From.Format(time.DateTime), a.Broken.To.Format(time.DateTime))
	if want := "2026-11-19 18:00:00 2026-11-21 18:00:00 2 2026-11-20 00:00:00 2026-11-19 00:00:00 2026-11-22 00:00:00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestImpossibleQuestionsNameWhatIsPossible(t *testing.T) {
	r := clicks.NewReader(newTable(t).pool)
	ask := func(f, want string, g clicks.Granularity, breakdowns ...clicks.Dimension) {
		t.Helper()
		filter, err := clicks.ParseFilter(f)
		if err == nil {
			q := clicks.Question{From: streamStart, To: streamStart.Add(time.Hour), Granularity: g, Filter: filter, Breakdowns: breakdowns}
			_, err = r.Analyse(t.Context(), q)
		}
		if domain.CodeOf(err) != domain.Validation || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", f, err, want)
		}
	}
	ask("country:DE", "under a filter by country clicks can be broken down by country, device, referrer, rule, trigger, not by browser", clicks.Day, clicks.Device, clicks.Browser)
	ask("browser:Chrome", "can be broken down by browser, not by country", clicks.Day, clicks.Country)
	ask("country:DE", "by hour, day, week or month", clicks.Quarter)
	ask("planet:Mars", `"planet"`, clicks.Day)
	ask("country", "filter must be", clicks.Day)
	ask(":", `""`, clicks.Day)
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{"country:DE", "!country:de", "referrer:", "utm_content:a:b", "!", ":", "trigger:link", "!trigger:qr"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := clicks.ParseFilter(text)
		if err != nil {
			if domain.CodeOf(err) != domain.Validation {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if again, err := clicks.ParseFilter(filter.String()); err != nil || again != filter {
			t.Errorf("%q is %+v, but its own text gives %+v, %v", text, filter, again, err)
		}
	})
}

// What an answer calls clicks without a value is how they may be asked for.
func TestNamesOfNoValue(t *testing.T) {
	for text, d := range map[string]clicks.Dimension{"country:zz": clicks.Country, "referrer:(direct)": clicks.Referrer, "trigger:link": clicks.Trigger} {
		if f, err := clicks.ParseFilter("!" + text); err != nil || f != (clicks.Filter{Dimension: d, Exclude: true}) {
			t.Errorf("%s: %+v, %v", text, f, err)
		}
	}
}
