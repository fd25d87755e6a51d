package httpapi

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// handLog is a log whose end is moved by hand.
type handLog struct {
	ClickLog

	each   chan func(int32, int64, domain.Click) error
	broken chan error
}

func (handLog) Ends(context.Context) ([]int64, error) { return []int64{5}, nil }

func (l handLog) Follow(ctx context.Context, _ []int64, each func(int32, int64, domain.Click) error) error {
	l.each <- each
	select {
	case <-ctx.Done():
		return nil
	case err := <-l.broken:
		return err
	}
}

func newHandHub(t *testing.T) (*hub, handLog) {
	t.Helper()
	l := handLog{each: make(chan func(int32, int64, domain.Click) error, 1), broken: make(chan error)}
	h := newHub(l, func(domain.Click) ([]byte, error) { return []byte("{}"), nil }, slog.New(slog.DiscardHandler))
	t.Cleanup(h.stop)
	return h, l
}

func seated(t *testing.T, h *hub, account domain.AccountID) *seat {
	t.Helper()
	s, err := h.take(clickFilter{account: account})
	if err != nil {
		t.Fatal(err)
	}
	if from, err := h.join(t.Context(), s); err != nil || !slices.Equal(from, position{5}) {
		t.Fatalf("joined at %v, %v", from, err)
	}
	return s
}

// TestSlowListenersAreCutOff: what waits for one of them is bounded, and nobody waits for it.
func TestSlowListenersAreCutOff(t *testing.T) {
	h, l := newHandHub(t)
	slow, fast := seated(t, h, "acc_1"), seated(t, h, "acc_2")
	each := <-l.each
	for i := range int64(seatBacklog + 1) {
		for _, account := range []domain.AccountID{"acc_1", "acc_2"} {
			if err := each(0, 6+i, domain.Click{Account: account}); err != nil {
				t.Fatal(err)
			}
		}
		if e := <-fast.events; e.id != (position{6 + i}).String() {
			t.Fatalf("event %d has the id %s", i, e.id)
		}
	}
	select {
	case <-slow.cut:
	default:
		t.Error("the slow one was not cut off")
	}
	select {
	case <-fast.cut:
		t.Error("the fast one was cut off")
	default:
	}
	if h.place(slow) != "" || h.place(fast) != (position{6 + seatBacklog}).String() {
		t.Errorf("places %q, %q", h.place(slow), h.place(fast))
	}
	h.leave(slow)
	h.leave(fast)
	if err := each(0, 999, domain.Click{}); err == nil {
		t.Error("the log is read on though nobody listens")
	}
	if len(h.taken)+len(h.joint)+h.seats != 0 {
		t.Errorf("left: %v %v %d", h.taken, h.joint, h.seats)
	}
}

// TestBrokenTail: those who listened come back and find another one.
func TestBrokenTail(t *testing.T) {
	h, l := newHandHub(t)
	s := seated(t, h, "acc_1")
	<-l.each
	l.broken <- context.DeadlineExceeded
	select {
	case <-s.cut:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody was told")
	}
	h.leave(s)
	seated(t, h, "acc_1")
	<-l.each
}

func FuzzParsePosition(f *testing.F) {
	f.Add(position{0}.String())
	f.Add(position{1, 1 << 62, 300}.String())
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePosition(s)
		if err != nil {
			return
		}
		for _, next := range p {
			if next < 0 {
				t.Errorf("%q has the offset %d", s, next)
			}
		}
		again, err := parsePosition(p.String())
		if err != nil || !slices.Equal(again, p) {
			t.Errorf("%v is written as %s and read as %v, %v", p, p.String(), again, err)
		}
	})
}
