package httpapi

import (
	"context"
	"strings"
	"sync"

	"github.com/linklog/linklog/domain"
)

// shortDomains remembers which hosts are registered short domains: what is one stays one.
type shortDomains struct {
	mu    sync.Mutex
	known map[domain.Host]struct{}
}

// above is the known short domain that host is, or is part of.
func (d *shortDomains) above(host domain.Host) (domain.Host, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for h, more := string(host), true; more; _, h, more = strings.Cut(h, ".") {
		if _, ok := d.known[domain.Host(h)]; ok {
			return domain.Host(h), true
		}
	}
	return "", false
}

func (d *shortDomains) learn(all []domain.Domain) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, known := range all {
		d.known[known.Host] = struct{}{}
	}
}

// shortDomain is the registered short domain that a host is, or is part of.
func (s *Server) shortDomain(ctx context.Context, host domain.Host) (domain.Host, error) {
	if on, ok := s.known.above(host); ok {
		return on, nil
	}
	all, err := s.links.Domains(ctx)
	if err != nil {
		return "", err
	}
	s.known.learn(all)
	if on, ok := s.known.above(host); ok {
		return on, nil
	}
	return "", domain.Errorf(domain.Validation, "domain", "domain %s is not a registered short domain", host)
}
