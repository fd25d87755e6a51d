package postgres

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// mostSpent bounds how many spent buckets are remembered; forgetting one costs an update.
const mostSpent = 100_000

// Limiter counts what callers spend of their allowance, exactly and over all processes.
type Limiter struct {
	pool   *pgxpool.Pool
	secret []byte
	spent  *recent[string, spent]

	mu      sync.Mutex
	buckets map[string]*bucket // those with a request under way
	newest  time.Time          // end of the latest window seen
}

// spent remembers that a bucket has nothing left until the window ends at reset.
type spent struct {
	limit int
	reset time.Time
}

// bucket lets one update at a time through; who comes meanwhile joins the next batch.
type bucket struct {
	turn  chan struct{} // capacity 1
	users int
	next  *batch // nil: the next to come begins one
}

// batch is the requests of a bucket that share an update. done is closed by its leader, the
// first of them, when grant and err hold.
type batch struct {
	wants int
	done  chan struct{}
	grant grant
	err   error
}

// grant is what an update gave: of used, granted went to this batch.
type grant struct {
	used, granted int
	reset         time.Time
	left          time.Duration // until reset, by the database's clock
}

// NewLimiter counts in pool's database. secret keys the hash of addresses; see [Secret].
func NewLimiter(pool *pgxpool.Pool, secret []byte) *Limiter {
	return &Limiter{
		pool: pool, secret: secret, spent: newRecent[string, spent](0, mostSpent),
		buckets: make(map[string]*bucket),
	}
}

// Anonymous is the bucket of callers without a key at an address: a keyed hash, since addresses
// must not be stored. One IPv6 subscriber has a /64, so that is what is hashed.
func (l *Limiter) Anonymous(address netip.Addr) string {
	address = address.Unmap()
	if address.Is6() {
		if p, err := address.Prefix(64); err == nil {
			address = p.Addr()
		}
	}
	mac := hmac.New(sha256.New, l.secret)
	mac.Write(address.AsSlice())
	return "anonymous:" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// Take asks for one request of the limit that name has in every window (windows are counted
// from the Unix epoch, so hours are the clock's). A refused request spends nothing. After an
// error nobody knows.
func (l *Limiter) Take(ctx context.Context, name string, limit int, window time.Duration) (remaining int, reset time.Time, allowed bool, err error) {
	if s, ok := l.spent.peek(name); ok && s.limit >= limit {
		return 0, s.reset, false, nil
	}
	b, mine, place := l.join(name)
	defer l.leave(name, b)
	if place == 0 {
		l.lead(ctx, name, b, mine, limit, window)
	}
	select {
	case <-mine.done:
	case <-ctx.Done():
		return 0, time.Time{}, false, ctx.Err()
	}
	if mine.err != nil {
		return 0, time.Time{}, false, mine.err
	}
	g := mine.grant
	if place >= g.granted {
		return 0, g.reset, false, nil
	}
	return limit - (g.used - g.granted) - place - 1, g.reset, true, nil
}

// join enters the batch that waits for the bucket's next update. Place 0 has to lead it.
func (l *Limiter) join(name string) (b *bucket, mine *batch, place int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b = l.buckets[name]
	if b == nil {
		b = &bucket{turn: make(chan struct{}, 1)}
		l.buckets[name] = b
	}
	b.users++
	if b.next == nil {
		b.next = &batch{done: make(chan struct{})}
	}
	mine, place = b.next, b.next.wants
	mine.wants++
	return b, mine, place
}

func (l *Limiter) leave(name string, b *bucket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b.users--; b.users == 0 {
		delete(l.buckets, name)
	}
}

// lead waits for the update before, then makes one for everybody who joined meanwhile. Others
// depend on it, so the leader's own context can't stop it; the time-out in update does.
func (l *Limiter) lead(ctx context.Context, name string, b *bucket, mine *batch, limit int, window time.Duration) {
	b.turn <- struct{}{}
	l.mu.Lock()
	b.next = nil
	wants := mine.wants
	l.mu.Unlock()

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	mine.grant, mine.err = l.update(ctx, name, wants, limit, window)
	<-b.turn
	if g := mine.grant; mine.err == nil && g.granted < wants {
		l.spent.put(name, spent{limit, g.reset}, time.Now().Add(g.left))
	}
	close(mine.done)
	if mine.err == nil && l.opens(mine.grant.reset) {
		l.sweep(ctx)
	}
}

// update spends as much of wants as the limit leaves.
func (l *Limiter) update(ctx context.Context, name string, wants, limit int, window time.Duration) (grant, error) {
	const update = `
		INSERT INTO identity.rate AS r (bucket, resets, used, granted)
		VALUES ($1, to_timestamp((floor(extract(epoch FROM now()) / $4::float8) + 1) * $4::float8), least($2::int, $3::int), least($2::int, $3::int))
		ON CONFLICT (bucket) DO UPDATE SET
			resets  = greatest(r.resets, excluded.resets),
			used    = CASE WHEN r.resets >= excluded.resets THEN r.used + least($2::int, greatest($3::int - r.used, 0)) ELSE excluded.used END,
			granted = CASE WHEN r.resets >= excluded.resets THEN least($2::int, greatest($3::int - r.used, 0)) ELSE excluded.granted END
		RETURNING used, granted, resets, resets - now()`
	var g grant
	err := l.pool.QueryRow(ctx, update, name, wants, limit, window.Seconds()).Scan(&g.used, &g.granted, &g.reset, &g.left)
	if err != nil {
		return grant{}, fmt.Errorf("count request: %w", err)
	}
	return g, nil
}

// opens reports whether a window ending at reset is the first of its kind seen here.
func (l *Limiter) opens(reset time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !reset.After(l.newest) {
		return false
	}
	l.newest = reset
	return true
}

// sweep drops the buckets of windows that are over. If it can't, the next window's will.
func (l *Limiter) sweep(ctx context.Context) {
	_, _ = l.pool.Exec(ctx, `DELETE FROM identity.rate WHERE resets < now()`)
}
