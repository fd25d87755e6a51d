package clicks_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

// BenchmarkFold counts a Zipf stream over 100,000 links and 90 days as one of eight
// partitions sees it: transaction, reads and writes included, decoding from Kafka not.
func BenchmarkFold(b *testing.B) {
	for _, size := range []int{200, 2_000, 50_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			const total = 625_000 // 5 million over 8 partitions
			t := newTable(b)
			s := newStream(1, 12_500, total, 90*24*time.Hour)
			n := 0
			var used spent
			for b.Loop() {
				b.StopTimer()
				records := asRecords(s.take(size))
				before := cpu(b, t.pool)
				b.StartTimer()
				if err := t.tryApply(b.Context(), projections.Batch[domain.Click]{Records: records}); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				used = used.plus(cpu(b, t.pool).minus(before))
				b.StartTimer()
				n += size
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "clicks/s")
			b.ReportMetric(used.here.Seconds()*1e6/float64(n), "go-µs/click")
			b.ReportMetric(used.postgres.Seconds()*1e6/float64(n), "postgres-µs/click")
			t.report(b, n)
		})
	}
}

// report adds figures about the size of the tables.
func (t *table) report(b *testing.B, n int) {
	b.Helper()
	var rows, stored, disk float64
	err := t.pool.QueryRow(context.Background(), fmt.Sprintf(`
		SELECT count(*), coalesce(avg(octet_length(counts) + octet_length(hours) + octet_length(pairs) + octet_length(sketch)), 0), pg_total_relation_size('%[1]s.day')
		FROM %[1]s.day`, t.schema)).Scan(&rows, &stored, &disk)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(rows/float64(n), "rows/click")
	b.ReportMetric(stored, "bytes/row")
	b.ReportMetric(disk/float64(n), "disk-bytes/click")
}

func asRecords(batch []domain.Click) []projections.Record[domain.Click] {
	records := make([]projections.Record[domain.Click], len(batch))
	for i := range batch {
		records[i].Event = batch[i]
	}
	return records
}

// BenchmarkAnalyse asks about 30 days of a link with 10 million clicks in two years and of one
// with 1,000, as the dashboard does.
func BenchmarkAnalyse(b *testing.B) {
	t := newTable(b)
	for _, link := range []struct {
		name   string
		number domain.LinkNumber
		clicks int
	}{{"busy", 1, 30 * 10_000_000 / 730}, {"quiet", 2, 1_000 * 30 / 730}} {
		s := newStream(2, 2, link.clicks, 30*24*time.Hour)
		s.sequence = uint64(link.number) << 32
		s.from = s.from.Add(-time.Duration(s.sequence) * s.step)
		for left := link.clicks; left > 0; left -= min(left, 20_000) {
			batch := s.take(min(left, 20_000))
			for i := range batch {
				batch[i].Link = link.number
			}
			t.apply(b, batch)
		}
	}
	t.report(b, 1)
	r := clicks.NewReader(t.pool)
	for _, zone := range []string{"UTC", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			b.Fatal(err)
		}
		for name, link := range map[string]domain.LinkNumber{"busy": 1, "quiet": 2} {
			q := clicks.Question{
				Links: []domain.LinkNumber{link}, From: streamStart, To: streamStart.AddDate(0, 0, 30), Granularity: clicks.Day, Location: loc,
				Breakdowns: clicks.Dimensions(), Top: 10,
			}
			b.Run(name+"/"+zone, func(b *testing.B) { t.ask(b, r, q) })
		}
	}
}

// BenchmarkAnalyseAccount asks the same about all links of an account together.
func BenchmarkAnalyseAccount(b *testing.B) {
	const links = 10_000
	t := newTable(b)
	s := newStream(4, links, 300_000, 30*24*time.Hour)
	for range 6 {
		t.apply(b, s.take(50_000))
	}
	t.report(b, 1)
	q := clicks.Question{
		From: streamStart, To: streamStart.AddDate(0, 0, 30), Granularity: clicks.Day, Top: 10,
		Breakdowns: []clicks.Dimension{clicks.Country, clicks.Device, clicks.Referrer, clicks.Browser, clicks.OS, clicks.Platform},
	}
	for rank := range uint64(links) {
		q.Links = append(q.Links, s.numberOf(rank))
	}
	r := clicks.NewReader(t.pool)
	b.Run("all", func(b *testing.B) { t.ask(b, r, q) })
	q.Filter, q.Breakdowns = clicks.Filter{Dimension: clicks.Country, Value: "AA"}, []clicks.Dimension{clicks.Device, clicks.Referrer}
	b.Run("one country", func(b *testing.B) { t.ask(b, r, q) })
}

func (t *table) ask(b *testing.B, r *clicks.Reader, q clicks.Question) {
	b.Helper()
	var took []time.Duration
	before := cpu(b, t.pool)
	for b.Loop() {
		start := time.Now()
		a, err := r.Analyse(b.Context(), q)
		if err != nil || a.Total.Human == 0 {
			b.Fatal(a.Total, err)
		}
		took = append(took, time.Since(start))
	}
	used := cpu(b, t.pool).minus(before)
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
	b.ReportMetric(used.here.Seconds()*1e3/float64(len(took)), "go-ms/op")
	b.ReportMetric(used.postgres.Seconds()*1e3/float64(len(took)), "postgres-ms/op")
}
