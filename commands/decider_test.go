package commands_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

// register and create are commands that nothing speaks against.
func register() domain.Command {
	return domain.Command{ID: "register", Account: domain.SystemAccount, Domain: short, Deadline: dawn.Add(time.Minute), Body: domain.RegisterDomain{}}
}

func create(id, slug string) domain.Command {
	c := domain.Command{
		ID: domain.CommandID(id), Account: "ann", Domain: short, Deadline: dawn.Add(time.Minute),
		Body: domain.CreateLink{Host: short, Slug: domain.Slug(slug), Destination: "https://example.com/"},
	}
	c.Fingerprint = fingerprint(c)
	return c
}

// codes are the replies in order, as far as the world has got.
func codes(w *world) string {
	text := ""
	for _, r := range w.replies {
		if r.Rejection == nil {
			text += string(r.Command) + " "
			continue
		}
		text += fmt.Sprintf("%s:%s ", r.Command, r.Rejection.Code)
	}
	return text
}

// Links of a batch get drawn slugs as others do, each its own.
func TestBatchesDraw(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	batch := create("batch", "")
	link := batch.Body
	batch.Body = domain.Batch{Items: []domain.CommandBody{link, domain.CreateLink{Host: short, Slug: "mine", Destination: "https://example.com/"}, link}}
	batch.Fingerprint = fingerprint(batch)
	w.send(register(), batch)
	s := settings(&now, rand.IntN)
	s.Partitions = 1
	h := w.hold()
	group := make(chan error)
	go func() { group <- commands.NewDecider(w, s).Work(t.Context(), h) }()
	w.settled()
	h.letGo()
	if err := <-group; err != nil {
		t.Error(err)
	}
	items := w.replies[len(w.replies)-1].Items
	if len(items) != 3 {
		t.Fatalf("%d results, replies %s", len(items), codes(w))
	}
	for i, item := range items {
		if item.Rejection != nil || item.Link == 0 {
			t.Errorf("item %d: %v", i, item.Rejection)
		}
	}
}

func TestWhatCantBeDecidedHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	misplaced := create("misplaced", "sale")
	misplaced.Domain = "other.rt" // of another partition, if there are 1,000
	w.send(register(), create("lost", "a"), create("unknown", "b"), create("erased", "c"), misplaced, create("nobody", "d"), create("good", "sale"))
	for i, err := range map[int]error{1: errFault, 2: errFault, 3: domain.ErrNoKey} {
		w.commands[i].Err = err
	}
	w.commands[2].Command = domain.Command{}
	w.commands[5].Command.Body = nil
	s := settings(&now, rand.IntN)
	s.Partitions = 1000
	number := domain.PartitionOf(string(short), 1000)
	h := w.hold()
	group := make(chan error)
	go func() { group <- commands.NewDecider(w, s).Work(t.Context(), numbered{h, number}) }()
	w.settled()
	h.letGo()
	if err := <-group; err != nil {
		t.Error(err)
	}
	if got, want := codes(w), "register lost:internal misplaced:internal nobody:validation good "; got != want {
		t.Errorf("replies %q, want %q", got, want)
	}
}

// numbered is a held partition with another number.
type numbered struct {
	*held
	number int32
}

func (n numbered) Number() int32 { return n.number }

// TestErasedAccountsArePassedOver has a key destroyed between a command's arrival and its
// record: nothing of that account can be written any more.
func TestErasedAccountsArePassedOver(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	w.send(register())
	for i := range 50 {
		c := create(fmt.Sprint("c", i), fmt.Sprint("slug-", i))
		if i == 7 || i == 8 || i == 33 {
			c.Account = "erased"
		}
		w.send(c)
	}
	w.fail = func(events []domain.Event) error {
		for _, e := range events {
			if e.Account == "erased" {
				return fmt.Errorf("seal: %w", domain.ErrNoKey)
			}
		}
		return nil
	}
	decideAll(t, w, settings(&now, rand.IntN), 1)
	if len(w.log) != 48 || len(w.replies) != 48 {
		t.Errorf("%d events, %d replies, want 48 of each", len(w.log), len(w.replies))
	}
	checkLog(t, w)
	if w.appends > 35 {
		t.Errorf("%d transactions: the rest was not decided together again", w.appends)
	}
}

// TestFarBehindCommandsWait stops the read model, and lets it go on after the third pause.
func TestFarBehindCommandsWait(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	w.send(register())
	for i := range 200 {
		w.send(create(fmt.Sprint("c", i), fmt.Sprint("slug-", i)))
	}
	s := settings(&now, rand.IntN)
	pauses := 0
	s.Pause = func(n int) time.Duration {
		pauses++
		w.mu.Lock()
		defer w.mu.Unlock()
		if ahead := len(w.log); !w.lag && ahead > s.MaxLag+s.MaxBatch {
			t.Errorf("%d events decided on a read model that has none of them", ahead)
		}
		if n == 3 {
			w.lag = true
		}
		return 0
	}
	decideAll(t, w, s, 1)
	if pauses < 3 || len(w.log) != 201 {
		t.Errorf("%d pauses, %d events", pauses, len(w.log))
	}
}

