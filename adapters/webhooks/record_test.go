package webhooks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linklog/linklog/adapters/webhooks"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// store is what a Recorder asks for, in memory.
type store struct {
	mu       sync.Mutex
	wants    map[domain.AccountID][]identity.NoticeKind
	notices  []identity.Notice
	next     int64
	recorded int // calls
	err      error
}

func (s *store) Wanted(_ context.Context, accounts []domain.AccountID) (map[domain.AccountID][]identity.NoticeKind, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted := maps.Clone(s.wants)
	maps.DeleteFunc(wanted, func(a domain.AccountID, _ []identity.NoticeKind) bool { return !slices.Contains(accounts, a) })
	return wanted, s.err
}

func (s *store) Record(_ context.Context, _ string, _ int32, from, next int64, notices []identity.Notice) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if from < s.next {
		return errors.New("overtaken")
	}
	s.notices, s.next, s.recorded = append(s.notices, notices...), next, s.recorded+1
	return nil
}

const (
	ann domain.AccountID = "acc_ann"
	bob domain.AccountID = "acc_bob" // has no webhooks
)

type bundle struct {
	*webhooks.Recorder

	store *store
	links map[domain.LinkNumber]domain.Link
	looks int // how often the read model was asked
	grow  func()
	poked int
}

func setup() *bundle {
	b := &bundle{store: &store{wants: map[domain.AccountID][]identity.NoticeKind{ann: identity.NoticeKinds()}}, links: map[domain.LinkNumber]domain.Link{}}
	b.Recorder = &webhooks.Recorder{
		Store: b.store,
		Links: func(_ context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) {
			b.looks++
			if b.grow != nil {
				b.grow()
			}
			found := maps.Clone(b.links)
			maps.DeleteFunc(found, func(n domain.LinkNumber, _ domain.Link) bool { return !slices.Contains(numbers, n) })
			return found, nil
		},
		ShortURL:  func(l domain.Link) string { return "https://go.example/" + string(l.Slug) },
		ClickJSON: func(c domain.Click) ([]byte, error) { return fmt.Appendf(nil, `{"id":%d}`, c.ID.Sequence), nil },
		Stored:    func() { b.poked++ },
	}
	return b
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func event(account domain.AccountID, link domain.LinkNumber, version uint64, command string, body domain.EventBody) domain.Event {
	return domain.Event{Command: domain.CommandID(command), Account: account, Link: link, Version: version, At: noon, Body: body}
}

func part[E any](from int64, all ...E) webhooks.Part[E] {
	p := webhooks.Part[E]{Partition: 3, From: from, Next: from + int64(len(all))}
	for i, e := range all {
		p.Records = append(p.Records, webhooks.Placed[E]{Offset: from + int64(i), Record: e})
	}
	return p
}

// told is the type of each notice, with the link and its version.
func (b *bundle) told(tb testing.TB) (all []string) {
	tb.Helper()
	for _, n := range b.store.notices {
		var payload struct {
			Type      string    `json:"type"`
			Timestamp time.Time `json:"timestamp"`
			Data      struct {
				Link struct {
					ID      string `json:"id"`
					Version int    `json:"version"`
				} `json:"link"`
				Clicks []struct{} `json:"clicks"`
			} `json:"data"`
		}
		if err := json.Unmarshal(n.Payload, &payload); err != nil || payload.Timestamp.IsZero() || payload.Type != string(n.Kind) || !strings.HasPrefix(n.Message, "msg_") {
			tb.Fatalf("%+v: %v", n, err)
		}
		if n.Kind == identity.Clicked {
			all = append(all, fmt.Sprintf("%s %d", n.Account, len(payload.Data.Clicks)))
			continue
		}
		all = append(all, fmt.Sprintf("%s %s@%d", payload.Type, payload.Data.Link.ID, payload.Data.Link.Version))
	}
	return all
}

func (b *bundle) want(tb testing.TB, want ...string) {
	tb.Helper()
	if got := b.told(tb); !slices.Equal(got, want) {
		tb.Errorf("told %q, want %q", got, want)
	}
}

func TestEventsBecomeNotices(t *testing.T) {
	t.Parallel()
	b := setup()
	b.links[7] = domain.Link{Number: 7, Account: ann, Version: 4, Slug: "seven", Destination: "https://example.com/?a=1&b=2", Traits: domain.Traits{Metadata: `{"a":1}`}}
	b.links[8] = domain.Link{Number: 8, Account: ann, Version: 2, Status: domain.Deleted}
	err := b.Events(t.Context(), part(10,
		event(ann, 7, 1, "make", domain.LinkCreated{}),
		event(bob, 9, 1, "theirs", domain.LinkCreated{}),
		event(ann, 0, 1, "domain", domain.DomainVerified{}),
		event(ann, 7, 2, "change", domain.DestinationChanged{}), // two of one command are one notice
		event(ann, 7, 3, "change", domain.LinkChanged{}),
		event(ann, 7, 4, "slug", domain.SlugChanged{}),
		event(ann, 7, 4, "same", domain.NothingChanged{}),
		event(ann, 8, 1, "make 8", domain.LinkCreated{}), // deleted by now: there is nothing to be told
		event(ann, 8, 2, "delete 8", domain.LinkDeleted{Key: domain.SlugKey{Host: "go.example", Text: "eight"}, External: "e8"}),
		event(ann, 6, 2, "erased", domain.Redacted{}),
	))
	if err != nil {
		t.Fatal(err)
	}
	b.want(t, "link.created lnk_7@4", "link.updated lnk_7@4", "link.updated lnk_7@4", "link.deleted lnk_8@2")
	names := map[string]bool{}
	for _, n := range b.store.notices {
		names[n.Message] = true
	}
	if len(names) != 4 || b.store.next != 20 || b.poked != 1 {
		t.Errorf("%d names, next %d, poked %d times", len(names), b.store.next, b.poked)
	}
	if first := string(b.store.notices[0].Payload); !strings.Contains(first, `"long_url":"https://example.com/?a=1&b=2"`) || !strings.Contains(first, `"metadata":{"a":1}`) {
		t.Error(first)
	}
	if last := string(b.store.notices[3].Payload); last != `{"type":"link.deleted","timestamp":"2026-11-22T12:00:00Z","data":{"link":{"id":"lnk_8","version":2,"domain":"go.example","slug":"eight","external_id":"e8"}}}` {
		t.Error(last)
	}
}

// What is read again after a crash has the same names, wherever a batch begins.
func TestNamesDontDependOnBatches(t *testing.T) {
	t.Parallel()
	b := setup()
	b.links[7] = domain.Link{Number: 7, Account: ann, Version: 3}
	one, two := event(ann, 7, 2, "change", domain.DestinationChanged{}), event(ann, 7, 3, "change", domain.ExpiryChanged{})
	for i, p := range []webhooks.Part[domain.Event]{part(10, one, two), part(11, two), part(10, one)} {
		b.store.next = 0
		if err := b.Events(t.Context(), p); err != nil || len(b.store.notices) != i+1 {
			t.Fatal(err, b.store.notices)
		}
	}
	if b.store.notices[0].Message != b.store.notices[1].Message {
		t.Error("one event has two names")
	}
	if b.store.notices[0].Message == b.store.notices[2].Message {
		t.Error("the end of a command is taken for its beginning") // and would not be delivered
	}
}

// What a command does to a link that it creates is part of the creation.
func TestCreationIsOneNotice(t *testing.T) {
	t.Parallel()
	b := setup()
	b.links[7] = domain.Link{Number: 7, Account: ann, Version: 1}
	b.grow = func() {
		if b.looks == 2 {
			b.links[7] = domain.Link{Number: 7, Account: ann, Version: 2}
		}
	}
	if err := b.Events(t.Context(), part(0, event(ann, 7, 1, "c", domain.LinkCreated{}), event(ann, 7, 2, "c", domain.LinkChanged{}))); err != nil {
		t.Fatal(err)
	}
	b.want(t, "link.created lnk_7@2")
}

func TestEventsWaitForTheReadModel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup()
		b.grow = func() {
			switch b.looks {
			case 3:
				b.links[7] = domain.Link{Number: 7, Account: ann, Version: 1}
			case 5:
				b.links[7] = domain.Link{Number: 7, Account: ann, Version: 2}
			}
		}
		if err := b.Events(t.Context(), part(0, event(ann, 7, 2, "c", domain.LinkChanged{}))); err != nil {
			t.Fatal(err)
		}
		b.want(t, "link.updated lnk_7@2")
		if b.looks != 5 {
			t.Errorf("looked %d times", b.looks)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := b.Events(ctx, part(1, event(ann, 7, 9, "d", domain.LinkChanged{}))); !errors.Is(err, context.DeadlineExceeded) || b.store.next != 1 {
			t.Error(err, b.store.next)
		}
	})
}

