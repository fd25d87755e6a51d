package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// Source reads the partitions of one topic that a consumer group gives to this process. It
// implements [projections.Source].
type Source[E any] struct {
	config Config
	topic  string
	group  string
	decode func(context.Context, schemas.Message) (E, error)
	dead   *DeadLetters
	log    *slog.Logger
}

var (
	_ projections.Source[domain.Event] = (*Source[domain.Event])(nil)
	_ projections.Source[domain.Click] = (*Source[domain.Click])(nil)
)

// NewEvents makes a source of links.events. Those who share the work use the same group.
func NewEvents(c Config, group string, codec *schemas.Codec, dead *DeadLetters, log *slog.Logger) *Source[domain.Event] {
	return &Source[domain.Event]{c, c.Topic(TopicEvents), c.Prefix + group, codec.DecodeEvent, dead, log}
}

// NewClicks makes a source of clicks. Those who share the work use the same group.
func NewClicks(c Config, group string, dead *DeadLetters, log *slog.Logger) *Source[domain.Click] {
	decode := func(_ context.Context, m schemas.Message) (domain.Click, error) { return schemas.DecodeClick(m) }
	return &Source[domain.Click]{c, c.Topic(TopicClicks), c.Prefix + group, decode, dead, log}
}

// Consume implements [projections.Source]. Partitions don't wait for each other. While a batch
// is handled the next one is read and decoded. It returns nil when ctx ends.
//
// A record of a newer version, or one whose key can't be had at the moment, is waited for; an
// unusable one is set aside among the dead letters, perhaps more than once, and passed over.
func (s *Source[E]) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[E]) error,
) error {
	conf, err := s.config.client()
	if err != nil {
		return err
	}
	client, err := sarama.NewClient(s.config.Brokers, conf)
	if err != nil {
		return fmt.Errorf("configure Kafka client: %w", err)
	}
	err = s.config.assigned(ctx, s.group, s.topic, s.log, func(ctx context.Context, session sarama.ConsumerGroupSession, partition int32) {
		var complaints complaints
		for ctx.Err() == nil {
			next, err := start(ctx, partition)
			if err == nil {
				err = s.read(ctx, session, cursorAt(client, s.topic, partition, next, s.log), handle)
			}
			if ctx.Err() != nil {
				return
			}
			if errors.Is(err, projections.ErrFenced) { // by who has the partition now, or by a swap of generations
				s.log.Info("starting afresh", "topic", s.topic, "partition", partition, "reason", err)
				pause(ctx, shortWait)
				continue
			}
			if complaints.news(err) {
				s.log.Error("stopped reading; starting afresh", "topic", s.topic, "partition", partition, "error", err)
			}
			pause(ctx, restPause)
		}
	})
	return errors.Join(err, client.Close())
}

// read fetches and handles, both at once, until ctx ends or one of them fails.
func (s *Source[E]) read(ctx context.Context, session sarama.ConsumerGroupSession, c *cursor, handle func(context.Context, projections.Batch[E]) error) error {
	c.bytes = largeAnswer
	session.ResetOffset(c.topic, c.partition, c.next, "") // only monitors of lag look at it
	waiting := newBuffer[E](c.next)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer c.close()
		return s.fill(ctx, c, waiting)
	})
	g.Go(func() error {
		for {
			b, err := waiting.take(ctx)
			if err != nil {
				return err
			}
			b.Partition = c.partition
			if err := handle(ctx, b); err != nil {
				return err
			}
			session.MarkOffset(c.topic, c.partition, b.Next, "")
		}
	})
	return g.Wait()
}

// fill reads and decodes ahead.
func (s *Source[E]) fill(ctx context.Context, c *cursor, into *buffer[E]) error {
	for {
		records, err := c.poll(ctx)
		if err != nil {
			return err
		}
		decoded := make([]projections.Record[E], 0, len(records))
		for _, r := range records {
			one, err := s.record(ctx, r)
			if err != nil {
				// What stands before it must not wait with it.
				if err := into.put(ctx, decoded, r.offset); err != nil {
					return err
				}
				decoded = nil
				one, err = s.insist(ctx, c, r)
			}
			switch {
			case err == nil:
				decoded = append(decoded, one)
			case errors.Is(err, schemas.ErrUnusable):
				into.skip(r.offset)
			default:
				return err
			}
		}
		if err := into.put(ctx, decoded, c.next); err != nil {
			return err
		}
	}
}

// record decodes a record.
func (s *Source[E]) record(ctx context.Context, r record) (projections.Record[E], error) {
	m := r.message()
	e, err := s.decode(ctx, m)
	one := projections.Record[E]{Offset: r.offset, Time: r.time, Event: e}
	if of, copied := schemas.RetryOf(m, r.offset); copied {
		one.RetryOf = &of
	}
	return one, err
}

// insist decodes a record once that is possible, or sets it aside: then it is unusable.
func (s *Source[E]) insist(ctx context.Context, c *cursor, r record) (one projections.Record[E], err error) {
	err = untilReadable(ctx, s.log, c.topic, c.partition, r, func(schemas.Message) (err error) {
		one, err = s.record(ctx, r)
		return err
	})
	if errors.Is(err, schemas.ErrUnusable) {
		if failed := s.dead.set(ctx, c.topic, c.partition, r, err); failed != nil {
			return one, failed
		}
	}
	return one, err
}
