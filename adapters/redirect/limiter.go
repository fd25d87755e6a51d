package redirect

import (
	"sync"
	"time"
)

// limiter lets each key do something burst times in a row, and then once in every. It keeps when a key will have paid for all it did.
// Its memory is bounded: of more than twice room keys that owe something it forgets the older, who thereby get off.
type limiter[K comparable] struct {
	burst int // 0: no limit
	every time.Duration
	room  int
	now   func() time.Time

	mu         sync.Mutex
	young, old map[K]int64 // Unix nanoseconds
}

func newLimiter[K comparable](burst int, every time.Duration, now func() time.Time) *limiter[K] {
	return &limiter[K]{burst: burst, every: every, room: limiterRoom, now: now, young: map[K]int64{}}
}

const limiterRoom = 16 << 10

// newBudget allows rate things a second, whoever does them, and as many at once after a quiet second.
func newBudget(rate int, now func() time.Time) *limiter[struct{}] {
	return newLimiter[struct{}](rate, time.Second/time.Duration(rate), now)
}

// wait is how long k has to wait until it may do it again.
func (l *limiter[K]) wait(k K) time.Duration {
	if l.burst == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.due(k, l.now().UnixNano())
}

// owes is how much time k is behind.
func (l *limiter[K]) owes(k K) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Duration(l.owed(k, l.now().UnixNano()))
}

// take notes that k does it, unless it has to wait.
func (l *limiter[K]) take(k K) (wait time.Duration) {
	if l.burst == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now().UnixNano()
	if wait = l.due(k, now); wait == 0 {
		l.add(k, now, l.every)
	}
	return wait
}

// refund takes back that k did it.
func (l *limiter[K]) refund(k K) {
	if l.burst == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(k, l.now().UnixNano(), -l.every)
}

// due is how long k has to wait. The limiter is locked.
func (l *limiter[K]) due(k K, now int64) time.Duration {
	return max(0, time.Duration(l.owed(k, now)-int64(l.burst-1)*int64(l.every)))
}

// add makes k owe more, or less. The limiter is locked.
func (l *limiter[K]) add(k K, now int64, cost time.Duration) {
	paid := now + max(0, l.owed(k, now)+int64(cost))
	if _, known := l.young[k]; !known && len(l.young) >= l.room {
		l.young, l.old = make(map[K]int64), l.young
	}
	l.young[k] = paid
}

// owed is how much time k is behind. The limiter is locked.
func (l *limiter[K]) owed(k K, now int64) int64 {
	paid, ok := l.young[k]
	if !ok {
		paid = l.old[k]
	}
	return max(0, paid-now)
}
