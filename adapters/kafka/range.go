package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// Range reads all partitions of a topic, or a part of each, without a consumer group and in
// large batches: for who reads the whole topic again. It implements [projections.Source].
//
// While a batch of a partition is handled the next one is gathered. Batches are gathered in rooms,
// of which there are few, and which are used again and again: what is in memory doesn't grow
// with the number of partitions.
type Range[E any] struct {
	config Config
	topic  string
	count  int32
	decode func(context.Context, schemas.Message) (E, error)
	log    *slog.Logger
	to     map[int32]int64 // nil: for ever
}

var (
	_ projections.Source[domain.Event] = (*Range[domain.Event])(nil)
	_ projections.Source[domain.Click] = (*Range[domain.Click])(nil)
)

const (
	rangeBatch    = 30_000 // records that are handled at once, or an answer more
	rangeFailures = 10     // in a row, before a reader gives up
)

// room is where a batch is gathered.
type room[E any] struct{ batch projections.Batch[E] }

// empty makes it ready for the next batch.
func (r *room[E]) empty() {
	clear(r.batch.Records) // they hold on to what was read
	r.batch.Records, r.batch.SetAside = r.batch.Records[:0], r.batch.SetAside[:0]
}

// NewEventRange makes a reader of links.events.
func NewEventRange(c Config, codec *schemas.Codec, log *slog.Logger) *Range[domain.Event] {
	return &Range[domain.Event]{config: c, topic: c.Topic(TopicEvents), count: c.LinkPartitions(), decode: codec.DecodeEvent, log: log}
}

// NewClickRange makes a reader of clicks.
func NewClickRange(c Config, log *slog.Logger) *Range[domain.Click] {
	decode := func(_ context.Context, m schemas.Message) (domain.Click, error) { return schemas.DecodeClick(m) }
	return &Range[domain.Click]{config: c, topic: c.Topic(TopicClicks), count: c.clickPartitions(), decode: decode, log: log}
}

// To is a reader of what is before the given offsets. Partitions that aren't named aren't read.
func (r *Range[E]) To(ends map[int32]int64) *Range[E] {
	bounded := *r
	bounded.to = ends
	return &bounded
}

// Consume implements [projections.Source]: every partition is assigned to its caller. It
// returns nil when ctx ends, or once everything before the ends was handled; an error when a
// partition fails again and again, or when what is asked for is gone.
//
// A record of a newer version is waited for. An unusable one is passed over: the projector of
// the live generation sets it aside.
func (r *Range[E]) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[E]) error,
) error {
	client, err := r.config.open()
	if err != nil {
		return err
	}
	g, running := errgroup.WithContext(ctx)
	rooms := make(chan *room[E], 2*runtime.GOMAXPROCS(0)+2) // half of them gathered in, half handled, and some wait for disks
	for range cap(rooms) {
		rooms <- &room[E]{}
	}
	for partition := range r.count {
		end, bounded := r.to[partition]
		if r.to != nil && !bounded {
			continue
		}
		w := &rangeWorker[E]{r: r, client: client, partition: partition, end: end, rooms: rooms, handle: handle}
		g.Go(func() error { return w.work(running, start) })
	}
	err = g.Wait()
	if ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, client.Close())
}

