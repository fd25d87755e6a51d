package commands_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

// world is a broker with one partition and a read model that lags, both as unkind as a test
// wants them: every call may fail, before or after it took effect.
type world struct {
	mu       sync.Mutex
	changed  *sync.Cond // the position moved
	rand     *rand.Rand
	commands []commands.Received // offset: index
	log      []commands.Entry
	end      int64 // of the log; markers take offsets too
	replies  []domain.Reply
	next     int64 // the position
	epoch    int   // of the newest taker
	model    int64 // the read model's checkpoint
	back     int64 // how far it may go back
	faults   float64
	lag      bool // the model moves by itself, now and then
	appends  int
	fail     func(events []domain.Event) error // what Append says before anything happens
	live     *domain.State                     // the model's state, if it is never behind: for speed
}

var errFault = errors.New("the test broke it")

func newWorld(seed uint64) *world {
	w := &world{rand: rand.New(rand.NewPCG(seed, 1))}
	w.changed = sync.NewCond(&w.mu)
	return w
}

func (w *world) chance(p float64) bool { return p > 0 && w.rand.Float64() < p }

// send appends commands to links.commands.
func (w *world) send(cs ...domain.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range cs {
		w.commands = append(w.commands, commands.Received{Offset: int64(len(w.commands)), Command: c})
	}
}

// settled waits until everything sent is decided.
func (w *world) settled() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.next < int64(len(w.commands)) {
		w.changed.Wait()
	}
}

// hold is a holder of the partition, with the commands from the position on already in its
// channel; the channel ends when it is let go.
func (w *world) hold() *held {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := &held{world: w, commands: make(chan commands.Received, len(w.commands)+1)}
	for _, c := range w.commands[w.next:] {
		h.commands <- c
	}
	return h
}

type held struct {
	*world
	commands chan commands.Received
	epoch    int
}

func (h *held) Number() int32                      { return 0 }
func (h *held) Commands() <-chan commands.Received { return h.commands }
func (h *held) letGo()                             { close(h.commands) }

func (h *held) Take(context.Context) (commands.Position, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.chance(h.faults) {
		return commands.Position{}, errFault
	}
	h.world.epoch++
	h.epoch = h.world.epoch
	p := commands.Position{Next: h.next}
	for _, r := range h.replies {
		if r.Rejection != nil {
			p.Replies = append(p.Replies, r)
		}
	}
	return p, nil
}

func (h *held) Events(_ context.Context, from int64, each func(commands.Entry) error) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.log {
		if h.chance(h.faults / 10) {
			return 0, errFault
		}
		if e.Offset < from {
			continue
		}
		if err := each(e); err != nil {
			return 0, err
		}
	}
	return h.end, nil
}

func (h *held) Append(_ context.Context, events []domain.Event, replies []domain.Reply, next int64) ([]int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.epoch != h.world.epoch {
		return nil, errors.New("fenced")
	}
	if h.fail != nil {
		if err := h.fail(events); err != nil {
			return nil, err
		}
	}
	if h.chance(h.faults) {
		h.end += int64(len(events)) + 1 // an aborted transaction takes offsets too
		return nil, errFault
	}
	h.appends++
	var offsets []int64
	for _, e := range events {
		h.log = append(h.log, commands.Entry{Offset: h.end, Event: e})
		offsets = append(offsets, h.end)
		h.end++
		if h.live != nil {
			h.live.Apply(e)
		}
	}
	h.end++
	h.replies = append(h.replies, replies...)
	h.next = next
	h.changed.Broadcast()
	if h.chance(h.faults) {
		h.epoch = -1
		return nil, errFault
	}
	return offsets, nil
}

// Load makes the world its own read model: at a checkpoint that moves on and, if it may, back.
func (w *world) Load(_ context.Context, _ int32, keys domain.Keys) (*domain.State, int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.chance(w.faults) {
		return nil, 0, errFault
	}
	if w.live != nil {
		return only(w.live, keys), w.end, nil
	}
	if w.lag && w.chance(0.4) {
		w.model += w.rand.Int64N(w.end - w.model + 1)
	}
	if w.chance(w.faults / 3) {
		w.model = max(0, w.model-w.rand.Int64N(w.back+1))
	}
	s := domain.NewState()
	for _, e := range w.log {
		if e.Offset < w.model {
			s.Apply(e.Event)
		}
	}
	return only(s, keys), w.model, nil
}

// only is what a read model would return: the keys asked for and nothing else.
func only(s *domain.State, keys domain.Keys) *domain.State {
	r := domain.NewState()
	r.Counter, r.Now = s.Counter, s.Now
	for _, k := range keys.Slugs {
		if c, ok := s.Sealed[k.Digest()]; ok {
			r.Sealed[k.Digest()] = c
		}
	}
	some(r.Domains, s.Domains, keys.Hosts)
	some(r.Links, s.Links, keys.Links)
	some(r.Claims, s.Claims, keys.Slugs)
	some(r.Outcomes, s.Outcomes, keys.Commands)
	some(r.External, s.External, keys.External)
	some(r.Blocks, s.Blocks, keys.Blocks)
	census(r.Usage, s, keys.Usage)
	return r
}

// census counts links, as a read model does.
func census(to map[domain.UsageKey]uint64, s *domain.State, keys []domain.UsageKey) {
	for _, k := range keys {
		to[k] = 0
		for _, l := range s.Links {
			if l.Counts() && l.Account == k.Account && l.Domain == k.Domain {
				to[k]++
			}
		}
	}
}

func some[K comparable, V any](to, from map[K]V, keys []K) {
	for _, k := range keys {
		if v, ok := from[k]; ok {
			to[k] = v
		}
	}
}

// fingerprint stands for the codec's.
func fingerprint(c domain.Command) domain.Fingerprint {
	text := fmt.Sprint(c.Account, c.Domain, c.IfVersion)
	switch b := c.Body.(type) {
	case domain.UpdateLink:
		text += fmt.Sprint("update ", b.Link)
		if b.Destination != nil {
			text += fmt.Sprint(" to ", *b.Destination)
		}
		if b.Slug != nil {
			text += fmt.Sprint(" slug ", *b.Slug)
		}
		if b.Expires != nil {
			text += fmt.Sprint(" expires ", *b.Expires)
		}
	default:
		text += fmt.Sprintf("%#v", b)
	}
	sum := sha256.Sum256([]byte(text))
	return domain.Fingerprint(sum[:16])
}
