package kafka

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// Shipper takes clicks to Kafka, in order: a click is never in the log before one that was
// shipped earlier to the same partition. That is what lets readers tell a click that was sent
// twice by its sequence being no higher than the highest seen.
type Shipper struct {
	partitions int32
	writer     *writer
}

// NewShipper makes a shipper; it must be closed. It connects when the first clicks are shipped.
func NewShipper(c Config, log *slog.Logger) (*Shipper, error) {
	w, err := newWriter(c, c.Topic(TopicClicks), log)
	if err != nil {
		return nil, err
	}
	return &Shipper{c.clickPartitions(), w}, nil
}

// Partition is where the clicks of a link are.
func (s *Shipper) Partition(link domain.LinkNumber) int32 {
	return domain.PartitionOf(link.String(), s.partitions)
}

// Ship returns when every click is acknowledged by all in-sync replicas. It tries until ctx
// ends; clicks may then be in the log or not, and must be shipped again before any later ones.
// Shipments of one process must not overlap.
func (s *Shipper) Ship(ctx context.Context, clicks []domain.Click) error {
	messages := make([]schemas.Message, len(clicks))
	for i, c := range clicks {
		messages[i] = schemas.EncodeClick(c)
	}
	return s.ShipMessages(ctx, messages)
}

// ShipMessages is Ship for clicks that are encoded already; see [schemas.ClickMessage].
func (s *Shipper) ShipMessages(ctx context.Context, clicks []schemas.Message) error {
	waiting := make(map[int32][]schemas.Message, s.partitions)
	for _, m := range clicks {
		p := domain.PartitionOf(string(m.Key), s.partitions)
		waiting[p] = append(waiting[p], m)
	}
	return s.ship(ctx, waiting)
}

// ship takes messages to their partitions.
func (s *Shipper) ship(ctx context.Context, waiting map[int32][]schemas.Message) error {
	// In rounds of one batch for each partition, so that no batch has another behind it.
	for len(waiting) > 0 {
		round := make(map[int32]*sarama.RecordBatch, len(waiting))
		for p, messages := range waiting {
			n := fitting(messages)
			round[p] = newBatch(messages[:n], shipmentCodec)
			if waiting[p] = messages[n:]; len(waiting[p]) == 0 {
				delete(waiting, p)
			}
		}
		if err := s.writer.write(ctx, round); err != nil {
			return fmt.Errorf("ship clicks: %w", err)
		}
	}
	return nil
}

// shipmentCodec was chosen by measuring; see the package's documentation.
const shipmentCodec = sarama.CompressionLZ4

// Close ends the connections.
func (s *Shipper) Close() error { return s.writer.close() }
