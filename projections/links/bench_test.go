package links_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// creations are n created links, numbered on from first.
func creations(first, n int) []domain.Event {
	events := make([]domain.Event, n)
	for i := range events {
		k := first + i
		e := created(domain.LinkNumber(k+1), domain.Slug(fmt.Sprintf("s%06d", k)), 1) //nolint:gosec // small
		e.At = dawn.Add(time.Duration(k) * time.Millisecond)
		e.Fingerprint = domain.Fingerprint{byte(k)}
		events[i] = e
	}
	return events
}

// BenchmarkApply measures events folded into rows, by batch size and kind.
func BenchmarkApply(b *testing.B) {
	for _, size := range []int{1, 16, 64, 256, 1000} {
		b.Run(fmt.Sprintf("created/batch=%d", size), func(b *testing.B) {
			t := setup(b)
			t.started(0)
			before := t.cpu()
			b.ResetTimer()
			for i := range b.N {
				t.apply(0, int64(i*size), creations(i*size, size)...)
			}
			b.ReportMetric(float64((t.cpu()-before).Microseconds())/float64(b.N*size), "cpu-µs/event")
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "events/s")
		})
	}
	b.Run("changed/batch=256", func(b *testing.B) {
		t := setup(b)
		t.started(0)
		const links = 10_000
		t.apply(0, 0, creations(0, links)...)
		before := t.cpu()
		b.ResetTimer()
		for i := range b.N {
			events := creations(0, 256)
			for k := range events {
				n := (i*256 + k) * 7919 % links
				events[k].Link, events[k].Version = domain.LinkNumber(n+1), uint64(i+2) //nolint:gosec // small
				events[k].Command = domain.CommandID(fmt.Sprint("change ", i*256+k))
				events[k].Body = domain.DestinationChanged{From: "https://example.com/", To: "https://example.com/2"}
			}
			t.apply(0, int64(links+i*256), events...)
		}
		b.ReportMetric(float64((t.cpu()-before).Microseconds())/float64(b.N*256), "cpu-µs/event")
		b.ReportMetric(float64(b.N*256)/b.Elapsed().Seconds(), "events/s")
	})
}

// BenchmarkRead measures the reads on hot paths over 100,000 links.
func BenchmarkRead(b *testing.B) {
	t := setup(b)
	t.started(0)
	register := domain.Event{Command: "register", Account: "ann", Domain: "sho.rt", At: dawn, Body: domain.DomainRegistered{}}
	t.apply(0, 0, register)
	for i := range 100 {
		t.apply(0, int64(1+i*1000), creations(i*1000, 1000)...)
	}
	for _, commands := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("Load/creates=%d", commands), func(b *testing.B) {
			var keys domain.Keys
			for i := range commands {
				c := domain.Command{
					ID: domain.CommandID(fmt.Sprint("c", i)), Domain: "sho.rt",
					Body: domain.CreateLink{Host: "sho.rt", Destination: "https://example.com/"},
				}
				keys.Add(c.Needs([]domain.Slug{domain.Slug(fmt.Sprint("AAAAA", i)), domain.Slug(fmt.Sprint("BBBBB", i)), domain.Slug(fmt.Sprint("CCCCC", i))}))
			}
			for b.Loop() {
				_, _, err := t.reader.Load(b.Context(), 0, keys)
				t.must(err)
			}
		})
	}
	b.Run("Find", func(b *testing.B) {
		for b.Loop() {
			l, _, _, err := t.reader.Find(b.Context(), "sho.rt", "s000077")
			t.must(err)
			if l.Number == 0 {
				b.Fatal("not found")
			}
		}
	})
	b.Run("Link", func(b *testing.B) {
		for b.Loop() {
			_, err := t.reader.Link(b.Context(), 77)
			t.must(err)
		}
	})
	b.Run("List", func(b *testing.B) {
		q := links.ListQuery{Filter: links.Filter{Account: "ann"}, Offset: 50_000, Limit: 50}
		page, err := t.reader.List(b.Context(), q)
		t.must(err)
		q.Offset, q.After = 0, page.Next
		for b.Loop() {
			_, err := t.reader.List(b.Context(), q)
			t.must(err)
		}
	})
	b.Run("All", func(b *testing.B) {
		for b.Loop() {
			_, _, _, err := t.reader.All(b.Context(), 1_000_000, func(domain.SlugKey, domain.Link) error { return nil })
			t.must(err)
		}
	})
}
