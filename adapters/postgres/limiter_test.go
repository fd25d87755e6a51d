package postgres_test

import (
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/postgres"
)

func TestLimitIsExactOverProcesses(t *testing.T) {
	pool := migrated(t)
	const limit, processes, each = 300, 3, 200
	var allowed, refused atomic.Int64
	var seen [limit]atomic.Int64
	var g errgroup.Group
	for range processes {
		limiter := postgres.NewLimiter(pool, nil)
		for range each {
			g.Go(func() error {
				remaining, reset, ok, err := limiter.Take(t.Context(), "key_a", limit, 10000*time.Hour)
				if !ok {
					refused.Add(1)
					return err
				}
				allowed.Add(1)
				seen[remaining].Add(1)
				if !reset.After(time.Now()) {
					t.Errorf("reset %v is over", reset)
				}
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if allowed.Load() != limit || refused.Load() != processes*each-limit {
		t.Errorf("allowed %d, refused %d", allowed.Load(), refused.Load())
	}
	for remaining := range seen {
		if n := seen[remaining].Load(); n != 1 {
			t.Errorf("%d requests were told that %d remain", n, remaining)
		}
	}
	if used := one[int](t, pool, "SELECT used FROM identity.rate"); used != limit {
		t.Errorf("%d used: refused requests must not spend", used)
	}
}

func TestWindowsAreTheClocks(t *testing.T) {
	limiter := postgres.NewLimiter(migrated(t), nil)
	_, reset, _, err := limiter.Take(t.Context(), "key_a", 1, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(reset); !reset.Equal(reset.Truncate(time.Hour)) || left <= 0 || left > time.Hour {
		t.Errorf("reset at %v", reset)
	}
}

func TestNewWindowBeginsAfresh(t *testing.T) {
	pool := migrated(t)
	take := func(want bool, wantRemaining int) {
		t.Helper()
		remaining, _, ok, err := postgres.NewLimiter(pool, nil).Take(t.Context(), "key_a", 2, 10000*time.Hour)
		if err != nil || ok != want || remaining != wantRemaining {
			t.Fatalf("allowed %v, %d remain, %v", ok, remaining, err)
		}
	}
	for range 2 {
		take(true, 1)
		take(true, 0)
		take(false, 0)
		exec(t, pool, "UPDATE identity.rate SET resets = now() - interval '1 second'")
	}
}

func TestSpentBucketAsksNobody(t *testing.T) {
	pool := migrated(t)
	limiter := postgres.NewLimiter(pool, nil)
	for range 2 {
		if _, _, _, err := limiter.Take(t.Context(), "key_a", 1, 10000*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ok, err := limiter.Take(t.Context(), "key_a", 2, 10000*time.Hour); !ok || err != nil {
		t.Errorf("a higher limit: allowed %v, %v", ok, err)
	}
	if _, _, _, err := limiter.Take(t.Context(), "key_a", 2, 10000*time.Hour); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	remaining, reset, ok, err := limiter.Take(t.Context(), "key_a", 2, 10000*time.Hour)
	if remaining != 0 || ok || err != nil || !reset.After(time.Now()) {
		t.Errorf("got %d, %v, %v, %v", remaining, reset, ok, err)
	}
	if _, _, _, err := limiter.Take(t.Context(), "key_b", 2, time.Hour); err == nil {
		t.Error("another bucket was counted without a database")
	}
}

func TestOldBucketsAreSwept(t *testing.T) {
	pool := migrated(t)
	if _, _, _, err := postgres.NewLimiter(pool, nil).Take(t.Context(), "key_old", 1, time.Hour); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "UPDATE identity.rate SET resets = now() - interval '1 hour'")
	if _, _, _, err := postgres.NewLimiter(pool, nil).Take(t.Context(), "key_new", 1, time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, pool, "SELECT string_agg(bucket, ' ') FROM identity.rate"); got != "key_new" {
		t.Errorf("left %s", got)
	}
}

func TestAddressesAreHashed(t *testing.T) {
	limiter := postgres.NewLimiter(nil, []byte("secret"))
	hash := func(a string) string { return limiter.Anonymous(netip.MustParseAddr(a)) }
	if strings.Contains(hash("192.0.2.1"), "192") || hash("192.0.2.1") == hash("192.0.2.2") {
		t.Error("addresses are not hashed")
	}
	if hash("192.0.2.1") != hash("::ffff:192.0.2.1") {
		t.Error("one address, two buckets")
	}
	if hash("2001:db8::1") != hash("2001:db8::2:1") || hash("2001:db8::1") == hash("2001:db8:0:1::1") {
		t.Error("a subscriber's /64 must share a bucket")
	}
	if other := postgres.NewLimiter(nil, []byte("other")); other.Anonymous(netip.MustParseAddr("192.0.2.1")) == hash("192.0.2.1") {
		t.Error("the secret is not used")
	}
}

// BenchmarkTake is what a request costs: alone, and 64 of one key at a time.
func BenchmarkTake(b *testing.B) {
	pool := migrated(b)
	limiter := postgres.NewLimiter(pool, nil)
	take := func() {
		if _, _, _, err := limiter.Take(b.Context(), "key_a", 1<<30, time.Hour); err != nil {
			b.Error(err)
		}
	}
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			take()
		}
	})
	b.Run("64", func(b *testing.B) {
		before := pool.Stat().AcquireCount()
		b.SetParallelism(32) // times two cores
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				take()
			}
		})
		b.ReportMetric(float64(pool.Stat().AcquireCount()-before)/float64(b.N), "updates/op")
	})
}
