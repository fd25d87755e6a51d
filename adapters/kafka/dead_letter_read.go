package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/schemas"
)

// Letter is a dead letter and what was done about it.
type Letter struct {
	schemas.DeadLetter
	Times int              // how often it was set aside: each reader of the topic does it for itself
	How   schemas.Handling // empty: nothing yet
}

// ReadDeadLetters returns everything that was set aside and is still kept, in the order in
// which it first was, each record once.
func ReadDeadLetters(ctx context.Context, c Config, log *slog.Logger) (letters []Letter, err error) {
	conf, err := c.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(c.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	topic := c.Topic(TopicDeadLetters)
	first, err := client.GetOffset(topic, 0, sarama.OffsetOldest)
	if err != nil {
		return nil, fmt.Errorf("find beginning of %s: %w", topic, err)
	}
	end, err := client.GetOffset(topic, 0, sarama.OffsetNewest)
	if err != nil {
		return nil, fmt.Errorf("find end of %s: %w", topic, err)
	}
	d := desk{place: map[string]int{}, log: log}
	reader := cursorAt(client, topic, 0, first, log)
	defer reader.close()
	if err := reader.readTo(ctx, end, d.take); err != nil {
		return nil, err
	}
	return d.letters, nil
}

// desk sorts letters.
type desk struct {
	letters []Letter
	place   map[string]int // in letters, by id
	log     *slog.Logger
}

func (d *desk) take(r record) error {
	m := r.message()
	if schemas.IsHandled(m) {
		h, err := schemas.DecodeHandled(m)
		if err != nil {
			d.log.Warn("passed over a handling of a dead letter", "offset", r.offset, "error", err)
			return nil
		}
		if i, ok := d.place[(schemas.DeadLetter{Topic: h.Topic, Position: h.Position}).ID()]; ok {
			d.letters[i].How = h.How
		}
		return nil
	}
	l, err := schemas.DecodeDeadLetter(m)
	if err != nil {
		d.log.Warn("passed over a dead letter", "offset", r.offset, "error", err)
		return nil
	}
	i, known := d.place[l.ID()]
	if !known {
		i = len(d.letters)
		d.place[l.ID()] = i
		d.letters = append(d.letters, Letter{})
	}
	d.letters[i].DeadLetter = l // the newest knows best why
	d.letters[i].Times++
	return nil
}

// Handle notes what was done about dead letters and returns once that is safe.
func (d *DeadLetters) Handle(ctx context.Context, handled ...schemas.Handled) error {
	messages := make([]schemas.Message, len(handled))
	for i, h := range handled {
		messages[i] = schemas.EncodeHandled(h)
	}
	for len(messages) > 0 {
		n := fitting(messages)
		batch := newBatch(messages[:n], sarama.CompressionNone)
		if err := d.writer.write(ctx, map[int32]*sarama.RecordBatch{0: batch}); err != nil {
			return fmt.Errorf("note what was done about dead letters: %w", err)
		}
		messages = messages[n:]
	}
	return nil
}
