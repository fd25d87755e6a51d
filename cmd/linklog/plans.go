package main

import (
	"fmt"
	"net/url"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// plans are what plans entitle to in this installation.
func (s siteSettings) plans() (map[domain.Plan]httpapi.Plan, error) {
	all := httpapi.Plans()
	for _, raw := range s.FixedURLPlans {
		name, err := domain.ParsePlan(raw)
		if err != nil {
			return nil, fmt.Errorf("--fixed-url-plans: %w", err)
		}
		p := all[name]
		p.Limits.FixedURLs = true
		all[name] = p
	}
	if s.EnterpriseRequests < 0 {
		return nil, fmt.Errorf("--enterprise-requests must be 0 or more, not %d", s.EnterpriseRequests)
	}
	if s.EnterpriseRequests > 0 {
		p := all[domain.Enterprise]
		p.Requests = s.EnterpriseRequests
		all[domain.Enterprise] = p
	}
	return all, nil
}

// origins are those of pages that may call the API, as browsers write them.
func (s siteSettings) origins() ([]string, error) {
	for _, o := range s.CORSOrigins {
		u, err := url.Parse(o)
		if o != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o) {
			return nil, fmt.Errorf("--cors-origins must look like https://app.example.com, without a path, not %q", o)
		}
	}
	return s.CORSOrigins, nil
}
