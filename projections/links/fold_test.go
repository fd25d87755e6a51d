package links_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/links"
)

// remembered is s without what nobody may ask for any more: the fold forgets it.
func remembered(s *domain.State) *domain.State {
	s.Links, s.Claims, s.Outcomes = maps.Clone(s.Links), maps.Clone(s.Claims), maps.Clone(s.Outcomes)
	for k, o := range s.Outcomes {
		if s.Now.Sub(o.At) >= domain.Memory {
			s.Outcomes[k] = domain.Outcome{}
		}
	}
	for k, c := range s.Claims {
		if !c.Freed.IsZero() && s.Now.Sub(c.Freed) >= domain.Quarantine {
			s.Claims[k] = domain.Claim{}
		}
	}
	for k, c := range s.Sealed {
		if !c.Freed.IsZero() && s.Now.Sub(c.Freed) >= domain.Quarantine {
			delete(s.Sealed, k)
		}
	}
	return s
}

// compare checks that the tables hold what perfect memory holds.
func (b *bundle) compare(w *world, next int64) {
	b.Helper()
	keys := w.keys()
	got, at, err := b.reader.Load(b.Context(), w.numbers.Partition, keys)
	b.must(err)
	if at != next {
		b.Fatalf("loaded at %d, want %d", at, next)
	}
	want := domain.NewState()
	want.Now, want.Counter = w.state.Now, w.state.Counter
	for _, h := range keys.Hosts {
		want.Domains[h] = w.state.Domains[h]
	}
	for _, l := range keys.Links {
		want.Links[l] = w.state.Links[l]
	}
	for _, k := range keys.Slugs {
		want.Claims[k] = w.state.Claims[k]
		if c, ok := w.state.Sealed[k.Digest()]; ok {
			want.Sealed[k.Digest()] = c
		}
	}
	for _, c := range keys.Commands {
		want.Outcomes[c] = w.state.Outcomes[c]
	}
	for _, k := range keys.Usage {
		want.Usage[k] = w.state.Usage[k]
	}
	for _, k := range keys.External {
		want.External[k] = w.state.External[k]
	}
	for _, k := range keys.Blocks {
		want.Blocks[k] = w.state.Blocks[k]
	}
	got, want = remembered(got), remembered(want)
	if !reflect.DeepEqual(got, want) {
		b.Fatalf("%s at offset %d\n got %+v\nwant %+v", w.host, next, got, want)
	}
}

// The rows must equal what State.Apply makes of the same events, however they are cut in
// batches. (With the freezing of parked links or the pruning at the end of a batch taken out,
// this fails.)
func TestRowsEqualState(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for seed := range uint64(8) {
		partition := int32(seed) //nolint:gosec // small
		w, r := newWorld(t, seed, partition), rand.New(rand.NewPCG(seed, 1))
		b.started(partition)
		var next int64
		for range 60 {
			var events []domain.Event
			for range r.IntN(30) {
				events = append(events, w.next()...)
			}
			b.apply(partition, next, events...)
			next += int64(len(events))
			b.compare(w, next)
		}
		s := w.state
		if len(s.Sealed) == 0 || len(w.links) < 50 || len(s.Blocks) == 0 || len(s.External) == 0 || s.Domains[w.host].Version < 2 {
			t.Errorf("too little happened: %d sealed slugs, %d links, %d blocks, %d external ids, domain %+v",
				len(s.Sealed), len(w.links), len(s.Blocks), len(s.External), s.Domains[w.host])
		}
	}
}

// The same log gives the same rows in every table, whatever the batches were.
func TestRebuiltEqualsLive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const partitions = 3
	var logs [partitions][]domain.Event
	for p := range int32(partitions) {
		w := newWorld(t, uint64(100+p), p) //nolint:gosec // small
		for len(logs[p]) < 400 {
			logs[p] = append(logs[p], w.next()...)
		}
	}
	var want map[string]string
	for _, size := range []int{400, 1, 7, 150} {
		g, err := projections.Create(t.Context(), b.pool, links.Model())
		b.must(err)
		b.feed(g)
		for p := range int32(partitions) {
			b.started(p)
			for first := 0; first < len(logs[p]); first += size {
				b.apply(p, int64(first), logs[p][first:min(first+size, len(logs[p]))]...)
			}
		}
		got, err := projections.Digest(t.Context(), b.pool, g)
		b.must(err)
		if want == nil {
			want = got
		}
		if len(got) != 12 || !maps.Equal(got, want) {
			t.Errorf("in batches of %d:\n got %v\nwant %v", size, got, want)
		}
	}
}

func created(link domain.LinkNumber, slug domain.Slug, version uint64) domain.Event {
	return domain.Event{
		Command: domain.CommandID(fmt.Sprint("create ", slug)), CommandOffset: int64(link), Account: "ann", By: "key", //nolint:gosec // small
		Domain: "sho.rt", Link: link, Version: version, At: dawn,
		Body: domain.LinkCreated{
			Host: "sho.rt", Slug: slug, Key: domain.SlugKey{Host: "sho.rt", Text: string(slug)},
			Destination: "https://example.com/", Counter: uint64(link),
		},
	}
}

// A text that Postgres can't hold must not stop a partition.
func TestUnstorableTextIsStoredWithoutIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	e := created(1, "sale", 1)
	e.Command, e.By = "a\x00b", "k\xff\x00"
	body, _ := e.Body.(domain.LinkCreated)
	body.Destination = "https://example.com/\x00\xc3"
	e.Body = body
	b.apply(0, 0, e)
	l, err := b.reader.Link(t.Context(), 1)
	b.must(err)
	if l.Destination != "https://example.com/" {
		t.Errorf("got %q", l.Destination)
	}
	if _, ok, err := b.reader.Outcome(t.Context(), e.Command); !ok || err != nil {
		t.Errorf("the outcome is not found: %v, %v", ok, err)
	}
}

func TestUsageAndHistoryOfDeletedLinks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.started(0)
	ended := domain.Event{
		Command: "delete", Account: "ann", By: "other key", Domain: "sho.rt", Link: 1, Version: 2, At: dawn.Add(time.Hour),
		Body: domain.LinkDeleted{Key: domain.SlugKey{Host: "sho.rt", Text: "sale"}},
	}
	b.apply(0, 0, created(1, "sale", 1), created(2, "other", 1))
	b.apply(0, 2, ended)
	if n := b.row(`SELECT links::text FROM %s.usage`); n != "1" {
		t.Errorf("usage is %s", n)
	}
	got := b.row(`SELECT string_agg(concat_ws(' ', link, version, by, event, changes), '; ' ORDER BY link, version) FROM %s.history`)
	want := `1 2 other key deleted {}`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if n := b.row(`SELECT count(*)::text FROM %s.link WHERE number = 1 AND slug = '' AND destination = ''`); n != "1" {
		t.Error("a deleted link keeps content")
	}
}
