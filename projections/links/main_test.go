package links_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/links"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// bundle is a database with a generation of the links model and a runner that the test feeds.
type bundle struct {
	testing.TB
	pool       *pgxpool.Pool
	generation projections.Generation
	reader     *links.Reader
	start      func(ctx context.Context, partition int32) (int64, error)
	handle     func(ctx context.Context, b projections.Batch[domain.Event]) error
}

func setup(t testing.TB) *bundle {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), embeddedtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	g, err := projections.Ensure(t.Context(), pool, links.Model())
	if err != nil {
		t.Fatal(err)
	}
	b := &bundle{TB: t, pool: pool, generation: g}
	watch := projections.NewWatch(pool, slog.New(slog.DiscardHandler))
	b.background(watch.Run)
	b.reader = links.NewReader(pool, watch)
	b.feed(g)
	return b
}

// feed points the bundle's start and handle at a new runner of g.
func (b *bundle) feed(g projections.Generation) {
	b.Helper()
	s := &tape{bundle: b, ready: make(chan struct{})}
	b.background(projections.NewRunner(b.pool, g, s, links.NewFold(), links.Options()).Run)
	<-s.ready
	b.generation = g
}

// background runs f until the end of the test and waits for it.
func (b *bundle) background(f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
}

// tape is a source that hands start and handle to the test.
type tape struct {
	*bundle
	ready chan struct{} // closed when start and handle are set
}

func (s *tape) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[domain.Event]) error,
) error {
	s.start, s.handle = start, handle
	close(s.ready)
	<-ctx.Done()
	return nil
}

// apply feeds events as one batch whose first offset is first.
func (b *bundle) apply(partition int32, first int64, events ...domain.Event) {
	b.Helper()
	batch := projections.Batch[domain.Event]{Partition: partition, Next: first + int64(len(events))}
	for i, e := range events {
		batch.Records = append(batch.Records, projections.Record[domain.Event]{Offset: first + int64(i), Event: e})
	}
	b.must(b.handle(b.Context(), batch))
}

func (b *bundle) started(partition int32) {
	b.Helper()
	_, err := b.start(b.Context(), partition)
	b.must(err)
}

func (b *bundle) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// row reads the one text of a query in which %[1]s is the generation's schema.
func (b *bundle) row(sql string) (text string) {
	b.Helper()
	b.must(b.pool.QueryRow(b.Context(), fmt.Sprintf(sql, b.generation.Schema)).Scan(&text))
	return text
}
