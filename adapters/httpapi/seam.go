package httpapi

import (
	"context"
	"net/netip"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// Commands has a command done and returns once reads show it. A refusal is its *domain.Error;
// what can't be promised is a *commands.Unfinished.
type Commands interface {
	Do(ctx context.Context, c domain.Command) (domain.Reply, error)
}

// Keys tells whose token it is: a domain.Unauthorized error if nobody's.
type Keys interface {
	Authenticate(ctx context.Context, token string) (domain.Caller, error)
}

// Allowances counts requests.
type Allowances interface {
	// Take asks for one request of the limit a bucket has in each window.
	Take(ctx context.Context, bucket string, limit int, window time.Duration) (remaining int, reset time.Time, allowed bool, err error)
	// Anonymous is the bucket of an address.
	Anonymous(address netip.Addr) string
}

// Links reads the links model.
type Links interface {
	Past
	Belongings
	Named

	// Link is the link of that number, also if it is deleted or parked; otherwise a
	// domain.NotFound error.
	Link(ctx context.Context, n domain.LinkNumber) (domain.Link, error)
	// Many are the links of these numbers, also deleted and parked ones. Those that don't exist
	// are missing.
	Many(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error)
	// List is a page of an account's links that are not deleted.
	List(ctx context.Context, q links.ListQuery) (links.Page, error)
	// Count is how many links there are on all pages.
	Count(ctx context.Context, f links.Filter) (int, error)
	// Numbers are the links of an account that are not deleted, on a domain or its subdomains if
	// one is given.
	Numbers(ctx context.Context, account domain.AccountID, on domain.Host) ([]domain.LinkNumber, error)
	// NumbersOf are the links of a list.
	NumbersOf(ctx context.Context, f links.Filter) ([]domain.LinkNumber, error)
}

// Named finds links by what they are called.
type Named interface {
	// BySlug is the link that has a slug of a host, in whatever spelling the domain takes for the
	// same; otherwise a domain.NotFound error.
	BySlug(ctx context.Context, host domain.Host, slug string) (domain.Link, error)
	// OfSlug is the link of an account that has a slug of any host: of several the one on the host
	// that is preferred, or else the oldest; otherwise a domain.NotFound error.
	OfSlug(ctx context.Context, account domain.AccountID, preferred domain.Host, slug string) (domain.Link, error)
	// Claim is who has a slug of a host, or had it last, in whatever spelling the domain takes for
	// the same; its zero value if nobody ever had it.
	Claim(ctx context.Context, host domain.Host, slug string) (domain.Claim, error)
	// ByExternal is the link of an account on a short domain that has an id of its owner's;
	// otherwise a domain.NotFound error.
	ByExternal(ctx context.Context, account domain.AccountID, on domain.Host, id string) (domain.Link, error)
	// Outcome is what became of an accepted command; ok is false if that isn't known, or not any more.
	Outcome(ctx context.Context, id domain.CommandID) (reply domain.Reply, ok bool, err error)
}

// Past reads what links were.
type Past interface {
	// History is what happened to a link before a version (0: up to now), newest first.
	History(ctx context.Context, n domain.LinkNumber, before uint64, limit int) ([]links.Change, error)
	// AtVersion and AsOf are a link as it was; otherwise a domain.NotFound error.
	AtVersion(ctx context.Context, n domain.LinkNumber, version uint64) (domain.Link, error)
	AsOf(ctx context.Context, n domain.LinkNumber, at time.Time) (domain.Link, error)
}

// Belongings reads what accounts have beside links.
type Belongings interface {
	// Domains are all registered short domains, DomainsOf those of an account.
	Domains(ctx context.Context) ([]domain.Domain, error)
	DomainsOf(ctx context.Context, account domain.AccountID) ([]domain.Domain, error)
	// Domain is the short domain of that name; otherwise a domain.NotFound error.
	Domain(ctx context.Context, host domain.Host) (domain.Domain, error)
	// Tags are the tags of an account's links.
	Tags(ctx context.Context, account domain.AccountID) ([]links.TagCount, error)
	// Usage is how many links an account has that are not deleted.
	Usage(ctx context.Context, account domain.AccountID) (uint64, error)
}

// Clicks reads the clicks model.
type Clicks interface {
	Totals(ctx context.Context, links []domain.LinkNumber) (map[domain.LinkNumber]clicks.Counts, error)
	Analyse(ctx context.Context, q clicks.Question) (clicks.Analytics, error)
	// Recent is the newest single clicks of a link below a number (0: all), newest first.
	Recent(ctx context.Context, link domain.LinkNumber, before uint64, limit int) ([]clicks.Single, error)
	// Days hands each link's UTC days to each, with the values of a dimension unless it is 0.
	Days(ctx context.Context, links []domain.LinkNumber, from, to time.Time, d clicks.Dimension, each func(clicks.DayCounts) error) error
}

// ClickLog reads the topic of clicks. Places in it are the next offset of every partition.
// Calls of each don't overlap; next is the offset behind the click.
type ClickLog interface {
	Beginnings(ctx context.Context) ([]int64, error)
	Ends(ctx context.Context) ([]int64, error)
	// ReadTo reads what lies between two places.
	ReadTo(ctx context.Context, from, to []int64, each func(partition int32, next int64, c domain.Click) error) error
	// Follow reads on from a place until ctx ends, then returns nil.
	Follow(ctx context.Context, from []int64, each func(partition int32, next int64, c domain.Click) error) error
}
