package redirect_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// pier is where a buffer ships to: the test answers every shipment.
type pier struct {
	arrived chan []domain.Click
	answer  chan error
}

func newPier() pier { return pier{make(chan []domain.Click), make(chan error)} }

func (p pier) ship(ctx context.Context, batch []domain.Click) error {
	select {
	case p.arrived <- slices.Clone(batch):
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-p.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func sequences(batch []domain.Click) string {
	var s []uint64
	for _, c := range batch {
		s = append(s, c.ID.Sequence)
	}
	return fmt.Sprint(s)
}

// TestOneBatchAtATime: nothing newer is shipped before the batch under way is acknowledged, and a failed batch comes again unchanged.
func TestOneBatchAtATime(t *testing.T) {
	t.Parallel()
	p := newPier()
	b := redirect.NewBuffer(42, 0, p.ship, quiet())
	agent := []byte("agent one")
	b.Record(&domain.Click{Link: 1, UserAgent: string(agent)})
	first := <-p.arrived
	b.Record(&domain.Click{Link: 2})
	b.Record(&domain.Click{Link: 3})
	p.answer <- errDown
	again := <-p.arrived
	if !slices.Equal(first, again) || sequences(again) != "[1]" {
		t.Errorf("first %v, again %v", first, again)
	}
	p.answer <- nil
	rest := <-p.arrived
	if sequences(rest) != "[2 3]" || rest[0].ID.Node != 42 || rest[0].ID.Epoch != first[0].ID.Epoch || rest[1].Link != 3 {
		t.Errorf("then %v", rest)
	}
	p.answer <- nil
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	b.Record(&domain.Click{})
	if s := b.Stats(); s != (redirect.BufferStats{Shipped: 3, Dropped: 1}) {
		t.Errorf("stats: %+v", s)
	}
}

// TestEpochs: no two openings give the same ids.
func TestEpochs(t *testing.T) {
	t.Parallel()
	seen := map[uint64]bool{}
	for range 3 {
		p := newPier()
		b := redirect.NewBuffer(1, 0, p.ship, quiet())
		b.Record(&domain.Click{})
		seen[(<-p.arrived)[0].ID.Epoch] = true
		p.answer <- nil
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(seen) != 3 || seen[0] {
		t.Errorf("epochs: %v", seen)
	}
}

// TestBufferFull: what doesn't fit is counted, and what fits is kept.
func TestBufferFull(t *testing.T) {
	t.Parallel()
	p := newPier()
	b := redirect.NewBuffer(1, 3, p.ship, quiet())
	b.Record(&domain.Click{})
	<-p.arrived
	for range 5 {
		b.Record(&domain.Click{})
	}
	if s := b.Stats(); s != (redirect.BufferStats{Waiting: 3, Dropped: 3}) {
		t.Errorf("stats: %+v", s)
	}
	p.answer <- nil
	if got := sequences(<-p.arrived); got != "[2 3]" { // a drop leaves no gap
		t.Errorf("then %s", got)
	}
	p.answer <- nil
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestCloseGivesUp: what can't be shipped within the grace is counted as dropped and told.
func TestCloseGivesUp(t *testing.T) {
	t.Parallel()
	p := newPier()
	b := redirect.NewBuffer(1, 0, p.ship, quiet())
	b.Record(&domain.Click{})
	<-p.arrived
	b.Record(&domain.Click{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Close(ctx); err == nil {
		t.Error("nothing was lost?")
	}
	if s := b.Stats(); s != (redirect.BufferStats{Dropped: 2}) {
		t.Errorf("stats: %+v", s)
	}
}

// TestBufferCopies: a click's texts belong to the request, whose memory is used again.
func TestBufferCopies(t *testing.T) {
	t.Parallel()
	p := newPier()
	b := redirect.NewBuffer(1, 0, p.ship, quiet())
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}, recorder: b})
	r.get("/sale?utm_source=one&utm_content=two", "User-Agent: first")
	one := <-p.arrived
	for range 10 {
		r.get("/sale?utm_source=xxx&utm_content=yyy", "User-Agent: other")
	}
	if c := one[0]; c.UserAgent != "first" || c.UTM.Source != "one" || c.UTM.Content != "two" || c.Slug != "sale" {
		t.Errorf("%+v", c)
	}
	go func() {
		p.answer <- nil
		<-p.arrived
		p.answer <- nil
	}()
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestBufferUnderLoad: every click recorded by many is shipped once and in the order of its sequence.
func TestBufferUnderLoad(t *testing.T) {
	t.Parallel()
	const recorders, each = 8, 3000
	var got []domain.Click
	b := redirect.NewBuffer(1, recorders*each, func(_ context.Context, batch []domain.Click) error {
		got = append(got, batch...)
		return nil
	}, quiet())
	var recording sync.WaitGroup
	for i := range recorders {
		recording.Go(func() {
			for n := range each {
				b.Record(&domain.Click{Link: domain.LinkNumber(i + 1), UTM: domain.UTM{Content: fmt.Sprint(n)}})
			}
		})
	}
	recording.Wait()
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(got) != recorders*each {
		t.Fatalf("%d clicks", len(got))
	}
	next := map[domain.LinkNumber]int{}
	for i, c := range got {
		if c.ID.Sequence != uint64(i+1) || c.UTM.Content != fmt.Sprint(next[c.Link]) {
			t.Fatalf("click %d: %+v", i, c)
		}
		next[c.Link]++
	}
}
