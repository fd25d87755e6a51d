package redirect

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/linklog/linklog/domain"
)

// blocks are the accounts, links and destinations that an operator has put out of use.
type blocks struct {
	count atomic.Int64
	mu    sync.RWMutex
	held  map[domain.Block]struct{}
}

// set puts b on the list, or takes it off.
func (l *blocks) set(b domain.Block, on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[domain.Block]struct{}{}
	}
	if on {
		l.held[b] = struct{}{}
	} else {
		delete(l.held, b)
	}
	l.count.Store(int64(len(l.held)))
}

// replace makes all the list.
func (l *blocks) replace(all []domain.Block) {
	l.mu.Lock()
	l.held = nil
	l.count.Store(0)
	l.mu.Unlock()
	for _, b := range all {
		l.set(b, true)
	}
}

// bar reports whether visitors of t must not be sent to a destination. Without a list it costs next to nothing.
func (l *blocks) bar(t *domain.Target, to domain.Destination) bool {
	return l.count.Load() != 0 && (l.has(domain.BlockLink, t.Link.String()) || l.barAccount(t.Account) || l.barHost(to))
}

func (l *blocks) barAccount(a domain.AccountID) bool {
	return l.count.Load() != 0 && l.has(domain.BlockAccount, string(a))
}

// barHost reports whether the destination's host, or one it is below, is blocked.
func (l *blocks) barHost(to domain.Destination) bool {
	if l.count.Load() == 0 {
		return false
	}
	for host, more := hostOf(to), true; more; _, host, more = strings.Cut(host, ".") {
		if l.has(domain.BlockHost, host) {
			return true
		}
	}
	return false
}

func (l *blocks) has(kind domain.BlockKind, value string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, on := l.held[domain.Block{Kind: kind, Value: value}]
	return on
}

// hostOf is the host of a destination, which is in its one spelling already, so that nothing has to be parsed.
func hostOf(d domain.Destination) string {
	_, rest, _ := strings.Cut(string(d), "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return view(withoutPort(bytesOf(domain.Destination(rest))))
}
