package commands_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const short domain.Host = "sho.rt"

var (
	dawn   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	secret = []byte("a secret of the test")
)

// settings are for one partition and a clock that only the test moves.
func settings(now *time.Time, random func(int) int) commands.Settings {
	return commands.Settings{
		Partitions: 1, Secret: secret, Clock: func() time.Time { return *now }, Random: random,
		Log:      slog.New(slog.DiscardHandler),
		MaxBatch: 20, MaxLag: 60,
		Pause: func(int) time.Duration { return 0 },
	}
}

// TestDecidesLikeOneMind has random commands decided by holders that come, go, overlap and
// fail at every step, over a read model that lags and goes back, and compares the log with
// what one writer with perfect memory would have done.
func TestDecidesLikeOneMind(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			simulate(t, seed)
		})
	}
}

// phase is how many commands were sent at one time.
type phase struct {
	at    time.Time
	until int64
}

func simulate(t *testing.T, seed uint64) {
	w := newWorld(seed)
	w.faults, w.lag, w.back = 0.15, true, 50
	author := &author{rand: rand.New(rand.NewPCG(seed, 2)), world: w}
	var phases []phase
	now := dawn
	for range 8 {
		var batch []domain.Command
		for range 40 {
			batch = append(batch, author.command(now))
		}
		w.send(batch...)
		phases = append(phases, phase{now, int64(len(w.commands))})
		decideAll(t, w, settings(&now, narrow), 1+int(seed%3))
		author.study()
		steps := []time.Duration{time.Second, time.Minute, 3 * 24 * time.Hour, 20 * 24 * time.Hour}
		now = now.Add(steps[author.rand.IntN(len(steps))])
	}
	checkReplies(t, w)
	checkLog(t, w)
	checkAgainstOneMind(t, w, phases)
}

// decideAll runs holders side by side until everything sent is decided, then takes the
// partition from all of them.
func decideAll(t *testing.T, w *world, s commands.Settings, holders int) {
	t.Helper()
	var group sync.WaitGroup
	var all []*held
	for range holders {
		h := w.hold()
		all = append(all, h)
		group.Go(func() {
			err := commands.NewDecider(w, s).Work(t.Context(), h)
			if err != nil {
				t.Error("Work:", err)
			}
		})
	}
	w.settled()
	for _, h := range all {
		h.letGo()
	}
	group.Wait()
}

// narrow draws from so few slugs that they collide within a batch.
func narrow(n int) int {
	if rand.IntN(3) > 0 {
		return 0
	}
	return rand.IntN(min(n, 3))
}

// author writes commands that are likely to get in each other's way.
type author struct {
	rand  *rand.Rand
	world *world
	links []domain.LinkNumber
	sent  []domain.Command
}

// study learns which links there are by now.
func (a *author) study() {
	a.links = nil
	for _, e := range a.world.log {
		if _, ok := e.Event.Body.(domain.LinkCreated); ok {
			a.links = append(a.links, e.Event.Link)
		}
	}
}

func (a *author) command(now time.Time) domain.Command {
	c := domain.Command{
		ID:      domain.CommandID(fmt.Sprint("c", len(a.sent))),
		Account: domain.AccountID(fmt.Sprint("acc", a.rand.IntN(2))), Domain: short,
		Deadline: now.Add(time.Duration(a.rand.IntN(60)-5) * time.Second), Body: a.body(now),
	}
	if a.rand.IntN(3) == 0 {
		c.Limits.Links = uint64(1 + a.rand.IntN(8)) //nolint:gosec // small
	}
	if len(a.sent) < 1 {
		c.Account, c.Body, c.Deadline = domain.SystemAccount, domain.RegisterDomain{}, now.Add(time.Minute)
	}
	if a.rand.IntN(5) == 0 {
		c.IfVersion = uint64(1 + a.rand.IntN(3))
	}
	if n := len(a.sent); n > 0 && a.rand.IntN(4) == 0 { // a retry, or a reused id
		old := a.sent[max(0, n-1-a.rand.IntN(40))]
		c.ID = old.ID
		if a.rand.IntN(3) > 0 {
			c.Account, c.Body, c.IfVersion = old.Account, old.Body, old.IfVersion
		}
	}
	c.Fingerprint = fingerprint(c)
	a.sent = append(a.sent, c)
	return c
}

