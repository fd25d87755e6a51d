package clicks_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// BenchmarkFold counts a Zipf stream over 100,000 links and 90 days as one of eight
// partitions sees it: transaction, reads and writes included, decoding from Kafka not.
func BenchmarkFold(b *testing.B) {
	for _, size := range []int{200, 2_000, 50_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			const total = 625_000 // 5 million over 8 partitions
			t := newTable(b)
			s := newStream(1, 12_500, total, 90*24*time.Hour)
			clicks := 0
			for b.Loop() {
				b.StopTimer()
				records := asRecords(s.take(size))
				b.StartTimer()
				if err := t.tryApply(b.Context(), projections.Batch[domain.Click]{Records: records}); err != nil {
					b.Fatal(err)
				}
				clicks += size
			}
			b.ReportMetric(float64(clicks)/b.Elapsed().Seconds(), "clicks/s")
			t.report(b, clicks)
		})
	}
}

// report adds figures about the size of the tables.
func (t *table) report(b *testing.B, clicks int) {
	b.Helper()
	var rows, stored, disk float64
	err := t.pool.QueryRow(context.Background(), fmt.Sprintf(`
		SELECT count(*), coalesce(avg(octet_length(counts) + octet_length(visitors)), 0), pg_total_relation_size('%[1]s.day')
		FROM %[1]s.day`, t.schema)).Scan(&rows, &stored, &disk)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(rows/float64(clicks), "rows/click")
	b.ReportMetric(stored, "bytes/row")
	b.ReportMetric(disk/float64(clicks), "disk-bytes/click")
}

func asRecords(batch []domain.Click) []projections.Record[domain.Click] {
	records := make([]projections.Record[domain.Click], len(batch))
	for i := range batch {
		records[i].Event = batch[i]
	}
	return records
}
