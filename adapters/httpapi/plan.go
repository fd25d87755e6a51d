package httpapi

import (
	"cmp"
	"maps"

	"github.com/linklog/linklog/domain"
)

// Plan is what a plan entitles to. Whatever depends on plans is in it, as data.
type Plan struct {
	Requests int // an hour and key; [Unlimited]: they aren't counted
	Bulk     int // operations of one request
	Domains  int // of its own; 0: any number
	Limits   domain.Limits
}

// Plans are all there are, as an installation has them unless it says otherwise: nobody's
// destinations are fixed, since PocoLink's document lets everybody edit theirs.
func Plans() map[domain.Plan]Plan {
	return map[domain.Plan]Plan{
		domain.Free:       {Requests: FreeLimit, Bulk: 100, Domains: 1, Limits: domain.Limits{Links: 10_000}},
		domain.Pro:        {Requests: ProLimit, Bulk: domain.MaxBatch, Domains: 10, Limits: domain.Limits{Links: 1_000_000}},
		domain.Enterprise: {Requests: Unlimited, Bulk: domain.MaxBatch},
	}
}

// plans are Plans with those that are given in their place.
func plans(given map[domain.Plan]Plan) map[domain.Plan]Plan {
	all := Plans()
	maps.Copy(all, given)
	return all
}

// planOf is what a caller is entitled to by their plan, or by the smallest, but for what was agreed
// with their account.
func (s *Server) planOf(who domain.Caller) Plan {
	p, ok := s.plans[who.Plan]
	if !ok {
		p = s.plans[domain.Free]
	}
	p.Requests = cmp.Or(who.Requests, p.Requests)
	return p
}
