package clicks_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// The last clicks of a link are the last that were counted, whatever the batches.
func TestRecentClicks(t *testing.T) {
	db := newTable(t)
	r := clicks.NewReader(db.pool)
	s := newStream(11, 2, 5_000, 24*time.Hour)
	stream := s.take(5_000)
	for i := range stream {
		stream[i].Link = domain.LinkNumber(1 + i%3/2) // two thirds and one third
	}
	rng := rand.New(rand.NewPCG(11, 0))
	var counted []domain.Click
	for rest := stream; len(rest) > 0; {
		n := min(1+rng.IntN(1+min(len(counted), 2_000)), len(rest))
		db.apply(t, rest[:n])
		counted, rest = append(counted, rest[:n]...), rest[n:]
		for link := range domain.LinkNumber(3) {
			got, err := r.Recent(t.Context(), link, 0, clicks.MaxRecent)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lastOf(counted, link), asShown(got)); diff != "" {
				t.Fatalf("link %d after %d clicks (-want +got):\n%s", link, len(counted), diff)
			}
		}
	}
	var rows, size int
	err := db.pool.QueryRow(t.Context(), fmt.Sprintf(`SELECT count(*), max(octet_length(clicks)) FROM %s.recent`, db.schema)).Scan(&rows, &size)
	t.Logf("%d rows of up to %d bytes", rows, size)
	if err != nil || rows > 2*32 || size > 4_000 {
		t.Errorf("%d rows of up to %d bytes, %v", rows, size, err)
	}
}

// lastOf is what should be shown of the last clicks of a link, newest first.
func lastOf(stream []domain.Click, link domain.LinkNumber) (shown []string) {
	number := 0
	for _, c := range stream {
		if c.Link == link {
			number++
			shown = append(shown, fmt.Sprintf("%d %s %s %s%s", number, c.At.Truncate(time.Millisecond).Format(time.RFC3339Nano), c.City, c.ReferrerHost, c.ReferrerPath))
		}
	}
	slices.Reverse(shown)
	return shown[:min(len(shown), clicks.MaxRecent)]
}

func asShown(all []clicks.Single) (shown []string) {
	for _, s := range all {
		var place string
		if city := s.Values[clicks.City]; city != "" {
			place = city[len("XX/R0/"):]
		}
		shown = append(shown, fmt.Sprintf("%d %s %s %s", s.Number, s.At.Format(time.RFC3339Nano), place, s.Values[clicks.ReferrerPage]))
	}
	return shown
}

func TestRecentClicksByPage(t *testing.T) {
	db := newTable(t)
	r := clicks.NewReader(db.pool)
	s := newStream(5, 2, 1_100, time.Hour)
	stream := s.take(1_100)
	for i := range stream {
		stream[i].Link = 9
	}
	db.apply(t, stream)
	whole, err := r.Recent(t.Context(), 9, 0, clicks.MaxRecent)
	if err != nil || len(whole) != clicks.MaxRecent || whole[0].Number != 1_100 || whole[len(whole)-1].Number != 101 {
		t.Fatalf("%d clicks, %v", len(whole), err)
	}
	var paged []clicks.Single
	for before := uint64(0); ; {
		page, err := r.Recent(t.Context(), 9, before, 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		paged, before = append(paged, page...), page[len(page)-1].Number
	}
	if diff := cmp.Diff(whole, paged); diff != "" {
		t.Errorf("(-whole +pages):\n%s", diff)
	}
}

// A visit tells what it was taken for, and nothing about the visitor.
func TestRecentClickIsWhatWasCounted(t *testing.T) {
	db := newTable(t)
	at := time.Date(2026, 11, 20, 10, 5, 0, 7e6, time.UTC)
	db.apply(t, []domain.Click{
		{ID: domain.ClickID{Sequence: 1}, Link: 1, LinkVersion: 3, Host: "go.example.com", Slug: "x", At: at, Country: "DE", Trigger: domain.TriggerQR, UserAgent: "curl/8.5.0", Visitor: 7},
		{ID: domain.ClickID{Sequence: 2}, Link: 1, LinkVersion: 3, Host: "go.example.com", Slug: "x", At: at.Add(-time.Hour), Method: domain.Head, UserAgent: "curl/8.5.0"},
	})
	got, err := clicks.NewReader(db.pool).Recent(t.Context(), 1, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	both := map[clicks.Dimension]string{
		clicks.Device: "bot", clicks.Platform: "web", clicks.BotReason: "library", clicks.Host: "go.example.com", clicks.Slug: "x", clicks.Version: "3",
	}
	first := map[clicks.Dimension]string{clicks.Country: "DE", clicks.Trigger: "qr"}
	maps.Copy(first, both)
	want := []clicks.Single{{2, at.Add(-time.Hour), clicks.Heads, both}, {1, at, clicks.Bot, first}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Where the rows of single clicks are cut, nothing goes wrong.
func TestRecentClicksFillRows(t *testing.T) {
	for _, n := range []int{31, 32, 33, 64, 32 * 32, 32*32 + 1, 33 * 32, 2_112} {
		db := newTable(t)
		s := newStream(41, 2, n, time.Hour)
		stream := s.take(n)
		for i := range stream {
			stream[i].Link = 1
		}
		db.apply(t, stream)
		got, err := clicks.NewReader(db.pool).Recent(t.Context(), 1, 0, clicks.MaxRecent)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lastOf(stream, 1), asShown(got)); diff != "" {
			t.Errorf("%d clicks (-want +got):\n%s", n, diff)
		}
	}
}
