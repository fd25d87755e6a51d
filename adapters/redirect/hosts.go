package redirect

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/linklog/linklog/domain"
)

// hosts are the registered short domains. Their subdomains belong to them.
type hosts struct {
	fallback []byte     // for requests under any other name
	mu       sync.Mutex // for writers, and known
	known    map[domain.Host]domain.Domain
	sites    atomic.Pointer[map[string]*site] // the verified ones
}

// site is a short domain as visitors meet it. It is never changed, only replaced.
type site struct {
	domain.Domain

	status int // of redirects, unless a link has its own
}

func (h *hosts) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known = map[domain.Host]domain.Domain{}
	h.sites.Store(&map[string]*site{})
}

// register takes in domains as the read model has them.
func (h *hosts) register(domains ...domain.Domain) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range domains {
		h.known[d.Host] = d
	}
	h.publish()
}

// apply folds a fact about a domain.
func (h *hosts) apply(ev domain.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d := h.known[ev.Domain]
	switch b := ev.Body.(type) {
	case domain.DomainRegistered:
		d.Host, d.Account, d.Cases = ev.Domain, ev.Account, b.Cases
	case domain.DomainVerified:
		d.Verified = true
	case domain.DomainChanged:
		d.Settings = b.To
	case domain.DomainReleased:
		d = domain.Domain{}
	}
	h.known[ev.Domain] = d
	h.publish()
}

// publish shows requests the verified domains. There are few, and changes are rare: the map is made anew.
func (h *hosts) publish() {
	sites := maps.Collect(func(yield func(string, *site) bool) {
		for name, d := range h.known {
			if (d.Verified || d.Account == domain.SystemAccount) && !yield(string(name), newSite(d)) {
				return
			}
		}
	})
	h.sites.Store(&sites)
}

func newSite(d domain.Domain) *site {
	return &site{d, int(cmp.Or(d.Settings.RedirectStatus, http.StatusFound))}
}

// find tells which host's slugs a request concerns, by its Host header in lower case, and the site it is part of. An unknown host means
// the fallback's; the site is nil if that isn't registered either.
func (h *hosts) find(header []byte) (host []byte, s *site) {
	sites := *h.sites.Load()
	host = withoutPort(header)
	if s = siteOf(sites, host); s != nil {
		return host, s
	}
	return h.fallback, siteOf(sites, h.fallback)
}

// siteOf looks for the domain that host is, or is below.
func siteOf(sites map[string]*site, host []byte) *site {
	if len(host) > maxHost {
		return nil
	}
	for name := host; len(name) > 0; {
		if s := sites[string(name)]; s != nil {
			if len(name) != len(host) && !hostText(host) {
				return nil
			}
			return s
		}
		_, name, _ = bytes.Cut(name, []byte("."))
	}
	return nil
}

// maxHost is the longest host name there is.
const maxHost = 253
