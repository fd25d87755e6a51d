package redirect

import (
	"sync"
	"time"
)

// budget allows rate things a second, and as many at once after a quiet second.
type budget struct {
	rate float64
	mu   sync.Mutex
	left float64
	last time.Time
}

func newBudget(rate int) *budget { return &budget{rate: float64(rate), left: float64(rate)} }

// take spends one, if there is one left.
func (b *budget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if passed := now.Sub(b.last); passed > 0 {
		if !b.last.IsZero() {
			b.left = min(b.rate, b.left+b.rate*passed.Seconds())
		}
		b.last = now
	}
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