// open makes a client, which must be closed.
func (c Config) open() (sarama.Client, error) {
	conf, err := c.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(c.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	return client, nil
}

// rangeWorker reads one partition.
type rangeWorker[E any] struct {
	r         *Range[E]
	client    sarama.Client
	partition int32
	end       int64 // if the range has ends
	rooms     chan *room[E]
	handle    func(context.Context, projections.Batch[E]) error
	headers   headerText
}

func (w *rangeWorker[E]) done(next int64) bool { return w.r.to != nil && next >= w.end }

func (w *rangeWorker[E]) work(ctx context.Context, start func(context.Context, int32) (int64, error)) error {
	for failures := 1; ; failures++ {
		next, err := start(ctx, w.partition)
		if err == nil {
			c := cursorAt(w.client, w.r.topic, w.partition, next, w.r.log)
			err = w.read(ctx, c)
			c.close()
			if c.next > next {
				failures = 1
			}
		}
		if err == nil || ctx.Err() != nil {
			return nil
		}
		if lost := (*LostError)(nil); errors.As(err, &lost) || failures >= rangeFailures {
			return fmt.Errorf("read %s partition %d: %w", w.r.topic, w.partition, err)
		}
		w.r.log.Warn("stopped reading; starting afresh", "topic", w.r.topic, "partition", w.partition, "error", err)
		pause(ctx, restPause)
	}
}

// read gathers and handles what follows, up to the end of the range or until ctx ends.
func (w *rangeWorker[E]) read(ctx context.Context, c *cursor) error {
	g, ctx := errgroup.WithContext(ctx)
	gathered := make(chan *room[E]) // closed by who gathers
	g.Go(func() error {
		defer close(gathered)
		return w.gatherAll(ctx, c, gathered)
	})
	g.Go(func() error {
		for in := range gathered {
			err := w.handle(ctx, in.batch)
			w.leave(in)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

func (w *rangeWorker[E]) gatherAll(ctx context.Context, c *cursor, into chan<- *room[E]) error {
	for !w.done(c.next) {
		c.wait = idleWait
		from := c.next
		records, err := c.poll(ctx)
		if err != nil {
			return err
		}
		if c.next == from {
			continue
		}
		in, err := w.enter(ctx, records)
		if err != nil {
			return err
		}
		if err := w.gather(ctx, c, &in.batch, records); err != nil {
			w.leave(in)
			return err
		}
		select {
		case into <- in:
		case <-ctx.Done():
			w.leave(in)
			return ctx.Err()
		}
	}
	return nil
}

// enter waits for a room, but not while there is nothing to put there.
func (w *rangeWorker[E]) enter(ctx context.Context, records []record) (*room[E], error) {
	if err := w.await(ctx, records); err != nil {
		return nil, err
	}
	select {
	case in := <-w.rooms:
		return in, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *rangeWorker[E]) leave(in *room[E]) {
	in.empty()
	w.rooms <- in
}

// gather fills a batch with records and what follows them.
func (w *rangeWorker[E]) gather(ctx context.Context, c *cursor, b *projections.Batch[E], records []record) (err error) {
	b.Partition = w.partition
	c.wait = 0 // what isn't there yet is for the next batch
	for {
		w.append(ctx, c, b, records)
		if b.Next < c.next || len(b.Records) >= rangeBatch || w.done(b.Next) {
			c.next = b.Next
			return nil
		}
		if records, err = c.poll(ctx); err != nil || c.next == b.Next {
			return err
		}
	}
}

// await waits until the first record can be read.
func (w *rangeWorker[E]) await(ctx context.Context, records []record) error {
	if len(records) == 0 {
		return nil
	}
	err := untilReadable(ctx, w.r.log, w.r.topic, w.partition, records[0], func(m schemas.Message) error {
		_, err := w.r.decode(ctx, m)
		return err
	})
	if errors.Is(err, schemas.ErrUnusable) {
		return nil
	}
	return err
}

// append decodes records into a batch, up to the first that can't be read yet or is behind the
// end; b.Next is where to go on. Records are large, so they are decoded where they stay.
func (w *rangeWorker[E]) append(ctx context.Context, c *cursor, b *projections.Batch[E], records []record) {
	w.headers.read(records)
	for _, r := range records {
		if b.Next = r.offset; w.done(r.offset) {
			b.Next = w.end
			return
		}
		m := schemas.Message{Key: r.key, Value: r.value, Headers: w.headers.next(r)}
		if len(b.Records) == cap(b.Records) {
			b.Records = slices.Grow(b.Records, rangeBatch)
		}
		n := len(b.Records)
		one := &b.Records[:n+1][n]
		var err error
		one.Event, err = w.r.decode(ctx, m)
		switch {
		case err == nil:
			one.Offset, one.Time, one.RetryOf = r.offset, r.time, nil
			if of, copied := schemas.RetryOf(m, r.offset); copied {
				one.RetryOf = &of
			}
			b.Records = b.Records[:n+1]
		case errors.Is(err, schemas.ErrUnusable):
			b.SetAside = append(b.SetAside, r.offset)
		default:
			return
		}
	}
	if b.Next = c.next; w.done(b.Next) {
		b.Next = w.end
	}
}

// Ends is where each partition ends. It fails with [*LostError] if a partition doesn't begin
// at its beginning any more: what is made of the rest would be less than what was.
func (r *Range[E]) Ends(ctx context.Context) (map[int32]int64, error) {
	client, err := r.config.open()
	if err != nil {
		return nil, err
	}
	ends, err := followers{r.config, r.topic, r.count, r.log}.ends(ctx, client)
	for partition, end := range ends {
		first, failed := client.GetOffset(r.topic, partition, sarama.OffsetOldest)
		switch {
		case failed != nil:
			err = errors.Join(err, fmt.Errorf("find beginning of %s partition %d: %w", r.topic, partition, failed))
		case first > 0:
			err = errors.Join(err, &LostError{Topic: r.topic, Partition: partition, Asked: 0, First: first, End: end})
		}
	}
	return ends, errors.Join(err, client.Close())
}