// TestWhatIsParkedIsTaken has the newest facts unreadable and unknown to the read model.
func TestWhatIsParkedIsTaken(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	w.send(register(), create("first", "sale"))
	decideAll(t, w, settings(&now, rand.IntN), 1)
	key := domain.KeepCase.Key(short, "winter")
	w.log = append(w.log, commands.Entry{Offset: w.end, Event: domain.Event{
		Command: "torn", CommandOffset: 1, Domain: short, Account: "ann", Link: w.log[1].Event.Link, Version: 2, At: now,
		Body: domain.Unreadable{Slugs: []domain.SlugDigest{key.Digest()}, Counter: 5},
	}})
	w.end += 2
	w.send(create("wants", "winter"), create("other", "spring"))
	decideAll(t, w, settings(&now, rand.IntN), 1)
	if got, want := codes(w), "register first wants:slug_taken other "; got != want {
		t.Errorf("replies %q, want %q", got, want)
	}
	if b, ok := w.log[3].Event.Body.(domain.LinkCreated); !ok || b.Counter != 6 {
		t.Errorf("%+v does not count on from the unreadable one", w.log[3].Event)
	}
}

func TestALogThatForgetsEndsTheWork(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	w.send(register(), create("first", "sale"), create("second", "winter"))
	s := settings(&now, rand.IntN)
	s.MaxBatch = 1
	w.fail = func([]domain.Event) error {
		if w.next == 2 {
			w.next = 1
			return errFault
		}
		return nil
	}
	if err := commands.NewDecider(w, s).Work(t.Context(), w.hold()); err == nil {
		t.Error("the work went on")
	}
}

func TestWorkEnds(t *testing.T) {
	t.Parallel()
	now := dawn
	broken := newWorld(1)
	broken.faults = 1
	for name, w := range map[string]*world{"idle": newWorld(1), "broken": broken} {
		for _, how := range []string{"let go", "stopped"} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				s := settings(&now, rand.IntN)
				waiting := make(chan struct{}, 1)
				s.Pause = func(int) time.Duration {
					select {
					case waiting <- struct{}{}:
					default:
					}
					return time.Hour
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				h, done := w.hold(), make(chan error)
				go func() { done <- commands.NewDecider(w, s).Work(ctx, h) }()
				if w == broken {
					<-waiting
				}
				if how == "let go" {
					h.letGo()
				} else {
					cancel()
				}
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestPausesGrowAndStayBounded(t *testing.T) {
	t.Parallel()
	d := commands.NewDecider(nil, commands.Settings{})
	last := time.Duration(0)
	for n := 1; n < 100; n++ {
		p := d.Pause(n)
		if p < last || p < 10*time.Millisecond || p > 5*time.Second {
			t.Errorf("pause %d is %s after %s", n, p, last)
		}
		last = p
	}
	if last != 5*time.Second {
		t.Error(last)
	}
}

// TestAFullDomainSaysSo draws where every slug is taken.
func TestAFullDomainSaysSo(t *testing.T) {
	t.Parallel()
	now := dawn
	w := newWorld(1)
	w.send(register(), create("first", "222222"), create("drawn", ""))
	decideAll(t, w, settings(&now, func(int) int { return 0 }), 1)
	if got, want := codes(w), "register first drawn:unavailable "; got != want {
		t.Errorf("replies %q, want %q", got, want)
	}
}

// BenchmarkDecide measures the decider alone, between a log and a read model in memory. The
// read model either keeps up, or lags so that the overlay answers everything.
func BenchmarkDecide(b *testing.B) {
	for _, lag := range []bool{false, true} {
		b.Run(fmt.Sprintf("lag=%v", lag), func(b *testing.B) {
			now := dawn
			w := newWorld(1)
			if !lag {
				w.live = domain.NewState()
			}
			w.send(register())
			for i := range b.N {
				w.send(create(fmt.Sprint("c", i), ""))
			}
			s := settings(&now, rand.IntN)
			s.MaxBatch, s.MaxLag, s.Log = 500, b.N+1, slog.New(slog.DiscardHandler)
			b.ReportAllocs()
			b.ResetTimer()
			h, done := w.hold(), make(chan error)
			go func() { done <- commands.NewDecider(w, s).Work(b.Context(), h) }()
			w.settled()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
			h.letGo()
			if err := <-done; err != nil {
				b.Error(err)
			}
		})
	}
}
