package links_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

func registered(host domain.Host) domain.Event {
	return domain.Event{
		Command: domain.CommandID("register " + host), Account: "ann", Domain: host, At: dawn,
		Body: domain.DomainRegistered{Cases: domain.IgnoreCase},
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(3)
	b.started(5)
	b.apply(3, 0, registered("sho.rt"), created(1, "sale", 1), created(2, "gone", 1))
	b.apply(3, 3, domain.Event{
		Command: "delete", Account: "ann", Domain: "sho.rt", Link: 2, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "gone"}},
	})
	b.apply(5, 0, registered("go.sho.rt"))
	find := func(host domain.Host, key string, link domain.LinkNumber, partition int32, next int64) {
		t.Helper()
		l, p, n, err := b.reader.Find(t.Context(), host, key)
		b.must(err)
		if l.Number != link || p != partition || n != next {
			t.Errorf("%s/%s: link %d of partition %d at %d, want %d of %d at %d", host, key, l.Number, p, n, link, partition, next)
		}
	}
	find("sho.rt", "sale", 1, 3, 4)
	find("sho.rt", "Sale", 0, 3, 4) // the caller folds
	find("sho.rt", "gone", 0, 3, 4)
	find("sho.rt", "never", 0, 3, 4)
	find("sub.sho.rt", "sale", 0, 3, 4)
	find("a.go.sho.rt", "sale", 0, 5, 1) // the longest registered domain
	find("elsewhere.example", "sale", 0, -1, 0)
	find("rt", "a\x00\xff", 0, -1, 0)

	l, _, _, err := b.reader.Find(t.Context(), "sho.rt", "sale")
	b.must(err)
	want := domain.Link{}.Apply(created(1, "sale", 1))
	if !reflect.DeepEqual(l, want) {
		t.Errorf("\n got %+v\nwant %+v", l, want)
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	b.apply(0, 0, created(7, "sale", 1))
	l, err := b.reader.Link(t.Context(), 7)
	b.must(err)
	if want := (domain.Link{}).Apply(created(7, "sale", 1)); !reflect.DeepEqual(l, want) {
		t.Errorf("\n got %+v\nwant %+v", l, want)
	}
	if _, err := b.reader.Link(t.Context(), 8); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("got %v, want NotFound", err)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	events := creations(0, 25)
	for i := range events {
		events[i].At = dawn.Add(time.Duration(i/5) * time.Hour) // five at a time
	}
	other := created(100, "other", 1)
	other.Account = "bob"
	b.apply(0, 0, append(events, other)...)
	b.apply(0, 26, domain.Event{
		Command: "delete", Account: "ann", Domain: "sho.rt", Link: 20, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "s000019"}},
	})
	b.apply(0, 27, domain.Event{Command: "x", Account: "ann", Domain: "sho.rt", Link: 101, At: dawn, Body: domain.Unreadable{}})
	var all []domain.LinkNumber
	var after string
	for {
		page, err := b.reader.List(t.Context(), links.ListQuery{Filter: links.Filter{Account: "ann"}, After: after, Limit: 4})
		b.must(err)
		for _, l := range page.Links {
			all = append(all, l.Number)
		}
		if !page.More {
			break
		}
		after = page.Next
	}
	var want []domain.LinkNumber
	for n := domain.LinkNumber(25); n > 0; n-- {
		if n != 20 {
			want = append(want, n)
		}
	}
	if !slices.Equal(all, want) {
		t.Errorf("\n got %v\nwant %v", all, want)
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(2)
	e := created(7, "sale", 1)
	e.CommandOffset, e.Fingerprint = 44, domain.Fingerprint{9}
	b.apply(2, 0, e)
	got, ok, err := b.reader.Outcome(t.Context(), e.Command)
	b.must(err)
	want := domain.Reply{
		Command: e.Command, Account: "ann", Position: domain.Position{Partition: 2, Offset: 44}, Link: 7, Version: 1, Fingerprint: e.Fingerprint,
	}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if _, ok, err := b.reader.Outcome(t.Context(), "nobody's"); ok || err != nil {
		t.Errorf("got %v, %v for a command nobody sent", ok, err)
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	b.started(1)
	b.apply(0, 0, append([]domain.Event{registered("sho.rt")}, creations(0, 20)...)...)
	b.apply(0, 21, domain.Event{
		Command: "delete", Account: "ann", Domain: "sho.rt", Link: 20, Version: 2, At: dawn,
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "s000019"}},
	})
	read := func(limit int) (n int, complete bool) {
		t.Helper()
		next, domains, complete, err := b.reader.All(t.Context(), limit, func(k domain.SlugKey, l domain.Link) error {
			n++
			if want := (domain.SlugKey{Host: "sho.rt", Text: string(l.Slug)}); k != want || l.Number == 20 {
				t.Errorf("%v leads to %+v", k, l)
			}
			return nil
		})
		b.must(err)
		if fmt.Sprint(next) != "map[0:22 1:0]" || len(domains) != 1 || domains[0].Cases != domain.IgnoreCase {
			t.Errorf("at %v with domains %+v", next, domains)
		}
		return n, complete
	}
	for limit, want := range map[int]int{1: 1, 18: 18, 19: 19, 1000: 19} {
		if n, complete := read(limit); n != want || complete != (limit >= 19) {
			t.Errorf("limit %d: %d links, complete %v", limit, n, complete)
		}
	}
	enough := errors.New("enough")
	next, _, _, err := b.reader.All(t.Context(), 10, func(domain.SlugKey, domain.Link) error { return enough })
	if !errors.Is(err, enough) || next != nil {
		t.Errorf("got %v at %v, want the caller's error", err, next)
	}
}