func (a *author) body(now time.Time) domain.CommandBody {
	slug := domain.Slug(fmt.Sprint("Slug-", a.rand.IntN(6)))
	host := short
	if a.rand.IntN(4) == 0 {
		host = "go." + short
	}
	to := domain.Destination(fmt.Sprintf("https://example.com/%d", a.rand.IntN(3)))
	var link domain.LinkNumber
	if len(a.links) > 0 {
		link = a.links[a.rand.IntN(len(a.links))]
	}
	switch a.rand.IntN(12) {
	case 0, 1, 2:
		return domain.CreateLink{Host: host, Slug: slug, Destination: to}
	case 3, 10, 11:
		return domain.CreateLink{Host: host, Destination: to, Expires: now.Add(time.Hour)}
	case 4, 5:
		return domain.UpdateLink{Link: link, Slug: &slug}
	case 6:
		return domain.UpdateLink{Link: link, Slug: &slug, Destination: &to, Expires: new(now.Add(time.Hour))}
	case 7:
		return domain.UpdateLink{Link: link, Destination: &to}
	}
	return domain.DeleteLink{Link: link}
}

// checkReplies wants one reply for each command, and events under the id of those accepted.
func checkReplies(t *testing.T, w *world) {
	t.Helper()
	if len(w.replies) != len(w.commands) {
		t.Fatalf("%d replies to %d commands", len(w.replies), len(w.commands))
	}
	events := map[domain.CommandID][]domain.Event{}
	for _, e := range w.log {
		events[e.Event.Command] = append(events[e.Event.Command], e.Event)
	}
	for i, r := range w.replies {
		c := w.commands[i].Command
		if r.Command != c.ID || r.Fingerprint != c.Fingerprint {
			t.Fatalf("reply %d is for %s, not %s", i, r.Command, c.ID)
		}
		if r.Rejection != nil {
			continue
		}
		i := slices.IndexFunc(events[c.ID], func(e domain.Event) bool { return e.CommandOffset == r.Position.Offset })
		if i < 0 {
			t.Fatalf("%s was accepted at %d and left no event there", c.ID, r.Position.Offset)
		}
	}
}

// checkLog replays the log and looks at every event as it passes.
func checkLog(t *testing.T, w *world) {
	t.Helper()
	s := domain.NewState()
	last := domain.Event{CommandOffset: -1}
	for _, entry := range w.log {
		e := entry.Event
		claim := func(k domain.SlugKey) {
			if c := s.Claims[k]; c.Link != e.Link && !c.Open(e.Account, e.At) {
				t.Errorf("%s claims %s, which is %s's", e.Link, k, c.Link)
			}
		}
		switch b := e.Body.(type) {
		case domain.LinkCreated:
			claim(b.Key)
			if b.Counter != s.Counter+1 || s.Links[e.Link].Number != 0 {
				t.Errorf("link %s: counter %d after %d", e.Link, b.Counter, s.Counter)
			}
		case domain.SlugChanged:
			claim(b.ToKey)
		}
		if e.CommandOffset < last.CommandOffset || e.At.Before(last.At) || e.CommandOffset == last.CommandOffset && e.Index != last.Index+1 {
			t.Errorf("%+v follows %+v", e, last)
		}
		s.Apply(e)
		last = e
	}
}

// checkAgainstOneMind decides all commands once more with the whole state at hand.
func checkAgainstOneMind(t *testing.T, w *world, phases []phase) {
	t.Helper()
	drawn := map[int64]domain.Slug{}
	for _, e := range w.log {
		if b, ok := e.Event.Body.(domain.LinkCreated); ok {
			drawn[e.Event.CommandOffset] = b.Slug
		}
	}
	s := domain.NewState()
	var want []domain.Event
	for i, received := range w.commands {
		for received.Offset >= phases[0].until {
			phases = phases[1:]
		}
		census(s.Usage, s, received.Command.Needs(nil).Usage)
		events, err := decideKnowing(s, received, domain.Chance{
			Now: phases[0].at, Slugs: []domain.Slug{drawn[received.Offset]}, Numbering: domain.Numbering{Secret: secret},
		})
		var refusal *domain.Error
		if errors.As(err, &refusal) {
			s.Remember(received.Command, received.Offset, refusal)
		}
		if got := w.replies[i].Rejection; (got == nil) != (err == nil) || got != nil && *got != *refusal {
			t.Fatalf("command %d %+v: replied %v, want %v", i, received.Command, got, err)
		}
		for _, e := range events {
			s.Apply(e)
		}
		want = append(want, events...)
	}
	if len(want) != len(w.log) {
		t.Fatalf("%d events, want %d", len(w.log), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(w.log[i].Event, want[i]) {
			t.Fatalf("event %d: %+v, want %+v", i, w.log[i].Event, want[i])
		}
	}
}

// decideKnowing is domain.Decide for a state that holds everything there is.
func decideKnowing(s *domain.State, c commands.Received, chance domain.Chance) ([]domain.Event, error) {
	for {
		events, err := domain.Decide(s, c.Command, c.Offset, chance)
		lack, ok := errors.AsType[*domain.Lack](err)
		if !ok {
			return events, err
		}
		for _, k := range lack.Keys.Slugs {
			s.Claims[k] = domain.Claim{}
		}
		for _, l := range lack.Keys.Links {
			s.Links[l] = domain.Link{}
		}
	}
}
