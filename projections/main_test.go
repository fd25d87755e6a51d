package projections_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/projections"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// words is a read model that counts words; it is all the tests need.
var words = projections.Model{
	Name: "words", Version: 1,
	SQL: `CREATE TABLE word (partition int, word text, times int NOT NULL, PRIMARY KEY (partition, word))`,
}

// counting is the fold of words. An empty word can't be written: it stands for a batch that fails
// after the checkpoint has moved.
type counting struct {
	resets func(partition int32)
}

func (c counting) Reset(partition int32) {
	if c.resets != nil {
		c.resets(partition)
	}
}

func (counting) Apply(_ context.Context, _ pgx.Tx, schema string, b projections.Batch[string], writes *pgx.Batch) error {
	for _, r := range b.Records {
		word := &r.Event
		if r.Event == "" {
			word = nil
		}
		writes.Queue(fmt.Sprintf(`INSERT INTO %s.word AS w VALUES ($1, $2, 1)
			ON CONFLICT (partition, word) DO UPDATE SET times = w.times + 1`, schema), b.Partition, word)
	}
	return nil
}

// tape is a source whose test calls start and handle itself, as often and in whatever order it
// likes. Its methods may be called while Run is running.
type tape struct {
	start  func(ctx context.Context, partition int32) (int64, error)
	handle func(ctx context.Context, b projections.Batch[string]) error
	ready  chan struct{} // closed by Consume when start and handle are set
}

func newTape() *tape { return &tape{ready: make(chan struct{})} }

func (s *tape) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[string]) error,
) error {
	s.start, s.handle = start, handle
	close(s.ready)
	<-ctx.Done()
	return nil
}

// batch is a batch of words with offsets from first on.
func batch(partition int32, first int64, text ...string) projections.Batch[string] {
	b := projections.Batch[string]{Partition: partition, Next: first + int64(len(text))}
	for i, w := range text {
		b.Records = append(b.Records, projections.Record[string]{Offset: first + int64(i), Event: w})
	}
	return b
}

type bundle struct {
	t    *testing.T
	url  string
	pool *pgxpool.Pool
}

func setup(t *testing.T) *bundle {
	t.Helper()
	url := embeddedtest.Database(t)
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &bundle{t, url, pool}
}

func (b *bundle) ensure() projections.Generation {
	b.t.Helper()
	g, err := projections.Ensure(b.t.Context(), b.pool, words)
	if err != nil {
		b.t.Fatal(err)
	}
	return g
}

// run starts a runner over a tape; it is stopped at the end of the test.
func (b *bundle) run(g projections.Generation, fold projections.Fold[string], o projections.Options[string]) *tape {
	b.t.Helper()
	s := newTape()
	b.background(projections.NewRunner(b.pool, g, s, fold, o).Run)
	<-s.ready
	return s
}

// background runs f until the end of the test (or until the returned function is called) and
// waits for it.
func (b *bundle) background(f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil {
			b.t.Errorf("background: %v", err)
		}
	}()
	stop = func() { cancel(); <-done }
	b.t.Cleanup(stop)
	return stop
}

func (b *bundle) watch() *projections.Watch {
	w := projections.NewWatch(b.pool, slog.New(slog.DiscardHandler))
	b.background(w.Run)
	return w
}

// table is the words and times of a generation in order, as "a 1, b 2", and its checkpoints.
func (b *bundle) table(g projections.Generation) (text, checkpoints string) {
	b.t.Helper()
	err := b.pool.QueryRow(b.t.Context(), fmt.Sprintf(`SELECT
		(SELECT coalesce(string_agg(word || ' ' || times, ', ' ORDER BY partition, word), '') FROM %[1]s.word),
		(SELECT coalesce(string_agg(partition || ':' || next || '/' || mark, ' ' ORDER BY partition), '') FROM %[1]s.checkpoint)`,
		g.Schema)).Scan(&text, &checkpoints)
	if err != nil {
		b.t.Fatal(err)
	}
	return text, checkpoints
}

func (b *bundle) expect(g projections.Generation, text, checkpoints string) {
	b.t.Helper()
	if gotText, gotCheckpoints := b.table(g); gotText != text || gotCheckpoints != checkpoints {
		b.t.Errorf("%s holds %q at %q, want %q at %q", g.Schema, gotText, gotCheckpoints, text, checkpoints)
	}
}

// do fails the test on an error; check(f()) style for calls that must succeed.
func (b *bundle) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}
