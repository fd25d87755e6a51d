package httpapi

import "github.com/linklog/linklog/domain"

// plan is what a plan entitles to. Whatever depends on plans is in plans, as data.
type plan struct {
	requests int // an hour and key
	bulk     int // operations of one request
	domains  int // of its own; 0: any number
	limits   domain.Limits
}

// plans are all there are. Fixed destinations are no plan's, since PocoLink's document lets
// everybody edit theirs; an installation that sells them sets FixedURLs here.
var plans = map[domain.Plan]plan{
	domain.Free:       {requests: FreeLimit, bulk: 100, domains: 1, limits: domain.Limits{Links: 10_000}},
	domain.Pro:        {requests: ProLimit, bulk: domain.MaxBatch, domains: 10, limits: domain.Limits{Links: 1_000_000}},
	domain.Enterprise: {requests: Unlimited, bulk: domain.MaxBatch},
}

// planOf is the plan of that name, or the smallest.
func planOf(name domain.Plan) plan {
	if p, ok := plans[name]; ok {
		return p
	}
	return plans[domain.Free]
}