func TestDomains(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	b.apply(0, 0, registered("b.example"), registered("a.example"))
	got, err := b.reader.Domains(t.Context())
	b.must(err)
	want := []domain.Domain{{Host: "a.example", Account: "ann", Cases: domain.IgnoreCase}, {Host: "b.example", Account: "ann", Cases: domain.IgnoreCase}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

// What Load returns must be of the checkpoint it returns, also while batches arrive.
func TestLoadIsOneSnapshot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	const batches = 150
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range batches {
			b.apply(0, int64(i), creations(i, 1)...)
		}
	})
	var keys domain.Keys
	for i := range batches {
		keys.Links = append(keys.Links, domain.LinkNumber(i+1)) //nolint:gosec // small
	}
	for next := int64(0); next < batches; {
		state, at, err := b.reader.Load(t.Context(), 0, keys)
		b.must(err)
		var links int64
		for _, l := range state.Links {
			if l.Number != 0 {
				links++
			}
		}
		if links != at || state.Counter != uint64(at) { //nolint:gosec // small
			t.Fatalf("%d links and counter %d at checkpoint %d", links, state.Counter, at)
		}
		next = at
	}
	writing.Wait()
}

func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	var writers sync.WaitGroup
	for i := range 5 {
		n := domain.LinkNumber(i + 1) //nolint:gosec // small
		writers.Go(func() {
			if err := b.reader.Await(t.Context(), domain.Position{Partition: 0, Offset: int64(n)}); err != nil {
				t.Error(err)
			}
			if _, err := b.reader.Link(t.Context(), n); err != nil {
				t.Error(err)
			}
		})
	}
	for i, e := range creations(0, 5) {
		b.apply(0, int64(i), e)
	}
	writers.Wait()
}

func TestNothingIsReadableBeforeThereIsAGeneration(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), embeddedtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	r := links.NewReader(pool, nil)
	calls := map[string]func(context.Context) error{
		"Load": func(ctx context.Context) error { _, _, err := r.Load(ctx, 0, domain.Keys{}); return err },
		"Find": func(ctx context.Context) error { _, _, _, err := r.Find(ctx, "sho.rt", "a"); return err },
		"Link": func(ctx context.Context) error { _, err := r.Link(ctx, 1); return err },
		"List": func(ctx context.Context) error {
			_, err := r.List(ctx, links.ListQuery{Filter: links.Filter{Account: "ann"}, Limit: 1})
			return err
		},
		"Domains": func(ctx context.Context) error { _, err := r.Domains(ctx); return err },
		"Outcome": func(ctx context.Context) error { _, _, err := r.Outcome(ctx, "c"); return err },
		"All": func(ctx context.Context) error {
			_, _, _, err := r.All(ctx, 1, func(domain.SlugKey, domain.Link) error { return nil })
			return err
		},
	}
	for name, call := range calls {
		if err := call(t.Context()); domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("%s: got %v, want Unavailable", name, err)
		}
	}
}

// A batch may end between the events of one command: then the command isn't done.
func TestAwaitWaitsForAllEventsOfACommand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	first, last := created(1, "sale", 1), created(1, "sale", 2)
	first.CommandOffset, last.CommandOffset, first.More = 9, 9, true
	last.Body = domain.DestinationChanged{To: "https://example.com/b"}
	done := make(chan error, 1)
	go func() { done <- b.reader.Await(t.Context(), domain.Position{Partition: 0, Offset: 9}) }()
	b.apply(0, 0, first)
	b.must(b.reader.Await(t.Context(), domain.Position{Partition: 0, Offset: 8}))
	select {
	case err := <-done:
		t.Errorf("half a command was taken for done: %v", err)
	default:
	}
	b.apply(0, 1, last)
	b.must(<-done)
}
