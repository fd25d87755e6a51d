package links

import (
	"context"
	"fmt"

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
	accounts  map[domain.CommandID]domain.AccountID
	history   map[domain.LinkNumber][]entry
	ended     map[domain.LinkNumber]uint64 // versions at which links were deleted
	parked    []parkedEvent
	usage     map[usageKey]int64
}

type usageKey struct {
	account domain.AccountID
	domain  domain.Host
}

// parkedEvent is an event that could not be applied, or had to wait behind such a one.
type parkedEvent struct {
	offset int64
	link   domain.LinkNumber
	reason string
}

func newChange(partition int32) *change {
	return &change{
		partition: partition, state: domain.NewState(), accounts: map[domain.CommandID]domain.AccountID{},
		history: map[domain.LinkNumber][]entry{}, ended: map[domain.LinkNumber]uint64{}, usage: map[usageKey]int64{},
	}
}

// load reads the links that the batch changes but doesn't create.
func (c *change) load(ctx context.Context, tx pgx.Tx, schema string, records []projections.Record[domain.Event]) error {
	known := map[domain.LinkNumber]bool{}
	var missing []int64
	for _, r := range records {
		n := r.Event.Link
		if n == 0 || known[n] {
			continue
		}
		known[n] = true
		if _, created := r.Event.Body.(domain.LinkCreated); !created {
			missing = append(missing, int64(n)) //nolint:gosec // 53 bits
		}
	}
	if len(missing) == 0 {
		return nil
	}
	rows, _ := tx.Query(ctx, fmt.Sprintf(linksByNumberSQL, schema), missing)
	links, err := pgx.CollectRows(rows, scanLink)
	if err != nil {
		return fmt.Errorf("read touched links: %w", err)
	}
	for _, l := range links {
		c.state.Links[l.Number] = l
	}
	return nil
}

// apply folds one event.
func (c *change) apply(offset int64, e domain.Event) {
	before := c.state.Links[e.Link]
	c.state.Apply(e)
	c.accounts[e.Command] = e.Account
	if b, ok := e.Body.(domain.Unreadable); ok {
		c.parked = append(c.parked, parkedEvent{offset, e.Link, b.Reason})
	}
	if e.Link == 0 {
		return
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
	delta := counted(after) - counted(before)
	if delta != 0 {
		c.usage[usageKey{after.Account, after.Domain}] += delta
	}
}

// counted is 1 for a link that exists. A parked one does if anything readable is known of it.
func counted(l domain.Link) int64 {
	if l.Status == domain.Deleted || l.Host == "" {
		return 0
	}
	return 1
}
