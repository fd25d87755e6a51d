package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/linklog/linklog/adapters/webhooks"
	"github.com/linklog/linklog/domain/identity"
)

// desk hands out deliveries in memory.
type desk struct {
	mu     sync.Mutex
	due    map[identity.DeliveryID]time.Time
	all    map[identity.DeliveryID]*identity.Errand
	fates  []string
	pruned int
	away   error
}

func newDesk(errands ...identity.Errand) *desk {
	d := &desk{due: map[identity.DeliveryID]time.Time{}, all: map[identity.DeliveryID]*identity.Errand{}}
	for _, e := range errands {
		d.all[e.ID], d.due[e.ID] = &e, time.Now()
	}
	return d
}

func (d *desk) Claim(_ context.Context, now time.Time, lease time.Duration, busy []identity.WebhookID, each, most int) (all []identity.Errand, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	share := map[identity.WebhookID]int{}
	for id, due := range d.due {
		e := d.all[id]
		if due.After(now) || slices.Contains(busy, e.Webhook) || share[e.Webhook] == each || len(all) == most {
			continue
		}
		share[e.Webhook]++
		e.Attempt++
		e.Try++
		d.due[id] = now.Add(lease)
		all = append(all, *e)
	}
	return all, d.away
}

func (d *desk) note(e identity.Errand, a identity.DeliveryAttempt, fate string, next time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if delete(d.due, e.ID); !next.IsZero() {
		d.due[e.ID] = next
	}
	d.fates = append(d.fates, fmt.Sprintf("%d %s %d %s", e.ID, fate, a.Status, a.Error))
	return nil
}

func (d *desk) Delivered(_ context.Context, e identity.Errand, a identity.DeliveryAttempt) error {
	return d.note(e, a, "delivered", time.Time{})
}

func (d *desk) Failed(_ context.Context, e identity.Errand, a identity.DeliveryAttempt, next time.Time) error {
	if next.IsZero() {
		return d.note(e, a, "dead", next)
	}
	return d.note(e, a, "failed", next)
}

func (d *desk) Gone(_ context.Context, e identity.Errand, a identity.DeliveryAttempt) error {
	return d.note(e, a, "gone", time.Time{})
}

func (d *desk) Prune(context.Context, time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pruned++
	return nil
}

type post func(ctx context.Context, url string, header http.Header, body []byte) (int, []byte, error)

// send runs a sender for a while of the bubble's time.
func send(t *testing.T, d *desk, p post, during time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), during)
	defer cancel()
	s := &webhooks.Sender{Desk: d, Post: p, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

func errand(id identity.DeliveryID, hook identity.WebhookID) identity.Errand {
	return identity.Errand{ID: id, Webhook: hook, Message: fmt.Sprintf("msg_%d", id), Payload: []byte(`{"type":"test"}`), URL: "https://" + string(hook), Secret: []byte("secret")}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	// Verify goes by the real clock, so this is no bubble.
	e := errand(1, "a")
	e.Secret, e.OldSecret = []byte("the new secret, of 32 bytes ....."), []byte("the old secret")
	verified := make(chan error, 3)
	ctx, cancel := context.WithCancel(t.Context())
	s := &webhooks.Sender{Desk: newDesk(e), Log: slog.New(slog.DiscardHandler), Post: func(_ context.Context, _ string, header http.Header, body []byte) (int, []byte, error) {
		defer cancel()
		for _, secret := range [][]byte{e.Secret, e.OldSecret, []byte("another secret")} {
			verifier, _ := standard.NewWebhookRaw(secret)
			verified <- verifier.Verify(body, header)
		}
		return http.StatusOK, nil, nil
	}}
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if first, second, third := <-verified, <-verified, <-verified; first != nil || second != nil || third == nil {
		t.Errorf("verified: %v, %v, by another's secret %v", first, second, third)
	}
}

// A dead endpoint is asked again for a day, ever more seldom.
func TestRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(errand(1, "a"))
		begun := time.Now()
		var asked []time.Duration
		send(t, d, func(context.Context, string, http.Header, []byte) (int, []byte, error) {
			asked = append(asked, time.Since(begun))
			return 0, nil, errors.New("the connection failed")
		}, 48*time.Hour)
		if len(asked) != 11 || len(d.due) != 0 || d.fates[9] != "1 failed 0 the connection failed" || d.fates[10] != "1 dead 0 the connection failed" {
			t.Fatalf("%v %q", asked, d.fates)
		}
		for i := 2; i < len(asked); i++ {
			if asked[i]-asked[i-1] < asked[i-1]-asked[i-2] && i < 10 {
				t.Errorf("asked at %v", asked)
			}
		}
		if last := asked[10]; last < 23*time.Hour || last > 30*time.Hour {
			t.Errorf("asked for %s", last)
		}
		if d.pruned < 40 {
			t.Errorf("pruned %d times in two days", d.pruned)
		}
	})
}

func TestFates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all []identity.Errand
		for status := range []int{0, 1, 2, 3} {
			all = append(all, errand(identity.DeliveryID(status), identity.WebhookID(fmt.Sprint(status))))
		}
		d := newDesk(all...)
		send(t, d, func(ctx context.Context, url string, _ http.Header, _ []byte) (int, []byte, error) {
			switch url {
			case "https://0":
				return http.StatusNoContent, nil, nil
			case "https://1":
				return http.StatusGone, nil, nil
			case "https://2":
				return http.StatusMovedPermanently, []byte(strings.Repeat("\x00\xff", 1000)), nil
			}
			<-ctx.Done()
			return 0, nil, ctx.Err()
		}, time.Second)
		slices.Sort(d.fates)
		want := []string{"0 delivered 204 ", "1 gone 410 answered with status 410", "2 failed 301 answered with status 301", "3 failed 0 no answer within 10s"}
		if !slices.Equal(d.fates, want) {
			t.Errorf("%q, want %q", d.fates, want)
		}
	})
}

// Endpoints that never answer hold up nobody else, and no more than their share is sent to one.
func TestSlowEndpointsHoldUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all []identity.Errand
		for i := range identity.DeliveryID(50) {
			all = append(all, errand(i, "slow"), errand(100+i, "fast"))
		}
		d := newDesk(all...)
		begun := time.Now()
		var (
			mu           sync.Mutex
			flying, most int
			fast         time.Duration
		)
		send(t, d, func(ctx context.Context, url string, _ http.Header, _ []byte) (int, []byte, error) {
			if url == "https://fast" {
				mu.Lock()
				defer mu.Unlock()
				fast = time.Since(begun)
				return http.StatusOK, nil, nil
			}
			mu.Lock()
			flying++
			most = max(most, flying)
			mu.Unlock()
			<-ctx.Done()
			mu.Lock()
			flying--
			mu.Unlock()
			return 0, nil, ctx.Err()
		}, 9*time.Second)
		if fast > 8*time.Second || most != 8 {
			t.Errorf("the last of the fast ones was sent after %s; %d slow ones at a time", fast, most)
		}
	})
}

// A database that is away is waited for.
func TestSenderWaitsForTheDesk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.away = errors.New("away")
		time.AfterFunc(5*time.Second, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			e := errand(1, "a")
			d.away, d.all[1], d.due[1] = nil, &e, time.Now()
		})
		send(t, d, func(context.Context, string, http.Header, []byte) (int, []byte, error) {
			return http.StatusOK, nil, nil
		}, 10*time.Second)
		if !slices.Equal(d.fates, []string{"1 delivered 200 "}) {
			t.Error(d.fates)
		}
	})
}
