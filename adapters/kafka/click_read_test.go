package kafka_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func (b *bundle) clickReader(tb testing.TB) *kafka.ClickReader {
	tb.Helper()
	r, err := kafka.NewClickReader(b.config, b.log)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { check(tb, r.Close()) })
	return r
}

// sequencesOf is the sequences of what ReadTo gives of partition 0.
func sequencesOf(tb testing.TB, r *kafka.ClickReader, from, to []int64) (all []uint64) {
	tb.Helper()
	next := slices.Clone(from)
	err := r.ReadTo(tb.Context(), from, to, func(c kafka.FoundClick) error {
		if c.Partition == 0 {
			all = append(all, c.Event.ID.Sequence)
		}
		return nil
	}, func(partition int32, n int64) { next[partition] = n })
	if err != nil {
		tb.Fatal(err)
	}
	for p := range to {
		if next[p] < to[p] {
			tb.Errorf("partition %d was read up to %d of %d", p, next[p], to[p])
		}
	}
	return all
}

// TestClickReaderReadsEachOnce: what was sent twice comes once, copies of broken records come
// if their originals did not, and broken ones are passed over.
func TestClickReaderReadsEachOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garbage := schemas.Message{Key: []byte("k"), Value: []byte("garbage")}
	message := func(sequence uint64) schemas.Message { return schemas.EncodeClick(click(sequence, 7)) }
	kafka.Put(t, b.config, kafka.TopicClicks, 0,
		message(1), message(2), garbage, message(4), message(2), message(4), message(5), // 3 is broken, at offset 2
		schemas.Retry(message(3), 2), schemas.Retry(message(3), 2), schemas.Retry(message(1), 0))
	r := b.clickReader(t)
	ends, err := r.Ends(t.Context())
	if err != nil || !slices.Equal(ends, []int64{10, 0}) {
		t.Fatalf("ends %v, %v", ends, err)
	}
	for _, test := range []struct {
		from, to int64
		want     []uint64
	}{
		{0, 10, []uint64{1, 2, 4, 5, 3}}, {3, 10, []uint64{4, 5, 3, 1}}, {0, 4, []uint64{1, 2, 4}}, {4, 5, []uint64{2}}, {10, 10, nil},
	} {
		if got := sequencesOf(t, r, []int64{test.from, 0}, []int64{test.to, 0}); !slices.Equal(got, test.want) {
			t.Errorf("from %d to %d: got %v, want %v", test.from, test.to, got, test.want)
		}
	}
}

func TestClickReaderFindsTimes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2, 3)
	b.put(t, 1, 1)
	r := b.clickReader(t)
	taken := func() (times []time.Time) {
		ends, err := r.Ends(t.Context())
		check(t, err)
		check(t, r.ReadTo(t.Context(), []int64{0, ends[1]}, ends, func(c kafka.FoundClick) error {
			times = append(times, c.Time)
			return nil
		}, func(int32, int64) {}))
		return times
	}
	// The broker's clock tells milliseconds: one more until it has moved on.
	times := taken()
	for next := uint64(4); times[len(times)-1].Equal(times[2]); next++ {
		b.put(t, 0, next)
		times = taken()
	}
	between, end := times[len(times)-1], int64(len(times))
	for name, test := range map[string]struct {
		at   time.Time
		want []int64
	}{
		"before everything": {between.Add(-time.Hour), []int64{0, 0}}, "between": {between, []int64{end - 1, 1}},
		"behind everything": {time.Now().Add(time.Hour), []int64{end, 1}}, "before time itself": {time.Unix(-5, 0), []int64{0, 0}},
	} {
		if got, err := r.Since(t.Context(), test.at); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, test.want)
		}
	}
	if first, err := r.Beginnings(t.Context()); err != nil || !slices.Equal(first, []int64{0, 0}) {
		t.Errorf("beginnings %v, %v", first, err)
	}
}

func TestClickReaderFollows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 0, 1, 2)
	r := b.clickReader(t)
	got := make(chan kafka.FoundClick, 100)
	stop := background(t, func(ctx context.Context) error {
		return r.Follow(ctx, []int64{1, 0}, func(c kafka.FoundClick) error { got <- c; return nil })
	})
	if c := receive(t, got); c.Event.ID.Sequence != 2 || c.Offset != 1 || c.Time.IsZero() || string(c.Message.Key) == "" {
		t.Errorf("got %+v", c)
	}
	b.put(t, 1, 9)
	if c := receive(t, got); c.Event != click(9, 7) || c.Partition != 1 || c.Offset != 0 {
		t.Errorf("got %+v", c)
	}
	stop()
	if err := r.Follow(t.Context(), []int64{0, 0}, func(kafka.FoundClick) error { return errTest }); !errors.Is(err, errTest) {
		t.Errorf("a reader that had enough: %v", err)
	}
	var lost *kafka.LostError
	if err := r.Follow(t.Context(), []int64{50, 0}, func(kafka.FoundClick) error { return nil }); !errors.As(err, &lost) {
		t.Errorf("from behind the end: %v", err)
	}
}

