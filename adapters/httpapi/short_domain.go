package httpapi

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
)

// shortDomains remembers for a while which hosts are registered short domains. Hardly any is ever
// given up; who makes a link on one that was is refused by its decider.
type shortDomains struct {
	own domain.Host // the installation's

	mu    sync.Mutex
	known map[domain.Host]struct{}
	until time.Time // known is believed
}

const shortDomainsLife = time.Minute

// above is the known short domain that host is, or is part of.
func (d *shortDomains) above(host domain.Host, now time.Time) (domain.Host, bool) {
	if host == d.own {
		return host, true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !now.Before(d.until) {
		return "", false
	}
	for h, more := string(host), true; more; _, h, more = strings.Cut(h, ".") {
		if _, ok := d.known[domain.Host(h)]; ok {
			return domain.Host(h), true
		}
	}
	return "", false
}

func (d *shortDomains) learn(all []domain.Domain, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known, d.until = map[domain.Host]struct{}{d.own: {}}, now.Add(shortDomainsLife)
	for _, known := range all {
		d.known[known.Host] = struct{}{}
	}
}

func (d *shortDomains) forget(host domain.Host) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.known, host)
}

// shortDomain is the registered short domain that a host is, or is part of.
func (s *Server) shortDomain(ctx context.Context, host domain.Host) (domain.Host, error) {
	if on, ok := s.known.above(host, s.clock()); ok {
		return on, nil
	}
	all, err := s.links.Domains(ctx)
	if err != nil {
		return "", err
	}
	s.known.learn(all, s.clock())
	if on, ok := s.known.above(host, s.clock()); ok {
		return on, nil
	}
	return "", domain.Errorf(domain.Validation, "domain", "domain %s is not a registered short domain", host)
}
