package commands

import (
	"slices"
	"sync"

	"github.com/linklog/linklog/domain"
)

// waiters brings replies to those who wait for them. Several may wait under one id.
type waiters struct {
	mu   sync.Mutex
	byID map[domain.CommandID][]*waiter
}

// waiter is one who waits. Replies has room for the one reply that is looked at.
type waiter struct {
	command domain.Command
	replies chan domain.Reply
}

func (w *waiters) add(c domain.Command) *waiter {
	one := &waiter{c, make(chan domain.Reply, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byID == nil {
		w.byID = map[domain.CommandID][]*waiter{}
	}
	w.byID[c.ID] = append(w.byID[c.ID], one)
	return one
}

func (w *waiters) remove(one *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := slices.DeleteFunc(w.byID[one.command.ID], func(x *waiter) bool { return x == one })
	if len(rest) == 0 {
		delete(w.byID, one.command.ID)
		return
	}
	w.byID[one.command.ID] = rest
}

// deliver hands r to all it concerns. Whoever has a reply already needs no other.
func (w *waiters) deliver(r domain.Reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.byID[r.Command] {
		if !one.concerns(r) {
			continue
		}
		select {
		case one.replies <- r:
		default:
		}
	}
}

// concerns tells a reply to this command from one to another request under the same id. The
// fingerprint is missing where a command could not be read.
func (w *waiter) concerns(r domain.Reply) bool {
	var none domain.Fingerprint
	return r.Fingerprint == w.command.Fingerprint || r.Fingerprint == none
}

// last is the reply if it came at the last moment, or err.
func (w *waiter) last(err error) (domain.Reply, error) {
	select {
	case r := <-w.replies:
		return r, nil
	default:
		return domain.Reply{}, err
	}
}
