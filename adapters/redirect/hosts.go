package redirect

import (
	"bytes"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/linklog/linklog/domain"
)

// hosts are the registered short domains. Their subdomains belong to them.
type hosts struct {
	fallback []byte     // for requests under any other name
	mu       sync.Mutex // for writers
	cases    atomic.Pointer[map[string]domain.CasePolicy]
}

func (h *hosts) clear() { h.cases.Store(&map[string]domain.CasePolicy{}) }

// register adds domains. There are few, and new ones are rare: the map is copied.
func (h *hosts) register(domains ...domain.Domain) {
	h.mu.Lock()
	defer h.mu.Unlock()
	cases := maps.Clone(*h.cases.Load())
	for _, d := range domains {
		cases[string(d.Host)] = d.Cases
	}
	h.cases.Store(&cases)
}

// find tells which host's slugs a request concerns, by its Host header in lower case, and how they are folded. An unknown host means
// the fallback's; ok is false if that isn't registered either.
func (h *hosts) find(header []byte) (host []byte, cases domain.CasePolicy, ok bool) {
	known := *h.cases.Load()
	host = withoutPort(header)
	if cases, ok = registered(known, host); ok {
		return host, cases, true
	}
	cases, ok = registered(known, h.fallback)
	return h.fallback, cases, ok
}

// registered looks for the domain that host is, or is below.
func registered(known map[string]domain.CasePolicy, host []byte) (domain.CasePolicy, bool) {
	if len(host) > maxHost {
		return 0, false
	}
	for name := host; len(name) > 0; {
		if cases, ok := known[string(name)]; ok {
			return cases, len(name) == len(host) || hostText(host)
		}
		_, name, _ = bytes.Cut(name, []byte("."))
	}
	return 0, false
}

// maxHost is the longest host name there is.
const maxHost = 253
