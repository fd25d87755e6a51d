package kafka

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// DeadLetters sets aside what can't be used. The same record may be set aside more than once:
// topic, partition and offset tell that it is one.
type DeadLetters struct {
	prefix string
	writer *writer
}

// NewDeadLetters makes a writer of dead letters; it must be closed. It connects when the
// first one is written.
func NewDeadLetters(c Config, log *slog.Logger) (*DeadLetters, error) {
	w, err := newWriter(c, c.Topic(TopicDeadLetters), log)
	if err != nil {
		return nil, err
	}
	return &DeadLetters{c.Prefix, w}, nil
}

// Set writes a dead letter and returns once it is safe, or when ctx ends.
func (d *DeadLetters) Set(ctx context.Context, l schemas.DeadLetter) error {
	m, err := schemas.EncodeDeadLetter(l)
	if err != nil {
		return err
	}
	batch := newBatch([]schemas.Message{m}, sarama.CompressionNone)
	if err := d.writer.write(ctx, map[int32]*sarama.RecordBatch{0: batch}); err != nil {
		return fmt.Errorf("set aside %s partition %d offset %d: %w", l.Topic, l.Position.Partition, l.Position.Offset, err)
	}
	return nil
}

// set is Set for a record as it was read.
func (d *DeadLetters) set(ctx context.Context, topic string, partition int32, r record, why error) error {
	d.writer.log.Error("set aside a record that can't be used", "topic", topic, "partition", partition, "offset", r.offset, "error", why)
	return d.Set(ctx, schemas.DeadLetter{
		Topic: strings.TrimPrefix(topic, d.prefix), Position: domain.Position{Partition: partition, Offset: r.offset},
		Message: r.message(), Reason: why.Error(), At: time.Now(),
	})
}

// Close ends the connections.
func (d *DeadLetters) Close() error { return d.writer.close() }
