package main_test

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

// ledger is what visitors sent, what they were answered and what the log has, each visit by
// its utm_content.
type ledger struct {
	mu       sync.Mutex
	sent     map[string]int // which link
	answered map[string]bool
	found    map[string]domain.ClickID
	ended    int // visits, however they ended
	missing  int // answered, and not found
	wrong    []string
	waiters  []waiter
}

// waiter is somebody who waits for something to become true.
type waiter struct {
	is      func() bool // called under the ledger's lock
	reached chan struct{}
}

func newLedger() *ledger {
	return &ledger{sent: map[string]int{}, answered: map[string]bool{}, found: map[string]domain.ClickID{}}
}

// change changes the ledger, and tells who waited for it.
func (l *ledger) change(how func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	how()
	l.waiters = slices.DeleteFunc(l.waiters, func(w waiter) bool {
		if !w.is() {
			return false
		}
		close(w.reached)
		return true
	})
}

func (l *ledger) send(id string, link int) { l.change(func() { l.sent[id] = link }) }

func (l *ledger) end(id string, answered bool) {
	l.change(func() {
		l.ended++
		if !answered {
			return
		}
		l.answered[id] = true
		if _, found := l.found[id]; !found {
			l.missing++
		}
	})
}

// find notes a click of the log.
func (l *ledger) find(c kafka.FoundClick) error {
	l.change(func() {
		id := c.Event.UTM.Content
		_, sent := l.sent[id]
		before, found := l.found[id]
		switch {
		case !sent:
			l.wrong = append(l.wrong, fmt.Sprintf("the log has %q, which nobody sent", id))
		case found && before != c.Event.ID:
			l.wrong = append(l.wrong, fmt.Sprintf("visit %q has two clicks: %v and %v", id, before, c.Event.ID))
		case !found:
			l.found[id] = c.Event.ID
			if l.answered[id] {
				l.missing--
			}
		}
	})
	return nil
}

// when returns a channel that is closed once is says so.
func (l *ledger) when(is func() bool) <-chan struct{} {
	reached := make(chan struct{})
	l.change(func() { l.waiters = append(l.waiters, waiter{is, reached}) })
	return reached
}

// after waits for so many more visits to end.
func (l *ledger) after(visits int) <-chan struct{} {
	l.mu.Lock()
	goal := l.ended + visits
	l.mu.Unlock()
	return l.when(func() bool { return l.ended >= goal })
}

// complete waits until the log has every visit that was answered.
func (l *ledger) complete() <-chan struct{} {
	return l.when(func() bool { return l.missing == 0 })
}

// complaints are what the log has and must not have.
func (l *ledger) complaints() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.wrong)
}

// perLink is how many clicks of each link the log has.
func (l *ledger) perLink(links int) []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	clicks := make([]int, links)
	for id := range l.found {
		clicks[l.sent[id]]++
	}
	return clicks
}

// String sums the ledger up.
func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d sent, %d answered, %d in the log, %d missing there", len(l.sent), len(l.answered), len(l.found), l.missing)
}

// doors are the redirectors that are there to be visited.
type doors struct {
	mu      sync.Mutex
	opened  []*victim
	changed chan struct{} // closed at the next opening; nil if nobody waits for one
}

func (d *doors) open(v *victim) {
	if v.door == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, v)
	if d.changed != nil {
		close(d.changed)
		d.changed = nil
	}
}

func (d *doors) close(v *victim) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = slices.DeleteFunc(d.opened, func(o *victim) bool { return o == v })
}

func (d *doors) some() bool { return len(d.all()) > 0 }

// all are the addresses of those that are open.
func (d *doors) all() (addresses []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, v := range d.opened {
		addresses = append(addresses, v.door())
	}
	return addresses
}

// any returns the address of one, by turns, when there is one.
func (d *doors) any(ctx context.Context, n int) (address string, ok bool) {
	for ctx.Err() == nil {
		d.mu.Lock()
		if len(d.opened) > 0 {
			v := d.opened[n%len(d.opened)]
			d.mu.Unlock()
			return v.door(), true
		}
		if d.changed == nil {
			d.changed = make(chan struct{})
		}
		changed := d.changed
		d.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return "", false
}
