package clicks_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

// written is a topic of clicks that was written before anybody reads it.
type written struct {
	partitions [][]domain.Click
	size       int // of a batch
}

// ends is where the partitions end.
func (w written) ends() map[int32]int64 {
	ends := map[int32]int64{}
	for p, all := range w.partitions {
		ends[int32(p)] = int64(len(all))
	}
	return ends
}

// until is a source up to an end, after which it waits if there is none.
type until struct {
	written

	to map[int32]int64
}

func (u until) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[domain.Click]) error,
) error {
	for p, all := range u.partitions {
		if u.to != nil {
			all = all[:u.to[int32(p)]]
		}
		next, err := start(ctx, int32(p))
		for err == nil && next < int64(len(all)) {
			b := projections.Batch[domain.Click]{Partition: int32(p), Next: min(next+int64(u.size), int64(len(all)))}
			for ; next < b.Next; next++ {
				b.Records = append(b.Records, projections.Record[domain.Click]{Offset: next, Event: all[next]})
			}
			err = handle(ctx, b)
		}
		if err != nil {
			return err
		}
	}
	if u.to == nil {
		<-ctx.Done()
	}
	return nil
}

func (w written) feed(pool *pgxpool.Pool, fold func() *clicks.Fold) []projections.Feed {
	return []projections.Feed{{
		Run: func(ctx context.Context, g projections.Generation, to map[int32]int64) error {
			return projections.NewRunner(pool, g, until{w, to}, fold(), projections.Options[domain.Click]{AsyncCommit: true}).Run(ctx)
		},
		Ends: func(context.Context) (map[int32]int64, error) { return w.ends(), nil },
	}}
}

// ragged is a skewed history in which clicks come late, come twice, and belong to days long past.
func ragged(n int) written {
	s := newStream(5, 300, n, 40*24*3600e9)
	var all []domain.Click
	for len(all) < n {
		batch := s.take(50)
		for i := range batch {
			if s.rng.IntN(20) == 0 {
				batch[i].At = batch[i].At.AddDate(0, 0, -s.rng.IntN(30))
			}
		}
		all = append(all, batch...)
		if s.rng.IntN(4) == 0 {
			all = append(all, batch...) // sent again, since nobody said that it had arrived
		}
	}
	w := written{partitions: make([][]domain.Click, 3)}
	for _, c := range all {
		p := domain.PartitionOf(c.Link.String(), 3)
		w.partitions[p] = append(w.partitions[p], c)
	}
	return w
}

func openPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), embeddedtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func quiet(projections.Progress) {}

// fill makes the first generation, and feeds it in small batches.
func fill(t *testing.T, pool *pgxpool.Pool, w written) projections.Generation {
	t.Helper()
	g, err := projections.Ensure(t.Context(), pool, clicks.Model())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.feed(pool, clicks.NewFold)[0].Run(t.Context(), g, w.ends()); err != nil {
		t.Fatal(err)
	}
	return g
}

func rebuild(t *testing.T, pool *pgxpool.Pool, m projections.Model, feeds []projections.Feed) projections.Generation {
	t.Helper()
	r, err := projections.BeginRebuild(t.Context(), pool, m, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Run(t.Context(), feeds, quiet); err != nil {
		t.Fatal(err)
	}
	return r.To
}

func TestRebuiltIsWhatWasLive(t *testing.T) {
	t.Parallel()
	pool, w := openPool(t), ragged(8_000)
	w.size = 90
	live := fill(t, pool, w)
	want, err := projections.Digest(t.Context(), pool, live)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{977, 100_000} {
		w.size = size
		g := rebuild(t, pool, clicks.Model(), w.feed(pool, clicks.NewFold))
		got, err := projections.Digest(t.Context(), pool, g)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("in batches of %d: %v, %v; want %v", size, got, err, want)
		}
	}
	v, err := projections.Verify(t.Context(), pool, clicks.Model(), w.feed(pool, clicks.NewFold), 5, quiet)
	if err != nil || v.Different != 0 || v.Rows == 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

// What was taken for people is found to be a robot, and always to have been one.
func TestNewBotPatternMovesPastClicks(t *testing.T) {
	t.Parallel()
	pool, w := openPool(t), ragged(5_000)
	w.size = 500
	fill(t, pool, w)
	before := totals(t, pool)
	if before.Human == 0 || before.Bot == 0 {
		t.Fatalf("the history has %+v", before)
	}
	newer := clicks.Model()
	newer.Version++
	rebuild(t, pool, newer, w.feed(pool, func() *clicks.Fold { return clicks.NewFoldWith("robot googlebot\nrobot firefox/1\n") }))
	after := totals(t, pool)
	seen, firefox := map[domain.ClickID]bool{}, uint64(0)
	for _, all := range w.partitions {
		for _, c := range all {
			if !seen[c.ID] && c.Method == domain.Get && strings.Contains(c.UserAgent, "Firefox/1") {
				firefox++
			}
			seen[c.ID] = true
		}
	}
	if firefox == 0 || after.Bot != before.Bot+firefox || after.Human != before.Human-firefox || after.Heads != before.Heads {
		t.Errorf("before %+v, after %+v; %d clicks are of the new robot", before, after, firefox)
	}
}

// totals adds up what everybody sees.
func totals(t *testing.T, pool *pgxpool.Pool) (sum clicks.Counts) {
	t.Helper()
	live, err := projections.Live(t.Context(), pool, clicks.Model().Name)
	if err != nil {
		t.Fatal(err)
	}
	err = pool.QueryRow(t.Context(), fmt.Sprintf(`SELECT sum(human)::bigint, sum(bot)::bigint, sum(heads)::bigint FROM %s.total`, live.Schema)).
		Scan(&sum.Human, &sum.Bot, &sum.Heads)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