// TestCopier: what is copied stays what it was, where it was.
func TestCopier(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.config
	other.Prefix += "other."
	if err := kafka.Ensure(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	c, err := kafka.NewCopier(b.config, other.Topic(kafka.TopicClicks), false, b.log)
	if err != nil {
		t.Fatal(err)
	}
	messages := []schemas.Message{schemas.EncodeClick(click(1, 7)), schemas.EncodeClick(click(2, 8)), schemas.EncodeClick(click(3, 7))}
	check(t, c.ShipMessages(t.Context(), messages))
	check(t, c.Close())
	var found []schemas.Message
	for p := range int32(2) {
		for _, s := range kafka.Read(t, other, kafka.TopicClicks, p) {
			found = append(found, s.Message)
			if domain.PartitionOf(string(s.Message.Key), 2) != p {
				t.Errorf("%s is in partition %d", s.Message.Key, p)
			}
		}
	}
	for _, m := range messages {
		if !slices.ContainsFunc(found, func(f schemas.Message) bool {
			return string(f.Key) == string(m.Key) && string(f.Value) == string(m.Value) && slices.Equal(f.Headers, m.Headers)
		}) {
			t.Errorf("%+v was not copied as it is", m)
		}
	}
	for name, topic := range map[string]string{
		"Linklog's own": b.config.Topic(kafka.TopicClicks), "missing": "nowhere", "not empty": other.Topic(kafka.TopicClicks),
		"of another size": other.Topic(kafka.TopicDeadLetters),
	} {
		if _, err := kafka.NewCopier(b.config, topic, false, b.log); err == nil {
			t.Errorf("a topic that is %s was taken", name)
		}
	}
	c, err = kafka.NewCopier(b.config, other.Topic(kafka.TopicClicks), true, b.log)
	if err != nil {
		t.Fatal(err)
	}
	check(t, c.Close())
}

// TestDeadLettersAreSorted: each record once, with what was done about it.
func TestDeadLettersAreSorted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	letter := func(topic string, offset int64) schemas.DeadLetter {
		return schemas.DeadLetter{
			Topic: topic, Position: domain.Position{Partition: 1, Offset: offset}, Reason: "r", At: time.Unix(1, 0).UTC(),
			Message: schemas.EncodeClick(click(uint64(offset), 7)), //nolint:gosec // small
		}
	}
	for _, l := range []schemas.DeadLetter{letter("clicks", 5), letter("links.events", 5), letter("clicks", 3), letter("clicks", 5)} {
		check(t, b.dead.Set(t.Context(), l))
	}
	handled := func(offset int64, how schemas.Handling) schemas.Handled {
		return schemas.Handled{Topic: "clicks", Position: domain.Position{Partition: 1, Offset: offset}, How: how, At: time.Unix(2, 0)}
	}
	check(t, b.dead.Handle(t.Context(), handled(3, schemas.Dropped), handled(99, schemas.Retried)))
	check(t, b.dead.Set(t.Context(), letter("clicks", 3))) // a rebuild came by
	kafka.Put(t, b.config, kafka.TopicDeadLetters, 0, schemas.Message{Value: []byte("garbage")})
	all, err := kafka.ReadDeadLetters(t.Context(), b.config, b.log)
	if err != nil {
		t.Fatal(err)
	}
	type short struct {
		id    string
		times int
		how   schemas.Handling
	}
	var got []short
	for _, l := range all {
		got = append(got, short{l.ID(), l.Times, l.How})
	}
	want := []short{{"clicks/1/5", 2, ""}, {"links.events/1/5", 1, ""}, {"clicks/1/3", 2, schemas.Dropped}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestPutBack: copies go to the ends of the partitions they came from, in the order of their
// originals.
func TestPutBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.put(t, 1, 1, 2)
	letter := func(offset int64) schemas.DeadLetter {
		m := schemas.EncodeClick(click(uint64(offset), 7)) //nolint:gosec // small
		return schemas.DeadLetter{Topic: "clicks", Position: domain.Position{Partition: 1, Offset: offset}, Message: m}
	}
	check(t, kafka.PutBack(t.Context(), b.config, []schemas.DeadLetter{letter(40), letter(30)}, b.log))
	found := kafka.Read(t, b.config, kafka.TopicClicks, 1)
	var of []int64
	for _, s := range found {
		if o, ok := schemas.RetryOf(s.Message, s.Offset); ok {
			of = append(of, o)
		}
	}
	if len(found) != 4 || !slices.Equal(of, []int64{30, 40}) {
		t.Errorf("%d records, copies of %v", len(found), of)
	}
	fact := letter(1)
	fact.Topic = "links.events"
	if err := kafka.PutBack(t.Context(), b.config, []schemas.DeadLetter{fact}, b.log); err == nil {
		t.Error("a fact was put back")
	}
}
