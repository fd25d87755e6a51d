package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/schemas"
)

// NewCopier makes a shipper that takes clicks to another topic of the same brokers, named in
// full. Linklog's own topics are refused: a copy among the originals could never be told from
// them again. The topic must have as many partitions as clicks, so that a partition's copy is
// the same partition: put together otherwise, clicks of one recorder would change places, and
// readers would take the earlier for a duplicate of the later. For the same reason it must be
// empty, unless more is true: then the caller knows that it holds nothing later.
func NewCopier(c Config, topic string, more bool, log *slog.Logger) (*Shipper, error) {
	for _, own := range c.topics() {
		if topic == own.name {
			return nil, fmt.Errorf("%s is Linklog's own topic: copy clicks to another one", topic)
		}
	}
	w, err := newWriter(c, topic, log)
	if err != nil {
		return nil, err
	}
	partitions, err := copyable(w.client, c.Topic(TopicClicks), topic, more)
	if err != nil {
		_ = w.close() // nothing was written
		return nil, fmt.Errorf("copy to topic %s: %w", topic, err)
	}
	return &Shipper{partitions: partitions, writer: w}, nil
}

// copyable checks that one topic can become a copy of the other, and returns how many
// partitions they have.
func copyable(client sarama.Client, from, to string, more bool) (int32, error) {
	want, err := client.Partitions(from)
	if err != nil {
		return 0, fmt.Errorf("look up %s: %w", from, err)
	}
	have, err := client.Partitions(to)
	if err != nil {
		return 0, fmt.Errorf("it must be there: %w", err)
	}
	if len(have) != len(want) {
		return 0, fmt.Errorf("it has %d partitions, but must have %d like %s", len(have), len(want), from)
	}
	for _, p := range have {
		first, err1 := client.GetOffset(to, p, sarama.OffsetOldest)
		end, err2 := client.GetOffset(to, p, sarama.OffsetNewest)
		if err := errors.Join(err1, err2); err != nil {
			return 0, fmt.Errorf("look at its offsets: %w", err)
		}
		if end > first && !more {
			return 0, errors.New("it is not empty")
		}
	}
	return int32(len(have)), nil //nolint:gosec // Kafka's own type
}

// PutBack writes copies of records that were set aside to the ends of the partitions they came
// from, those of a partition in the order of their originals, and returns once they are safe.
// Only clicks can be put back: facts about links are true in their order alone, and commands
// are past their deadlines.
func PutBack(ctx context.Context, c Config, letters []schemas.DeadLetter, log *slog.Logger) error {
	letters = slices.Clone(letters)
	slices.SortFunc(letters, func(a, b schemas.DeadLetter) int { return int(a.Position.Offset - b.Position.Offset) })
	waiting := map[int32][]schemas.Message{}
	for _, l := range letters {
		if l.Topic != TopicClicks {
			return fmt.Errorf("%s can't be put back: it is not a click", l.ID())
		}
		waiting[l.Position.Partition] = append(waiting[l.Position.Partition], schemas.Retry(l.Message, l.Position.Offset))
	}
	w, err := newWriter(c, c.Topic(TopicClicks), log)
	if err != nil {
		return err
	}
	s := &Shipper{writer: w}
	err = s.ship(ctx, waiting)
	if closed := s.Close(); err == nil {
		err = closed
	}
	return err
}
