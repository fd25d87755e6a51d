package kafka

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/linklog/linklog/schemas"
)

// NewCopier makes a shipper that takes clicks to another topic of the same brokers, named in
// full, which must exist. Keys, headers and ids stay; the clicks of a link stay in order, in
// the partition that the key has among as many as that topic has. Linklog's own topics are
// refused: a copy among the originals could never be told from them again.
func NewCopier(c Config, topic string, log *slog.Logger) (*Shipper, error) {
	for _, own := range c.topics() {
		if topic == own.name {
			return nil, fmt.Errorf("%s is Linklog's own topic: copy clicks to another one", topic)
		}
	}
	w, err := newWriter(c, topic, log)
	if err != nil {
		return nil, err
	}
	partitions, err := w.client.Partitions(topic)
	if err != nil {
		_ = w.close()
		return nil, fmt.Errorf("find topic %s, which must be there already: %w", topic, err)
	}
	return &Shipper{partitions: int32(len(partitions)), writer: w}, nil //nolint:gosec // Kafka's own type
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
