package webhooks

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// Topics that a Recorder tells apart. Their names are only notes in the database.
const (
	Events = "links.events"
	Clicks = "clicks"
)

// KindsOf are the kinds of notices that are made of a topic.
func KindsOf(topic string) []identity.NoticeKind {
	if topic == Clicks {
		return []identity.NoticeKind{identity.Clicked}
	}
	return []identity.NoticeKind{identity.LinkCreated, identity.LinkUpdated, identity.LinkDeleted}
}

const (
	maxClicks  = 100         // of one notice
	gather     = time.Second // how long clicks are gathered behind others
	savePeriod = time.Second // how often places are noted while nobody wants anything
	modelPause = 50 * time.Millisecond
)

// Store keeps notices as deliveries.
type Store interface {
	// Wanted are those kinds that some webhook of each account wants to be told of now. Accounts
	// without are missing.
	Wanted(ctx context.Context, accounts []domain.AccountID) (map[domain.AccountID][]identity.NoticeKind, error)
	// Record makes deliveries of notices, and at the same time notes that a partition was read from
	// one offset up to before another.
	Record(ctx context.Context, topic string, partition int32, from, next int64, notices []identity.Notice) error
}

// Recorder turns the log into notices. It is safe for use by a goroutine for each partition.
type Recorder struct {
	Store     Store
	Links     func(context.Context, []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) // the read model; those it doesn't know are missing
	ShortURL  func(domain.Link) string
	ClickJSON func(domain.Click) ([]byte, error)
	Stored    func() // called when there may be something to send; nil: nobody is told

	mu    sync.Mutex
	saved map[span]time.Time
}

// span is a partition of a topic.
type span struct {
	topic     string
	partition int32
}

// Part is what was read of a partition: its records from one offset up to before another.
type Part[E any] struct {
	Partition  int32
	From, Next int64
	Records    []Placed[E]
}

// Placed is a record in its place.
type Placed[E any] struct {
	Offset int64
	Record E
}

// Events records what a part of links.events has for webhooks.
func (r *Recorder) Events(ctx context.Context, p Part[domain.Event]) error {
	told := last(p.Records)
	wanted, err := wanted(ctx, r.Store, told, func(e domain.Event) (domain.AccountID, identity.NoticeKind) { return e.Account, kindOf(e) })
	if err != nil {
		return err
	}
	links, err := r.linksAfter(ctx, wanted)
	if err != nil {
		return err
	}
	var notices []identity.Notice
	for _, e := range wanted {
		n, ok, err := r.linkNotice(e.Record, links[e.Record.Link])
		if err != nil {
			return err
		}
		if ok {
			notices = append(notices, n)
		}
	}
	return r.keep(ctx, span{Events, p.Partition}, p.From, p.Next, notices)
}

// last are the events that there is a notice about: of those that one command has for a link, the
// last; a link that was created goes on being that.
func last(all []Placed[domain.Event]) []Placed[domain.Event] {
	type change struct {
		command domain.CommandID
		link    domain.LinkNumber
	}
	at := map[change]int{}
	var told []Placed[domain.Event]
	for _, e := range all {
		if kindOf(e.Record) == "" {
			continue
		}
		c := change{e.Record.Command, e.Record.Link}
		if i, again := at[c]; again {
			if kindOf(told[i].Record) == identity.LinkCreated && kindOf(e.Record) == identity.LinkUpdated {
				told[i].Record.Version = e.Record.Version
			} else {
				told[i] = e
			}
			continue
		}
		at[c] = len(told)
		told = append(told, e)
	}
	return told
}

// kindOf is what an event is to webhooks; empty: nothing.
func kindOf(e domain.Event) identity.NoticeKind {
	switch e.Body.(type) {
	case domain.LinkCreated:
		return identity.LinkCreated
	case domain.DestinationChanged, domain.SlugChanged, domain.ExpiryChanged, domain.LinkChanged:
		return identity.LinkUpdated
	case domain.LinkDeleted:
		return identity.LinkDeleted
	}
	return ""
}

// linksAfter are the links of events as the read model has them, once it has come that far.
func (r *Recorder) linksAfter(ctx context.Context, events []Placed[domain.Event]) (map[domain.LinkNumber]domain.Link, error) {
	if len(events) == 0 {
		return nil, nil //nolint:nilnil // nothing was asked for
	}
	numbers := make([]domain.LinkNumber, 0, len(events))
	for _, e := range events {
		numbers = append(numbers, e.Record.Link)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	for {
		links, err := r.Links(ctx, numbers)
		if err != nil {
			return nil, err
		}
		behind := slices.ContainsFunc(events, func(e Placed[domain.Event]) bool {
			l, there := links[e.Record.Link]
			return !there || l.Version < e.Record.Version && l.Status != domain.Parked
		})
		if !behind {
			return links, nil
		}
		if err := pause(ctx, modelPause); err != nil {
			return nil, fmt.Errorf("wait for the read model: %w", err)
		}
	}
}

// Clicks records a part of the clicks. If there were some that somebody wants, it returns no earlier
// than a second after, so that those that come meanwhile go together.
func (r *Recorder) Clicks(ctx context.Context, p Part[domain.Click]) error {
	begun := time.Now()
	wanted, err := wanted(ctx, r.Store, slices.DeleteFunc(p.Records, func(c Placed[domain.Click]) bool { return c.Record.Imported != "" }),
		func(c domain.Click) (domain.AccountID, identity.NoticeKind) { return c.Account, identity.Clicked })
	if err != nil {
		return err
	}
	notices, full, err := r.clickNotices(p.Partition, wanted)
	if err != nil {
		return err
	}
	if err := r.keep(ctx, span{Clicks, p.Partition}, p.From, p.Next, notices); err != nil || full || len(notices) == 0 {
		return err
	}
	_ = pause(ctx, gather-time.Since(begun)) // what was recorded is recorded, whatever ends the wait
	return nil
}

// keep records notices. Without any it only notes the place, and that once a second.
func (r *Recorder) keep(ctx context.Context, at span, from, next int64, notices []identity.Notice) error {
	if len(notices) == 0 && !r.isDue(at) {
		return nil
	}
	if err := r.Store.Record(ctx, at.topic, at.partition, from, next, notices); err != nil {
		return err
	}
	r.mu.Lock()
	if r.saved == nil {
		r.saved = map[span]time.Time{}
	}
	r.saved[at] = time.Now()
	r.mu.Unlock()
	if len(notices) > 0 && r.Stored != nil {
		r.Stored()
	}
	return nil
}

func (r *Recorder) isDue(at span) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Since(r.saved[at]) >= savePeriod
}

// wanted are the records that some webhook wants to be told of.
func wanted[E any](ctx context.Context, s Store, all []Placed[E], of func(E) (domain.AccountID, identity.NoticeKind)) ([]Placed[E], error) {
	known := map[domain.AccountID]struct{}{}
	var accounts []domain.AccountID
	for _, one := range all {
		account, _ := of(one.Record)
		if _, seen := known[account]; !seen {
			known[account] = struct{}{}
			accounts = append(accounts, account)
		}
	}
	if len(accounts) == 0 {
		return nil, nil
	}
	kinds, err := s.Wanted(ctx, accounts)
	if err != nil || len(kinds) == 0 {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(one Placed[E]) bool {
		account, kind := of(one.Record)
		return !slices.Contains(kinds[account], kind)
	}), nil
}

// pause waits, or fails with ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