func click(account domain.AccountID, sequence uint64) domain.Click {
	return domain.Click{ID: domain.ClickID{Node: 1, Epoch: 2, Sequence: sequence}, Account: account, At: noon.Add(time.Duration(sequence) * time.Second)}
}

func TestClicksAreGathered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup()
		begun := time.Now()
		var many []domain.Click
		for i := range uint64(250) {
			many = append(many, click(ann, i), click(bob, i))
		}
		if err := b.Clicks(t.Context(), part(0, many...)); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited != 0 {
			t.Errorf("waited %s with full notices", waited)
		}
		imported := click(ann, 1000)
		imported.Imported = "shlink"
		if err := b.Clicks(t.Context(), part(500, click(ann, 251), imported)); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited != time.Second {
			t.Errorf("waited %s for more clicks", waited)
		}
		b.want(t, "acc_ann 100", "acc_ann 100", "acc_ann 50", "acc_ann 1")
		if n := b.store.notices[2]; !n.At.Equal(noon.Add(249 * time.Second)) {
			t.Error(n.At)
		}
	})
}

// Where nobody wants anything, the place is noted once a second.
func TestPlacesAreNotedSeldom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup()
		for i := range int64(100) {
			if err := b.Clicks(t.Context(), part(i, click(bob, uint64(i)))); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond) // of the bubble's time
		}
		if b.store.recorded < 4 || b.store.recorded > 6 {
			t.Errorf("noted %d times in five seconds", b.store.recorded)
		}
	})
}

func TestRecorderFailsWithItsStore(t *testing.T) {
	t.Parallel()
	b := setup()
	b.store.err = errors.New("away")
	b.links[7] = domain.Link{Number: 7, Account: ann, Version: 1}
	if err := b.Events(t.Context(), part(0, event(ann, 7, 1, "c", domain.LinkCreated{}))); !errors.Is(err, b.store.err) {
		t.Error(err)
	}
	if err := b.Clicks(t.Context(), part(0, click(ann, 1))); !errors.Is(err, b.store.err) {
		t.Error(err)
	}
	if b.poked != 0 {
		t.Error("told the sender of nothing")
	}
}
