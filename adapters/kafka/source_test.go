package kafka_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// model is a read model in memory: records with a checkpoint for each partition.
type model[E any] struct {
	mu      sync.Mutex
	next    map[int32]int64
	offsets map[int32][]int64
	events  []E
	changed chan struct{}
}

func newModel[E any]() *model[E] {
	return &model[E]{next: map[int32]int64{}, offsets: map[int32][]int64{}, changed: make(chan struct{}, 1)}
}

func (m *model[E]) start(_ context.Context, partition int32) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next[partition], nil
}

// handle refuses what doesn't go on from the checkpoint, like a database does.
func (m *model[E]) handle(_ context.Context, b projections.Batch[E]) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range b.Records {
		if r.Offset < m.next[b.Partition] || r.Offset >= b.Next || r.Time.IsZero() {
			return errTest
		}
		m.offsets[b.Partition] = append(m.offsets[b.Partition], r.Offset)
		m.events = append(m.events, r.Event)
	}
	m.next[b.Partition] = b.Next
	select {
	case m.changed <- struct{}{}:
	default:
	}
	return nil
}

// await waits until the checkpoints say so.
func (m *model[E]) await(tb testing.TB, enough func(next map[int32]int64) bool) {
	tb.Helper()
	for {
		m.mu.Lock()
		ok := enough(m.next)
		m.mu.Unlock()
		if ok {
			return
		}
		receive(tb, m.changed)
	}
}

func (b *bundle) clicks() *kafka.Source[domain.Click] {
	return kafka.NewClicks(b.config, "clicks", b.dead, b.log)
}

func (b *bundle) consume(tb testing.TB, m *model[domain.Click]) (stop func()) {
	tb.Helper()
	return background(tb, func(ctx context.Context) error { return b.clicks().Consume(ctx, m.start, m.handle) })
}

func (b *bundle) put(tb testing.TB, partition int32, sequences ...uint64) {
	tb.Helper()
	var messages []schemas.Message
	for _, s := range sequences {
		messages = append(messages, schemas.EncodeClick(click(s, 7)))
	}
	kafka.Put(tb, b.config, kafka.TopicClicks, partition, messages...)
}

func to(end int64) func(map[int32]int64) bool {
	return func(next map[int32]int64) bool { return next[0] >= end }
}

func TestSourceGoesOnFromTheCheckpoint(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3, 4, 5)
	for name, test := range map[string]struct{ from, want int64 }{
		"no offset in the group": {0, 0}, "below the group's": {2, 2}, "at the group's": {5, 5}, "above it again": {4, 4},
	} {
		m := newModel[domain.Click]()
		m.next[0] = test.from
		stop := b.consume(t, m)
		b.put(t, 1, 1)
		m.await(t, func(next map[int32]int64) bool { return next[0] == 5 && next[1] > 0 })
		stop()
		var want []int64
		for o := test.want; o < 5; o++ {
			want = append(want, o)
		}
		if !slices.Equal(m.offsets[0], want) {
			t.Errorf("%s: got %v, want %v", name, m.offsets[0], want)
		}
	}
}

func TestSourceDeliversWhatWasWritten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1)
	m := newModel[domain.Click]()
	b.consume(t, m)
	m.await(t, to(1))
	if m.events[0] != click(1, 7) {
		t.Fatalf("got %+v", m.events[0])
	}
}

func TestSourceStartsAfreshWhenHandlingFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2)
	m := newModel[domain.Click]()
	failed := false
	background(t, func(ctx context.Context) error {
		return b.clicks().Consume(ctx, m.start, func(ctx context.Context, batch projections.Batch[domain.Click]) error {
			if !failed {
				failed = true
				return errTest
			}
			return m.handle(ctx, batch)
		})
	})
	m.await(t, to(2))
	if !slices.Equal(m.offsets[0], []int64{0, 1}) {
		t.Fatalf("got %v", m.offsets[0])
	}
}

func TestSourceSetsTheUnusableAside(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := schemas.EncodeClick(click(1, 7))
	kafka.Put(t, b.config, kafka.TopicClicks, 0, good, schemas.Message{Key: []byte("k"), Value: []byte("junk")}, good, schemas.Message{})
	m := newModel[domain.Click]()
	stop := b.consume(t, m)
	m.await(t, to(4)) // also past the one at the end
	stop()
	if !slices.Equal(m.offsets[0], []int64{0, 2}) {
		t.Fatalf("got %v", m.offsets[0])
	}
	letters := kafka.Read(t, b.config, kafka.TopicDeadLetters, 0)
	var at []int64
	for _, l := range letters {
		d, err := schemas.DecodeDeadLetter(l.Message)
		check(t, err)
		at = append(at, d.Position.Offset)
	}
	if !slices.Equal(at, []int64{1, 3}) {
		t.Fatalf("dead letters: %v", at)
	}
}

// What a newer version wrote holds up its partition, but neither what stands before it nor
// other partitions.
func TestSourceWaitsForWhatIsUnknown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	newer := schemas.EncodeClick(click(2, 7))
	for i := range newer.Headers {
		if newer.Headers[i].Key == "ce_specversion" {
			newer.Headers[i].Value = "7.0"
		}
	}
	old := schemas.EncodeClick(click(1, 7))
	kafka.Put(t, b.config, kafka.TopicClicks, 0, old, newer, old)
	b.put(t, 1, 1)
	m := newModel[domain.Click]()
	stop := b.consume(t, m)
	m.await(t, func(next map[int32]int64) bool { return next[0] == 1 && next[1] == 1 })
	b.put(t, 1, 2)
	m.await(t, func(next map[int32]int64) bool { return next[1] == 2 })
	stop()
	if m.next[0] != 1 {
		t.Fatalf("went on to %d", m.next[0])
	}
}

func TestSourceReadsOnlyWhatIsCommitted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := b.hold(t, 0)
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0))
	take(t, p)
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	kafka.Tear(t, b.config, kafka.TopicEvents, 0, b.sealed(t, b.event(b.command("torn", 0), 1)))
	take(t, p)
	last := appendTo(t, p, []domain.Event{b.event(b.command("b", 0), 1)}, nil, 2)
	m := newModel[domain.Event]()
	stop := background(t, func(ctx context.Context) error {
		return kafka.NewEvents(b.config, "links", b.codec, b.dead, b.log).Consume(ctx, m.start, m.handle)
	})
	m.await(t, to(last[0]+1))
	stop()
	if len(m.events) != 2 || m.events[0].Command != "a" || m.events[1].Command != "b" {
		t.Fatalf("got %+v", m.events)
	}
}

// Members come and go while clicks are written; the checkpoints see every offset once.
func TestSourcesShareWithoutGaps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := newModel[domain.Click]()
	const each = 300
	written := make(chan struct{})
	go func() {
		defer close(written)
		for s := range uint64(each) {
			b.put(t, int32(s%2), s)
		}
	}()
	some := func(n int64) func(map[int32]int64) bool {
		return func(next map[int32]int64) bool { return next[0]+next[1] >= n }
	}
	stopFirst := b.consume(t, m)
	m.await(t, some(each/4))
	b.consume(t, m)
	m.await(t, some(each/2))
	stopFirst()
	m.await(t, some(each))
	<-written
	for p, got := range m.offsets {
		for i, o := range got {
			if o != int64(i) {
				t.Fatalf("partition %d: offset %d came at %d", p, o, i)
			}
		}
	}
}
