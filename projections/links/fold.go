package links

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// Fold builds the links read model from links.events. It keeps nothing in memory.
type Fold struct{}

var _ projections.Fold[domain.Event] = (*Fold)(nil)

// NewFold makes a fold for any number of partitions.
func NewFold() *Fold { return &Fold{} }

// Reset implements [projections.Fold].
func (*Fold) Reset(int32) {}

// Apply implements [projections.Fold].
func (*Fold) Apply(ctx context.Context, tx pgx.Tx, schema string, b projections.Batch[domain.Event], writes *pgx.Batch) error {
	if len(b.Records) == 0 {
		return nil // a fact that nobody can read is never put back: the next rebuild reads it in its place
	}
	c := newChange(b.Partition)
	if err := c.load(ctx, tx, schema, b.Records); err != nil {
		return err
	}
	for _, r := range b.Records {
		c.apply(r.Offset, r.Event)
	}
	c.queue(schema, writes)
	return nil
}

// change is what a batch changes.
type change struct {
	partition int32
	state     *domain.State // of everything the batch touches
	before    map[domain.LinkNumber]domain.Link
	accounts  map[domain.CommandID]domain.AccountID
	makers    map[domain.LinkNumber]maker
	history   map[domain.LinkNumber][]entry
	ended     map[domain.LinkNumber]uint64 // versions at which links were deleted
	parked    []parkedEvent
	usage     map[domain.UsageKey]usage
	used      map[domain.Host]bool // domains that the batch doesn't read, on which links were made
	blocks    map[domain.Block]Blocked
	erased    map[domain.AccountID]time.Time // accounts that end, and when that was last heard
}

// maker is who created a link.
type maker struct {
	by  domain.KeyID
	via string
}

// usage is a count of links, or how much it changes.
type usage struct{ links, archived int64 }

// parkedEvent is an event that could not be applied, or had to wait behind such a one.
type parkedEvent struct {
	offset int64
	link   domain.LinkNumber
	reason string
}

func newChange(partition int32) *change {
	return &change{
		partition: partition, state: domain.NewState(), before: map[domain.LinkNumber]domain.Link{},
		accounts: map[domain.CommandID]domain.AccountID{}, makers: map[domain.LinkNumber]maker{},
		history: map[domain.LinkNumber][]entry{}, ended: map[domain.LinkNumber]uint64{}, usage: map[domain.UsageKey]usage{},
		used: map[domain.Host]bool{}, blocks: map[domain.Block]Blocked{},
		erased: map[domain.AccountID]time.Time{},
	}
}

// load reads the links that the batch changes but doesn't create, and the domains of which it
// tells facts.
func (c *change) load(ctx context.Context, tx pgx.Tx, schema string, records []projections.Record[domain.Event]) error {
	numbers, hosts := missing(records)
	if len(numbers) > 0 {
		rows, _ := tx.Query(ctx, fmt.Sprintf(linksByNumberSQL, schema), numbers)
		links, err := pgx.CollectRows(rows, scanLink)
		if err != nil {
			return fmt.Errorf("read touched links: %w", err)
		}
		for _, l := range links {
			c.before[l.Number], c.state.Links[l.Number] = l, l
		}
	}
	if len(hosts) > 0 {
		rows, _ := tx.Query(ctx, fmt.Sprintf(domainsByHostSQL, schema), hosts)
		if err := putDomains(rows, c.state); err != nil {
			return fmt.Errorf("read touched domains: %w", err)
		}
	}
	return nil
}

// missing lists what must be read before records can be applied.
func missing(records []projections.Record[domain.Event]) (numbers []int64, hosts []string) {
	known := map[domain.LinkNumber]bool{}
	for _, r := range records {
		switch r.Event.Body.(type) {
		case domain.DomainRegistered, domain.DomainVerified, domain.DomainChanged, domain.DomainReleased:
			hosts = append(hosts, clean(r.Event.Domain))
		}
		n := r.Event.Link
		if n == 0 || known[n] {
			continue
		}
		known[n] = true
		if _, created := r.Event.Body.(domain.LinkCreated); !created {
			numbers = append(numbers, signed(n))
		}
	}
	return numbers, hosts
}

// apply folds one event.
func (c *change) apply(offset int64, e domain.Event) {
	before := c.state.Links[e.Link]
	c.state.Apply(e)
	c.accounts[e.Command] = e.Account
	if e.Via == domain.ViaErasure {
		c.erased[e.Account] = e.At
	}
	switch b := e.Body.(type) {
	case domain.Unreadable:
		c.parked = append(c.parked, parkedEvent{offset, e.Link, b.Reason})
	case domain.BlockChanged:
		c.blocks[b.Block] = Blocked{Block: b.Block, Reason: b.Reason, At: e.At, By: e.By}
	case domain.LinkCreated:
		c.makers[e.Link] = maker{e.By, e.Via}
	}
	if e.Link == 0 {
		return
	}
	if _, known := c.state.Domains[e.Domain]; !known && e.MakesLink() {
		c.used[e.Domain] = true
	}
	after := c.state.Links[e.Link]
	if before.Status == domain.Parked && after.Status == domain.Parked {
		c.wait(offset, e)
		return
	}
	c.count(before, after)
	c.remember(e)
}

// wait notes an event behind an unreadable one.
func (c *change) wait(offset int64, e domain.Event) {
	if _, noted := e.Body.(domain.Unreadable); !noted {
		c.parked = append(c.parked, parkedEvent{offset, e.Link, "an earlier event of the link can't be read"})
	}
}

// count keeps the number of links of an account on a domain.
func (c *change) count(before, after domain.Link) {
	was, is := counted(&before), counted(&after)
	if was != is {
		key := domain.UsageKey{Account: after.Account, Domain: after.Domain}
		sum := c.usage[key]
		c.usage[key] = usage{sum.links + is.links - was.links, sum.archived + is.archived - was.archived}
	}
}

// counted is what one link adds. A parked one counts if anything readable is known of it.
func counted(l *domain.Link) (u usage) {
	if !l.Counts() {
		return u
	}
	u.links = 1
	if l.Archived {
		u.archived = 1
	}
	return u
}
