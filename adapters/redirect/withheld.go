package redirect

import (
	"sync"
	"sync/atomic"

	"github.com/linklog/linklog/domain"
)

// withheld are the links with an event that nobody could read: redacted or undecodable. Such an event doesn't say which slug it
// concerns, so entries of its link are hidden until a look-up brings a newer one. They are so few that almost always there are none.
type withheld struct {
	count atomic.Int64
	mu    sync.RWMutex
	link  map[domain.LinkNumber]int64 // offset of the event
}

func (w *withheld) add(n domain.LinkNumber, offset int64) {
	if n == 0 {
		return // about a domain
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.link == nil {
		w.link = map[domain.LinkNumber]int64{}
	}
	w.link[n] = max(offset, w.link[n])
	w.count.Store(int64(len(w.link)))
}

// covers reports whether e is older than an unreadable event of its link.
func (w *withheld) covers(e *entry) bool {
	return w.count.Load() != 0 && e.asOf <= w.since(e.target.Link)
}

// since is the offset of the link's newest unreadable event, -1 if there is none.
func (w *withheld) since(n domain.LinkNumber) int64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if offset, ok := w.link[n]; ok {
		return offset
	}
	return -1
}
