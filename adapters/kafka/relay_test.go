package kafka_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// ledger is what a handler of clicks has recorded: sequences of partition 0, and its place.
type ledger struct {
	mu        sync.Mutex
	sequences []uint64
	next      map[int32]int64
	fail      int // how many batches are to be refused
	since     time.Time
	changed   chan struct{}
}

func newLedger() *ledger {
	return &ledger{next: map[int32]int64{}, since: time.Unix(0, 0), changed: make(chan struct{}, 1)}
}

func (l *ledger) begin(_ context.Context, partition int32) (int64, time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next[partition], l.since, nil
}

var errRefused = errors.New("refused")

func (l *ledger) handle(_ context.Context, from int64, b projections.Batch[domain.Click]) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail > 0 {
		l.fail--
		return errRefused
	}
	if from < l.next[b.Partition] {
		return errRefused
	}
	for _, r := range b.Records {
		if r.Offset < from {
			return errRefused
		}
		l.sequences = append(l.sequences, r.Event.ID.Sequence)
	}
	l.next[b.Partition] = b.Next
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return nil
}

// await waits until so many clicks were recorded.
func (l *ledger) await(tb testing.TB, n int) []uint64 {
	tb.Helper()
	for {
		l.mu.Lock()
		got := slices.Clone(l.sequences)
		l.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-l.changed:
		case <-tb.Context().Done():
			tb.Fatalf("recorded %v", got)
		}
	}
}

// relay runs a router over a relay until the returned function is called.
func (b *bundle) relay(tb testing.TB, l *ledger) (stop func()) {
	tb.Helper()
	r := kafka.NewClickRelay(b.config, "linklog-test", b.dead, l.begin, b.log)
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: 10 * time.Second}, watermill.NopLogger{})
	if err != nil {
		tb.Fatal(err)
	}
	router.AddConsumerHandler("clicks", "clicks", r, r.Handler(l.handle))
	done := make(chan error, 1)
	go func() { done <- router.Run(context.Background()) }()
	<-router.Running()
	return func() { check(tb, errors.Join(router.Close(), <-done, r.Close())) }
}

// TestRelay: batches come in order, again when they were refused, and go on where they were
// recorded, whoever comes next.
func TestRelay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3)
	l := newLedger()
	l.fail = 2
	stop := b.relay(t, l)
	l.await(t, 3)
	kafka.Put(t, b.config, kafka.TopicClicks, 0, schemas.Message{Key: []byte("k"), Value: []byte("garbage")})
	b.put(t, 0, 4, 5)
	l.await(t, 5)
	stop()
	b.put(t, 0, 6)
	stop = b.relay(t, l)
	defer stop()
	b.put(t, 0, 7)
	if got := l.await(t, 7); !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("recorded %v", got)
	}
}

// TestRelayBeginsWithTheListeners: what was written before anybody listened is not read, nor is
// what was recorded.
func TestRelayBeginsWithTheListeners(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3)
	listened := time.Now().Add(2 * time.Millisecond)
	for !time.Now().After(listened.Add(2 * time.Millisecond)) { // the broker's times are in milliseconds
		runtime.Gosched()
	}
	b.put(t, 0, 4, 5)
	since, recorded := newLedger(), newLedger()
	since.since, recorded.next[0] = listened, 2
	for _, want := range []struct {
		of        *ledger
		sequences []uint64
	}{{since, []uint64{4, 5}}, {recorded, []uint64{3, 4, 5}}} {
		stop := b.relay(t, want.of)
		if got := want.of.await(t, len(want.sequences)); !slices.Equal(got, want.sequences) {
			t.Errorf("recorded %v, want %v", got, want.sequences)
		}
		stop()
	}
}
