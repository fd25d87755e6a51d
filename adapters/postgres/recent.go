package postgres

import (
	"context"
	"sync"
	"time"
)

// askTimeout bounds a question that several callers wait for: none of their contexts may end it.
const askTimeout = 5 * time.Second

// recent remembers answers for a short while, and asks once for all who wait for the same one.
// Errors are not answers.
type recent[K comparable, V any] struct {
	ttl     time.Duration
	most    int
	mu      sync.Mutex
	answers map[K]*answer[V]
}

// answer is one question under way (until done is closed by who asks) or answered.
type answer[V any] struct {
	done  chan struct{}
	until time.Time
	value V
	err   error
}

func newRecent[K comparable, V any](ttl time.Duration, most int) *recent[K, V] {
	return &recent[K, V]{ttl: ttl, most: most, answers: make(map[K]*answer[V])}
}

// get is the answer for key. Its age counts from before it was asked for.
func (r *recent[K, V]) get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	now := time.Now()
	r.mu.Lock()
	a := r.answers[key]
	if a != nil && now.Before(a.until) {
		r.mu.Unlock()
		return a.wait(ctx)
	}
	a = r.add(key, now.Add(r.ttl))
	r.mu.Unlock()

	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	a.value, a.err = ask(asking)
	if a.err != nil {
		r.forget(key, a)
	}
	close(a.done)
	return a.value, a.err
}

func (a *answer[V]) wait(ctx context.Context) (V, error) {
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// put gives an answer nobody asked for, to be believed until then.
func (r *recent[K, V]) put(key K, value V, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.add(key, until)
	a.value = value
	close(a.done)
}

// peek is the answer for key if it is there already.
func (r *recent[K, V]) peek(key K) (value V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.answers[key]
	if a == nil || !time.Now().Before(a.until) {
		return value, false
	}
	select {
	case <-a.done:
		return a.value, a.err == nil
	default:
		return value, false
	}
}

func (r *recent[K, V]) add(key K, until time.Time) *answer[V] {
	if len(r.answers) >= r.most {
		r.makeRoom(time.Now())
	}
	a := &answer[V]{done: make(chan struct{}), until: until}
	r.answers[key] = a
	return a
}

// makeRoom drops what is old among eight answers, and any one if none is. It doesn't search
// further: whoever fills the memory must not make everybody else wait.
func (r *recent[K, V]) makeRoom(now time.Time) {
	looked := 0
	for key, a := range r.answers {
		if looked++; looked > 8 {
			break
		}
		if !now.Before(a.until) {
			delete(r.answers, key)
		}
	}
	for key := range r.answers {
		if len(r.answers) < r.most {
			return
		}
		delete(r.answers, key)
	}
}

// clear forgets everything, for who has changed something and wants to see it. Answers under way
// are still given to those who wait for them.
func (r *recent[K, V]) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.answers)
}

func (r *recent[K, V]) forget(key K, a *answer[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.answers[key] == a {
		delete(r.answers, key)
	}
}
