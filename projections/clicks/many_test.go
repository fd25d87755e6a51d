package clicks_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// What is asked about more links than one statement reads is what is asked about them one by
// one, added up.
func TestManyLinks(t *testing.T) {
	db := newTable(t)
	s := newStream(29, 9_000, 12_000, 2*24*time.Hour)
	db.apply(t, s.take(12_000))
	r := clicks.NewReader(db.pool)
	var links []domain.LinkNumber
	for rank := range uint64(9_000) {
		links = append(links, s.numberOf(rank))
	}
	q := clicks.Question{
		Links: links, From: streamStart, To: streamStart.Add(72 * time.Hour), Granularity: clicks.Day,
		Breakdowns: []clicks.Dimension{clicks.Device, clicks.Country}, Traffic: clicks.All,
	}
	ask := func(links []domain.LinkNumber) clicks.Analytics {
		t.Helper()
		q.Links = links
		a, err := r.Analyse(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	whole, sum := ask(links), clicks.Counts{}
	sums := map[string]uint64{}
	for part := range slices.Chunk(links, 1_000) {
		a := ask(part)
		sum = sum.Plus(a.Total)
		for _, row := range a.Breakdowns[1].Rows {
			sums[row.Value] += row.Clicks
		}
	}
	if diff := cmp.Diff(sum, whole.Total); diff != "" || whole.Total.Human+whole.Total.Bot+whole.Total.Heads != 12_000 {
		t.Errorf("(-sum +whole): %s", diff)
	}
	got := map[string]uint64{}
	for _, row := range whole.Breakdowns[1].Rows {
		got[row.Value] = row.Clicks
	}
	if diff := cmp.Diff(sums, got); diff != "" {
		t.Errorf("(-sum +whole): %s", diff)
	}
}

func TestPagesOfABreakdownAreTheWhole(t *testing.T) {
	db := newTable(t)
	s := newStream(31, 2, 3_000, 24*time.Hour)
	stream := s.take(3_000)
	for i := range stream {
		stream[i].Link = 1
	}
	db.apply(t, stream)
	r := clicks.NewReader(db.pool)
	q := clicks.Question{
		Links: []domain.LinkNumber{1}, From: streamStart, To: streamStart.Add(48 * time.Hour), Granularity: clicks.Day,
		Breakdowns: []clicks.Dimension{clicks.ReferrerPage},
	}
	ask := func() clicks.Breakdown {
		t.Helper()
		a, err := r.Analyse(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		b := a.Breakdowns[0]
		sum := b.Before + b.Rest + b.Without + b.Over
		for _, row := range b.Rows {
			sum += row.Clicks
		}
		if sum != b.Total {
			t.Errorf("parts add up to %d, not %d", sum, b.Total)
		}
		return b
	}
	whole := ask()
	var paged []clicks.Row
	for q.Top = 7; ; q.After = paged[len(paged)-1] {
		b := ask()
		if b.Values != whole.Values {
			t.Errorf("%d values, want %d", b.Values, whole.Values)
		}
		if len(b.Rows) == 0 {
			break
		}
		paged = append(paged, b.Rows...)
	}
	if diff := cmp.Diff(whole.Rows, paged); diff != "" || len(paged) < 50 {
		t.Errorf("%d rows (-whole +pages): %s", len(paged), diff)
	}
}

func TestDays(t *testing.T) {
	db := newTable(t)
	at := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	db.apply(t, []domain.Click{
		{ID: domain.ClickID{Sequence: 1}, Link: 2, At: at, Country: "DE", UserAgent: "Mozilla/5.0", Visitor: 1},
		{ID: domain.ClickID{Sequence: 2}, Link: 1, At: at.Add(time.Hour), Country: "DE", UserAgent: "curl/8"},
		{ID: domain.ClickID{Sequence: 3}, Link: 1, At: at.Add(time.Hour), Country: "DE", UserAgent: "Mozilla/5.0", Visitor: 2},
		{ID: domain.ClickID{Sequence: 4}, Link: 1, At: at, Country: "FR", UserAgent: "Mozilla/5.0", Method: domain.Head},
		{ID: domain.ClickID{Sequence: 5}, Link: 1, At: at.Add(48 * time.Hour), UserAgent: "Mozilla/5.0"},
		{ID: domain.ClickID{Sequence: 6}, Link: 3, At: at, UserAgent: "Mozilla/5.0"},
	})
	r := clicks.NewReader(db.pool)
	export := func(d clicks.Dimension) string {
		t.Helper()
		var out strings.Builder
		err := r.Days(t.Context(), []domain.LinkNumber{2, 1}, at, at.Add(2*time.Hour), d, func(day clicks.DayCounts) error {
			fmt.Fprintf(&out, "%d %s %v %d", day.Link, day.Day.Format(time.DateOnly), day.Counts, day.Visitors)
			for _, v := range day.Values {
				fmt.Fprintf(&out, " %s %v", v.Value, v.Counts)
			}
			out.WriteString("; ")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got, want := export(0), "1 2026-11-20 {0 0 1} 0; 1 2026-11-21 {1 1 0} 1; 2 2026-11-20 {1 0 0} 1; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := export(clicks.Country), "1 2026-11-20 {0 0 1} 0 FR {0 0 1}; 1 2026-11-21 {1 1 0} 1 DE {1 1 0}; 2 2026-11-20 {1 0 0} 1 DE {1 0 0}; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	gone := errors.New("the reader went away")
	err := r.Days(t.Context(), []domain.LinkNumber{1}, at, at.Add(time.Hour), 0, func(clicks.DayCounts) error { return gone })
	if !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// However many combinations are made up, a row is bounded and says what it lost.
func TestMadeUpPairsAreBounded(t *testing.T) {
	db := newTable(t)
	s := newStream(37, 2, 20_000, 20*time.Hour)
	stream := s.take(20_000)
	for i := range stream {
		c := &stream[i]
		c.Link, c.Rule, c.Country, c.ReferrerHost, c.UserAgent, c.Method = 1, fmt.Sprint(i%150), fmt.Sprint(i/150%150), fmt.Sprint("host", i%149), "Mozilla/5.0", domain.Get
		c.At = streamStart.Add(time.Duration(i) * time.Second)
	}
	for batch := range slices.Chunk(stream, 3_000) {
		db.apply(t, batch)
	}
	var size int
	err := db.pool.QueryRow(t.Context(), fmt.Sprintf(`SELECT octet_length(pairs) FROM %s.day`, db.schema)).Scan(&size)
	if err != nil || size > 40_000 {
		t.Errorf("%d bytes, %v", size, err)
	}
	a, err := clicks.NewReader(db.pool).Analyse(t.Context(), clicks.Question{
		Links: []domain.LinkNumber{1}, From: streamStart, To: streamStart.Add(24 * time.Hour), Granularity: clicks.Day,
		Filter: clicks.Filter{Dimension: clicks.Rule, Value: "7"}, Breakdowns: []clicks.Dimension{clicks.Country},
	})
	if err != nil {
		t.Fatal(err)
	}
	if b := a.Breakdowns[0]; b.Total != uint64(20_000/150+1) || b.Lost == 0 || a.Total.Human != b.Total {
		t.Errorf("%+v", a)
	}
}
