package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// Relay is a subscriber for watermill's router: it has the router handle a topic batch by batch.
// The one that comes with watermill-kafka hands out single records, one un-acked per partition, and
// goes by the offsets of its group; here whoever handles a batch keeps its place together with what
// it did. A message is only a batch's name; [Relay.Handler] makes a router's handler of one for
// batches.
//
// A Relay is used for one subscription.
type Relay[E any] struct {
	source *Source[E]
	begin  Begin

	stop context.CancelFunc
	done chan struct{} // closed when nothing is read any more

	mu   sync.Mutex
	lent map[string]*loan[E] // batches that are being handled, by the message's name
	next map[int32]int64     // of each partition that is read
}

// Begin tells where reading a partition begins: at the offset that was recorded last (0: none was),
// but not before what was written at a time (zero: what is written from now on).
type Begin func(ctx context.Context, partition int32) (recorded int64, since time.Time, err error)

// loan is a batch on its way, and what its handler said.
type loan[E any] struct {
	batch projections.Batch[E]
	from  int64
	err   error
}

// errUnhandled says that the router gave a batch back without a handler having seen it.
var errUnhandled = errors.New("nobody handled the batch")

// NewEventRelay relays links.events. Those who share the work use the same group.
func NewEventRelay(c Config, group string, codec *schemas.Codec, dead *DeadLetters, begin Begin, log *slog.Logger) *Relay[domain.Event] {
	return newRelay(NewEvents(c, group, codec, dead, log), begin)
}

// NewClickRelay relays clicks. Those who share the work use the same group.
func NewClickRelay(c Config, group string, dead *DeadLetters, begin Begin, log *slog.Logger) *Relay[domain.Click] {
	return newRelay(NewClicks(c, group, dead, log), begin)
}

func newRelay[E any](s *Source[E], begin Begin) *Relay[E] {
	return &Relay[E]{source: s, begin: begin, lent: map[string]*loan[E]{}, next: map[int32]int64{}, done: make(chan struct{})}
}

// Subscribe implements watermill's message.Subscriber; the topic's name is the source's.
func (r *Relay[E]) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	conf, err := r.source.config.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(r.source.config.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	ctx, r.stop = context.WithCancel(ctx) //nolint:gosec // Close calls it
	out := make(chan *message.Message)
	go func() {
		defer close(r.done)
		defer close(out)
		err := r.source.Consume(ctx,
			func(ctx context.Context, partition int32) (int64, error) { return r.start(ctx, client, partition) },
			func(ctx context.Context, b projections.Batch[E]) error { return r.lend(ctx, out, b) })
		if err = errors.Join(err, client.Close()); err != nil {
			r.source.log.Error("stopped relaying", "topic", r.source.topic, "error", err)
		}
	}()
	return out, nil
}

// Close implements watermill's message.Subscriber: it waits for the batches in hand.
func (r *Relay[E]) Close() error {
	if r.stop != nil {
		r.stop()
		<-r.done
	}
	return nil
}

// start is where a partition is read on from.
func (r *Relay[E]) start(ctx context.Context, client sarama.Client, partition int32) (int64, error) {
	recorded, since, err := r.begin(ctx, partition)
	if err != nil {
		return 0, err
	}
	at := sarama.OffsetNewest
	if !since.IsZero() {
		at = since.UnixMilli()
	}
	end, err := client.GetOffset(r.source.topic, partition, sarama.OffsetNewest)
	if err != nil {
		return 0, fmt.Errorf("find the end of %s: %w", r.source.topic, err)
	}
	first, err := client.GetOffset(r.source.topic, partition, at)
	if err != nil {
		return 0, fmt.Errorf("find what %s had at %s: %w", r.source.topic, since, err)
	}
	if first < 0 { // nothing was written since
		first = end
	}
	next := max(recorded, first)
	r.mu.Lock()
	r.next[partition] = next
	r.mu.Unlock()
	return next, nil
}

// lend has the router handle a batch.
func (r *Relay[E]) lend(ctx context.Context, out chan<- *message.Message, b projections.Batch[E]) error {
	r.mu.Lock()
	one := &loan[E]{batch: b, from: r.next[b.Partition], err: errUnhandled}
	name := r.source.topic + "/" + strconv.Itoa(int(b.Partition)) + "@" + strconv.FormatInt(one.from, 10)
	r.lent[name] = one
	r.mu.Unlock()
	m := message.NewMessage(name, nil)
	m.SetContext(ctx)
	select {
	case out <- m:
	case <-ctx.Done():
		return r.returned(name, b.Partition, b.Next)
	}
	select { // not ctx: a handler that has recorded a batch is believed, and it ends with ctx by itself
	case <-m.Acked():
	case <-m.Nacked():
	}
	return r.returned(name, b.Partition, b.Next)
}

// returned is what the handler of a batch said.
func (r *Relay[E]) returned(name string, partition int32, next int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.lent[name].err
	delete(r.lent, name)
	if err == nil {
		r.next[partition] = next
	}
	return err
}

// Handler is handle as a router takes it. From is the offset that the batch follows on.
func (r *Relay[E]) Handler(handle func(ctx context.Context, from int64, b projections.Batch[E]) error) message.NoPublishHandlerFunc {
	return func(m *message.Message) error {
		r.mu.Lock()
		one := r.lent[m.UUID]
		r.mu.Unlock()
		if one == nil {
			return errUnhandled
		}
		err := handle(m.Context(), one.from, one.batch)
		r.mu.Lock()
		one.err = err
		r.mu.Unlock()
		return err
	}
}
