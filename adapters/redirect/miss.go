package redirect

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linklog/linklog/domain"
)

// Links is the links read model, as far as redirects read it.
type Links interface {
	// Find reads the link that holds a slug key (its zero value if none does) and, in the same statement, the first offset of
	// links.events that is not in the model yet, in the partition that the key belongs to.
	Find(ctx context.Context, host domain.Host, text string) (link domain.Link, partition int32, next int64, err error)
	// All calls each for at most limit links that are not deleted, with the slug key each holds. All of it is one snapshot: next
	// are the first offsets that are not in it, domains every registered short domain, and complete tells that no link was left
	// out for the limit.
	All(ctx context.Context, limit int, each func(domain.SlugKey, domain.Link) error) (next map[int32]int64, domains []domain.Domain, complete bool, err error)
}

// errStale says that the read model doesn't know yet what the tail knows.
var errStale = errors.New("the links read model is behind the log")

// errSilent says that the budget is spent and the database hasn't answered lately.
var errSilent = errors.New("too many unknown slugs while the database is silent")

// How look-ups behave.
const (
	trustFor   = time.Second           // after an answer of the database, the complete table's no is final
	stalePause = 5 * time.Millisecond  // before the first re-read of a stale answer; doubles
	staleMost  = 80 * time.Millisecond // the longest such pause
)

// lookups asks the read model about slugs that the table doesn't know: once per slug at a time, and not more than allowed.
type lookups struct {
	table   *table
	links   Links
	budget  *limiter[struct{}]
	gate    chan struct{} // holds one element per look-up under way
	timeout time.Duration
	now     func() time.Time

	mu      sync.Mutex
	flights map[string]*flight

	answered atomic.Int64 // when the database last answered, Unix nanoseconds
	asked    atomic.Uint64
	failed   atomic.Uint64
	stale    atomic.Uint64
	spared   atomic.Uint64
}

// flight is a look-up under way. Its results may be read once done is closed, which its leader does.
type flight struct {
	done  chan struct{}
	entry *entry
	err   error
}

// find tells what key leads to: an entry, nil for nothing, or an error if that can't be known now.
func (l *lookups) find(ctx context.Context, key string, host domain.Host, text string) (*entry, error) {
	if _, err := domain.ParseForeignSlug(text); err != nil {
		return nil, nil //nolint:nilerr,nilnil // nobody can hold it: that is the answer
	}
	f, leader := l.join(key)
	if !leader {
		<-f.done // the leader has a time limit
		return f.entry, f.err
	}
	defer func() {
		l.mu.Lock()
		delete(l.flights, key)
		l.mu.Unlock()
		close(f.done)
	}()
	f.err = context.Canceled // in case of a panic
	f.entry, f.err = l.lead(ctx, key, host, text)
	return f.entry, f.err
}

func (l *lookups) join(key string) (f *flight, leader bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f = l.flights[key]; f != nil {
		return f, false
	}
	f = &flight{done: make(chan struct{})}
	l.flights[key] = f
	return f, true
}

// lead asks if it is allowed to.
func (l *lookups) lead(ctx context.Context, key string, host domain.Host, text string) (*entry, error) {
	if e, absent := l.table.find([]byte(key), l.now()); e != nil || absent {
		return e, nil // the flight before this one brought it
	}
	if ok, err := l.allowed(); !ok {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	select {
	case l.gate <- struct{}{}:
		defer func() { <-l.gate }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return l.ask(ctx, key, host, text)
}

// allowed reports whether the database may be asked; if not, a nil error means that the table's no is final.
func (l *lookups) allowed() (bool, error) {
	if !l.table.complete.Load() || l.budget.take(struct{}{}) == 0 {
		return true, nil
	}
	l.spared.Add(1)
	if l.now().UnixNano()-l.answered.Load() < int64(trustFor) {
		return false, nil // every link there is stands in the table
	}
	return false, errSilent
}

// ask reads until it gets an answer that is not older than what the tail has brought.
func (l *lookups) ask(ctx context.Context, key string, host domain.Host, text string) (*entry, error) {
	for pause := stalePause; ; pause = min(2*pause, staleMost) {
		l.asked.Add(1)
		link, partition, next, err := l.links.Find(ctx, host, text)
		if err != nil {
			l.failed.Add(1)
			return nil, err
		}
		l.answered.Store(l.now().UnixNano())
		if e, ok := l.table.fill(key, link, partition, next, l.now()); ok {
			return e, nil
		}
		l.stale.Add(1)
		if !wait(ctx, pause) {
			return nil, errStale
		}
		if e, absent := l.table.find([]byte(key), l.now()); e != nil || absent {
			return e, nil // the tail brought it
		}
		if ok, err := l.allowed(); !ok {
			return nil, err
		}
	}
}

// wait pauses, and reports false if ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
