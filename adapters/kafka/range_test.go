package kafka_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

func (b *bundle) clickRange() *kafka.Range[domain.Click] { return kafka.NewClickRange(b.config, b.log) }

func TestRangeReadsExactlyAsFarAsItIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3, 4, 5)
	b.put(t, 1, 6, 7)
	ends, err := b.clickRange().Ends(t.Context())
	if err != nil || ends[0] != 5 || ends[1] != 2 {
		t.Fatalf("ends %v, %v", ends, err)
	}
	m := newModel[domain.Click]()
	check(t, b.clickRange().To(map[int32]int64{0: 3}).Consume(t.Context(), m.start, m.handle))
	if !slices.Equal(m.offsets[0], []int64{0, 1, 2}) || m.next[0] != 3 || m.offsets[1] != nil {
		t.Fatalf("got %v, next %v", m.offsets, m.next)
	}
	check(t, b.clickRange().To(ends).Consume(t.Context(), m.start, m.handle)) // from where it was
	if !slices.Equal(m.offsets[0], []int64{0, 1, 2, 3, 4}) || m.next[1] != 2 {
		t.Fatalf("got %v, next %v", m.offsets, m.next)
	}
}

func TestRangeFollowsUntilItIsStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1)
	m := newModel[domain.Click]()
	stop := background(t, func(ctx context.Context) error { return b.clickRange().Consume(ctx, m.start, m.handle) })
	m.await(t, to(1))
	b.put(t, 0, 2, 3)
	m.await(t, to(3))
	stop()
}

// What can't be used is passed over by its place, and nobody is told again; a copy of it says
// of what it is one.
func TestRangePassesTheUnusable(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := schemas.EncodeClick(click(1, 7))
	kafka.Put(t, b.config, kafka.TopicClicks, 0, good, schemas.Message{Key: []byte("k"), Value: []byte("junk")}, schemas.Retry(good, 1))
	var batches []projections.Batch[domain.Click]
	m := newModel[domain.Click]()
	check(t, b.clickRange().To(map[int32]int64{0: 3}).Consume(t.Context(), m.start, func(_ context.Context, batch projections.Batch[domain.Click]) error {
		batch.Records, batch.SetAside = slices.Clone(batch.Records), slices.Clone(batch.SetAside) // the range uses them again
		batches = append(batches, batch)
		return nil
	}))
	if len(batches) != 1 || batches[0].Next != 3 || !slices.Equal(batches[0].SetAside, []int64{1}) || len(batches[0].Records) != 2 {
		t.Fatalf("got %+v", batches)
	}
	if of := batches[0].Records[1].RetryOf; of == nil || *of != 1 {
		t.Fatalf("the copy is of %v", of)
	}
	if letters := kafka.Read(t, b.config, kafka.TopicDeadLetters, 0); len(letters) != 0 {
		t.Fatalf("%d dead letters", len(letters))
	}
}

// A record of a newer version is waited for, without holding up what stands before it or what
// is in other partitions.
func TestRangeWaitsForWhatIsUnknown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	newer := schemas.EncodeClick(click(2, 7))
	for i := range newer.Headers {
		if newer.Headers[i].Key == "ce_specversion" {
			newer.Headers[i].Value = "7.0"
		}
	}
	kafka.Put(t, b.config, kafka.TopicClicks, 0, schemas.EncodeClick(click(1, 7)), newer)
	b.put(t, 1, 1)
	m := newModel[domain.Click]()
	stop := background(t, func(ctx context.Context) error { return b.clickRange().Consume(ctx, m.start, m.handle) })
	m.await(t, func(next map[int32]int64) bool { return next[0] == 1 && next[1] == 1 })
	b.put(t, 1, 2)
	m.await(t, func(next map[int32]int64) bool { return next[1] == 2 })
	stop()
	if m.next[0] != 1 {
		t.Fatalf("went on to %d", m.next[0])
	}
}

func TestRangeGivesUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1)
	m := newModel[domain.Click]()
	start := func(context.Context, int32) (int64, error) { return 9, nil } // behind the end
	var lost *kafka.LostError
	if err := b.clickRange().To(map[int32]int64{0: 10}).Consume(t.Context(), start, m.handle); !errors.As(err, &lost) {
		t.Fatalf("got %v", err)
	}
}

func TestMonitorTellsLags(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3)
	monitor, err := kafka.NewMonitor(b.config, b.log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { check(t, monitor.Close()) }()
	later := time.Now().Add(time.Hour)
	lags, err := monitor.Lags(t.Context(), kafka.TopicClicks, map[int32]int64{1: 0, 0: 1}, later)
	if err != nil || len(lags) != 2 {
		t.Fatalf("got %v, %v", lags, err)
	}
	if l := lags[0]; l.Partition != 0 || l.Next != 1 || l.End != 3 || l.Records != 2 || l.Age < 50*time.Minute || l.Age > 2*time.Hour {
		t.Errorf("partition 0: %+v", l)
	}
	if l := lags[1]; l != (kafka.Lag{Partition: 1}) {
		t.Errorf("partition 1: %+v", l)
	}
	if n, err := monitor.Held(kafka.TopicClicks); n != 3 || err != nil {
		t.Errorf("%d are held, %v", n, err)
	}
	if n, err := monitor.Held(kafka.TopicDeadLetters); n != 0 || err != nil {
		t.Errorf("%d dead letters, %v", n, err)
	}
}

// A transaction leaves a marker behind its records: who stands before it is not behind.
func TestMonitorCountsNoMarkers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := b.hold(t, 0)
	b.publish(t, b.outbox(t), b.command("a", 0))
	take(t, p)
	last := appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	monitor, err := kafka.NewMonitor(b.config, b.log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { check(t, monitor.Close()) }()
	lags, err := monitor.Lags(t.Context(), kafka.TopicEvents, map[int32]int64{0: last[0] + 1}, time.Now())
	if err != nil || lags[0].Records != 0 || lags[0].End <= lags[0].Next {
		t.Errorf("got %+v, %v", lags, err)
	}
	decided, err := monitor.Decided(t.Context())
	if err != nil || decided[0] != 1 || decided[1] != 0 {
		t.Errorf("decided %v, %v", decided, err)
	}
	m := newModel[domain.Event]()
	whole := kafka.NewEventRange(b.config, b.codec, b.log)
	ends, err := whole.Ends(t.Context())
	check(t, err)
	check(t, whole.To(ends).Consume(t.Context(), m.start, m.handle))
	if m.next[0] != ends[0] || len(m.events) != 1 { // the marker is passed too
		t.Errorf("next %v of %v, %d events", m.next, ends, len(m.events))
	}
}
