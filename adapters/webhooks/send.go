package webhooks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linklog/linklog/domain/identity"
)

const (
	// RequestTime is how long an endpoint may take to answer.
	RequestTime = 10 * time.Second
	// Lease is how long nobody else takes a delivery that is being sent.
	Lease = 3 * RequestTime

	noteTime   = 5 * time.Second // to note what came of an attempt
	ownShare   = 8               // deliveries of one webhook that are sent at a time
	allShares  = 256             // of all
	lookPeriod = time.Second     // how soon a delivery is seen that somebody else made due
	prunePause = time.Hour
)

// Desk hands out deliveries and takes what came of them.
type Desk interface {
	// Claim hands out deliveries that are due, to one process each: nobody else gets them before the
	// lease has run out. Of each webhook it hands out some at most, and none of those that are busy.
	Claim(ctx context.Context, now time.Time, lease time.Duration, busy []identity.WebhookID, each, most int) ([]identity.Errand, error)
	Delivered(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt) error
	// Failed notes when the next attempt is due; zero: never.
	Failed(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt, next time.Time) error
	// Gone notes that the endpoint wants nothing any more.
	Gone(ctx context.Context, e identity.Errand, a identity.DeliveryAttempt) error
	// Prune deletes deliveries that are old.
	Prune(ctx context.Context, now time.Time) error
}

// Sender sends deliveries that are due.
type Sender struct {
	Desk Desk
	// Post sends a body and returns the beginning of the answer. Its error is shown to the webhook's
	// owner. It follows no redirect, and ends with its context.
	Post  func(ctx context.Context, url string, header http.Header, body []byte) (status int, answer []byte, err error)
	Clock func() time.Time // nil: time.Now
	Log   *slog.Logger

	once   sync.Once
	poked  chan struct{} // a token: something may be due
	freed  chan identity.WebhookID
	flying map[identity.WebhookID]int // deliveries under way, by webhook; only Run's goroutine looks at it
}

func (s *Sender) prepare() {
	s.once.Do(func() {
		s.poked, s.freed = make(chan struct{}, 1), make(chan identity.WebhookID)
		s.flying = map[identity.WebhookID]int{}
		if s.Clock == nil {
			s.Clock = time.Now
		}
	})
}

// Poke has Run look for something to send now.
func (s *Sender) Poke() {
	s.prepare()
	select {
	case s.poked <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, then waits for the requests under way: an answer that is on its way is
// not asked for twice. Run must be called at most once.
func (s *Sender) Run(ctx context.Context) error {
	s.prepare()
	look := time.NewTicker(lookPeriod)
	defer look.Stop()
	var sending sync.WaitGroup
	defer sending.Wait()
	landed := context.WithoutCancel(ctx)
	away := false
	for pruned := (time.Time{}); ; {
		err := s.launch(ctx, func(e identity.Errand) {
			sending.Go(func() {
				s.attempt(landed, e)
				select {
				case s.freed <- e.Webhook:
				case <-ctx.Done():
				}
			})
		})
		if now := s.Clock(); err == nil && now.Sub(pruned) >= prunePause {
			err, pruned = s.Desk.Prune(ctx, now), now
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !away {
			s.Log.Warn("can't send webhooks; trying on", "error", err)
		}
		away = err != nil
		s.wait(ctx, look.C)
	}
}

// wait returns when there may be something to send.
func (s *Sender) wait(ctx context.Context, look <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-look:
			return
		case <-s.poked:
			return
		case id := <-s.freed:
			if s.flying[id]--; s.flying[id] == 0 {
				delete(s.flying, id)
				return
			}
		}
	}
}

// launch claims as much as there is room for.
func (s *Sender) launch(ctx context.Context, fly func(identity.Errand)) error {
	room := allShares
	for _, n := range s.flying {
		room -= n
	}
	if room <= 0 {
		return nil
	}
	errands, err := s.Desk.Claim(ctx, s.Clock(), Lease, slices.Collect(maps.Keys(s.flying)), ownShare, room)
	if err != nil {
		return err
	}
	for _, e := range errands {
		s.flying[e.Webhook]++
		fly(e)
	}
	return nil
}

// attempt makes one request and notes what came of it.
func (s *Sender) attempt(ctx context.Context, e identity.Errand) {
	a := s.post(ctx, e)
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	var err error
	switch {
	case a.Error == "":
		err = s.Desk.Delivered(ctx, e, a)
	case a.Status == http.StatusGone:
		err = s.Desk.Gone(ctx, e, a)
	default:
		next := time.Time{}
		if delay, again := identity.RetryDelay(e.Try, rand.Float64()); again { //nolint:gosec // no secret
			next = s.Clock().Add(delay)
		}
		err = s.Desk.Failed(ctx, e, a, next)
	}
	if err != nil { // the lease runs out, and the delivery is sent again
		s.Log.Warn("can't note what came of a webhook's delivery", "webhook", e.Webhook, "delivery", e.ID, "error", err)
	}
}

// post is the request.
func (s *Sender) post(ctx context.Context, e identity.Errand) identity.DeliveryAttempt {
	a := identity.DeliveryAttempt{Number: e.Attempt, At: s.Clock()}
	header, err := headers(e, a.At)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	ctx, cancel := context.WithTimeout(ctx, RequestTime)
	defer cancel()
	status, answer, err := s.Post(ctx, e.URL, header, e.Payload)
	a.Took, a.Status = s.Clock().Sub(a.At), status
	a.Answer = strings.ReplaceAll(strings.ToValidUTF8(string(answer[:min(len(answer), identity.MaxAnswer)]), "\uFFFD"), "\x00", "\uFFFD")
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		a.Error = fmt.Sprintf("no answer within %s", RequestTime)
	case err != nil:
		a.Error = err.Error()
	case status < 200 || status > 299:
		a.Error = fmt.Sprintf("answered with status %d", status)
	}
	return a
}
