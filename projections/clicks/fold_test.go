package clicks_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

func TestBatchBordersDoNotMatter(t *testing.T) {
	s := newStream(7, 40, 3_000, 5*24*time.Hour)
	stream := s.take(3_000)
	whole := newTable(t)
	whole.apply(t, stream)
	want := whole.hash(t)
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 2))
		cut := whole.another(t)
		for rest := stream; len(rest) > 0; {
			n := min(1+rng.IntN(400), len(rest))
			cut.apply(t, rest[:n])
			if rng.IntN(3) == 0 {
				cut.fold.Reset(0)
			}
			if rng.IntN(4) == 0 {
				cut.apply(t, rest[rng.IntN(n):n]) // sent again
			}
			rest = rest[n:]
		}
		if got := cut.hash(t); got != want {
			t.Errorf("seed %d: rows differ", seed)
		}
	}
}

// Whoever makes up referrers and campaigns fills one row, not the disk.
func TestMadeUpValuesAreBounded(t *testing.T) {
	s := newStream(3, 2, 20_000, time.Hour)
	stream := s.take(20_000)
	for i := range stream {
		c := &stream[i]
		c.Link, c.ReferrerHost, c.UTM.Content, c.UserAgent = 1, fmt.Sprintf("%d.example%d.com", i, i), fmt.Sprint(i), fmt.Sprintf("Made up %d", i)
	}
	db := newTable(t)
	for batch := range slices.Chunk(stream, 3_000) {
		db.apply(t, batch)
	}
	var size int
	err := db.pool.QueryRow(t.Context(), fmt.Sprintf(`SELECT sum(octet_length(counts)) FROM %s.day`, db.schema)).Scan(&size)
	if err != nil || size > 60_000 {
		t.Errorf("20,000 made-up values take %d bytes, %v", size, err)
	}
	a, err := clicks.NewReader(db.pool).Analyse(t.Context(), clicks.Question{
		Links: []domain.LinkNumber{1}, From: s.from, To: s.from.Add(24 * time.Hour), Granularity: clicks.Day, Traffic: clicks.Human,
		Breakdowns: []clicks.Dimension{clicks.UTMContent},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := a.Breakdowns[0]
	if b.Values != clicks.MaxValues || b.Total != b.Over+uint64(b.Values) || b.Total != a.Total.Human {
		t.Errorf("%d values, %d over, of %d", b.Values, b.Over, b.Total)
	}
}

// The totals of lists, the cheap columns, the packed counts and the answers are four ways to
// the same number.
func TestAllFiguresAgree(t *testing.T) {
	s := newStream(5, 30, 4_000, 20*24*time.Hour)
	stream := s.take(4_000)
	db := newTable(t)
	for batch := range slices.Chunk(stream, 700) {
		db.apply(t, batch)
	}
	want := map[domain.LinkNumber]clicks.Counts{}
	links := []domain.LinkNumber{}
	for _, c := range stream {
		n := want[c.Link]
		if n == (clicks.Counts{}) {
			links = append(links, c.Link)
		}
		switch {
		case c.Method == domain.Head:
			n.Heads++
		case strings.Contains(c.UserAgent, "Googlebot"):
			n.Bot++
		default:
			n.Human++
		}
		want[c.Link] = n
	}
	r := clicks.NewReader(db.pool)
	totals, err := r.Totals(t.Context(), links)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Error(diff)
	}
	for _, link := range links {
		a, err := r.Analyse(t.Context(), clicks.Question{
			Links: []domain.LinkNumber{link}, From: s.from, To: s.from.Add(21 * 24 * time.Hour), Granularity: clicks.Hour, Traffic: clicks.All,
			Breakdowns: clicks.Dimensions(),
		})
		if err != nil {
			t.Fatal(err)
		}
		var sum clicks.Counts
		for _, p := range a.Series {
			sum = sum.Plus(p.Counts)
		}
		if a.Total != want[link] || sum != want[link] {
			t.Errorf("link %d: total %+v, series %+v, want %+v", link, a.Total, sum, want[link])
		}
		for _, b := range a.Breakdowns {
			n := b.Rest + b.Without + b.Over
			for _, row := range b.Rows {
				n += row.Clicks
			}
			if n != b.Total || b.Total != sum.Human+sum.Bot {
				t.Errorf("link %d by %s: parts make %d, total %d, want %d", link, b.Dimension, n, b.Total, sum.Human+sum.Bot)
			}
		}
	}
}

// A later bot list and a rebuild turn people of the past into bots.
func TestRebuildReclassifiesThePast(t *testing.T) {
	db := newTable(t)
	stream := []domain.Click{
		{ID: domain.ClickID{Sequence: 1}, Link: 1, UserAgent: "Mozilla/5.0 (New Thing 1.0)"},
		{ID: domain.ClickID{Sequence: 2}, Link: 1, UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"},
	}
	db.apply(t, stream)
	rebuilt := db.another(t)
	rebuilt.fold = clicks.NewFoldWith("crawler new thing\n")
	rebuilt.apply(t, stream)
	for want, live := range map[clicks.Counts]*table{{Human: 2}: db, {Human: 1, Bot: 1}: rebuilt} {
		db.goLive(t, live)
		totals, err := clicks.NewReader(db.pool).Totals(t.Context(), []domain.LinkNumber{1})
		if err != nil || totals[1] != want {
			t.Errorf("got %+v, %v, want %+v", totals[1], err, want)
		}
	}
}

// Rows that can't be read stop the batch: counting on would lose what they hold.
func TestBrokenRowStopsTheBatch(t *testing.T) {
	db := newTable(t)
	click := domain.Click{ID: domain.ClickID{Sequence: 1}, Link: 1}
	db.apply(t, []domain.Click{click})
	if _, err := db.pool.Exec(t.Context(), fmt.Sprintf(`UPDATE %s.day SET counts = '\x07'`, db.schema)); err != nil {
		t.Fatal(err)
	}
	click.ID.Sequence = 2
	batch := projections.Batch[domain.Click]{Records: []projections.Record[domain.Click]{{Event: click}}}
	if err := db.tryApply(t.Context(), batch); err == nil {
		t.Error("counted on top of a row that can't be read")
	}
	q := clicks.Question{Links: []domain.LinkNumber{1}, Granularity: clicks.Month}
	q.From = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	q.To = q.From.Add(time.Hour)
	if _, err := clicks.NewReader(db.pool).Analyse(t.Context(), q); err == nil {
		t.Error("answered from a row that can't be read")
	}
}
