package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/linklog/linklog/domain"
)

const (
	maxSeats    = 5_000 // streams of one process
	seatBacklog = 256   // events that wait for a slow client; with more it is cut off
)

// hub reads new clicks once for all streams of this process, while there are any.
type hub struct {
	log    ClickLog
	json   func(domain.Click) ([]byte, error)
	logger *slog.Logger

	open    context.Context //nolint:containedctx // ends with the hub; streams end with it
	close   context.CancelFunc
	running sync.WaitGroup // tails

	mu    sync.Mutex
	seats int
	taken map[domain.AccountID]int
	joint map[domain.AccountID]map[*seat]struct{} // those who listen to the tail
	tail  *tail                                   // nil: nobody listens
}

// tail is one reading of the end of the log.
type tail struct {
	next   position
	cancel context.CancelFunc
}

// seat is one stream.
type seat struct {
	clickFilter

	events chan event
	cut    chan struct{} // closed: it fell behind, or the tail broke
}

// event is a click as it is sent.
type event struct {
	id   string
	data []byte
}

// clickFilter is whose clicks a stream shows.
type clickFilter struct {
	account domain.AccountID
	link    domain.LinkNumber // 0: all of the account's
}

func (f clickFilter) wants(c *domain.Click) bool {
	return c.Account == f.account && (f.link == 0 || c.Link == f.link)
}

func newHub(log ClickLog, json func(domain.Click) ([]byte, error), logger *slog.Logger) *hub {
	h := &hub{log: log, json: json, logger: logger, taken: map[domain.AccountID]int{}, joint: map[domain.AccountID]map[*seat]struct{}{}}
	h.open, h.close = context.WithCancel(context.Background())
	return h
}

// stop ends all streams and waits for the tail.
func (h *hub) stop() {
	h.mu.Lock()
	h.close() // no tail begins from here on
	h.mu.Unlock()
	h.running.Wait()
}

// take gives a stream its seat; leave must follow.
func (h *hub) take(f clickFilter) (*seat, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.taken[f.account] >= MaxStreams {
		return nil, domain.Errorf(domain.RateLimited, "", "Your account has %d click streams open, which is the limit. Close one first.", MaxStreams)
	}
	if h.seats >= maxSeats || h.open.Err() != nil {
		return nil, domain.Errorf(domain.Unavailable, "", "This server takes no more streams at the moment. Retry after a short delay.")
	}
	h.seats++
	h.taken[f.account]++
	return &seat{clickFilter: f, events: make(chan event, seatBacklog), cut: make(chan struct{})}, nil
}

// leave ends a stream's part in the hub. The last one who listens ends the tail.
func (h *hub) leave(s *seat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seats--
	if h.taken[s.account]--; h.taken[s.account] == 0 {
		delete(h.taken, s.account)
	}
	h.remove(s)
	if len(h.joint) == 0 && h.tail != nil {
		h.tail.cancel()
		h.tail = nil
	}
}

func (h *hub) remove(s *seat) {
	delete(h.joint[s.account], s)
	if len(h.joint[s.account]) == 0 {
		delete(h.joint, s.account)
	}
}

// join makes a seat get every click it wants behind the returned place.
func (h *hub) join(ctx context.Context, s *seat) (position, error) {
	for {
		if from := h.sit(s); from != nil {
			return from, nil
		}
		ends, err := h.log.Ends(ctx)
		if err != nil {
			return nil, fmt.Errorf("find the end of the clicks: %w", err)
		}
		if err := h.begin(ends); err != nil { //nolint:contextcheck // the tail outlives the stream that it begins with
			return nil, err
		}
	}
}

// sit joins a tail that runs; nil: none does.
func (h *hub) sit(s *seat) position {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tail == nil {
		return nil
	}
	if h.joint[s.account] == nil {
		h.joint[s.account] = map[*seat]struct{}{}
	}
	h.joint[s.account][s] = struct{}{}
	return slices.Clone(h.tail.next)
}

// now is the newest place known.
func (h *hub) now(ctx context.Context) (position, error) {
	h.mu.Lock()
	if h.tail != nil {
		defer h.mu.Unlock()
		return slices.Clone(h.tail.next), nil
	}
	h.mu.Unlock()
	ends, err := h.log.Ends(ctx)
	if err != nil {
		return nil, fmt.Errorf("find the end of the clicks: %w", err)
	}
	return ends, nil
}

// place is the newest place that a seat has heard of everything before; "" while there are
// events for it under way.
func (h *hub) place(s *seat) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, listens := h.joint[s.account][s]; !listens || h.tail == nil || len(s.events) > 0 {
		return ""
	}
	return h.tail.next.String()
}

// begin starts a tail unless there is one.
func (h *hub) begin(at position) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.open.Err(); err != nil {
		return err
	}
	if h.tail != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(h.open)
	t := &tail{next: at, cancel: cancel}
	h.tail = t
	h.running.Go(func() {
		defer cancel()
		err := h.log.Follow(ctx, slices.Clone(at), func(partition int32, next int64, c domain.Click) error {
			return h.publish(t, partition, next, &c)
		})
		h.ended(t, err)
	})
	return nil
}

// errReplaced ends a tail that nobody listens to any more.
var errReplaced = errors.New("nobody listens")

// publish passes a click on to those who want it, and cuts off those who don't keep up.
func (h *hub) publish(t *tail, partition int32, next int64, c *domain.Click) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tail != t {
		return errReplaced
	}
	t.next[partition] = next
	var e event
	for s := range h.joint[c.Account] {
		if !s.wants(c) {
			continue
		}
		if e.data == nil {
			data, err := h.json(*c)
			if err != nil {
				return err
			}
			e = event{t.next.String(), data}
		}
		select {
		case s.events <- e:
		default:
			h.remove(s)
			close(s.cut)
		}
	}
	return nil
}

// ended cuts off those who listened to a tail that broke: they come back with their place.
func (h *hub) ended(t *tail, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tail != t {
		return
	}
	h.tail = nil
	if err != nil && h.open.Err() == nil {
		h.logger.Warn("can't follow clicks", "error", err)
	}
	for _, seats := range h.joint {
		for s := range seats {
			close(s.cut)
		}
	}
	clear(h.joint)
}
