package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/IBM/sarama"
)

// Begins is where each partition begins: what was before is gone.
func (r *Range[E]) Begins(context.Context) (map[int32]int64, error) {
	client, err := r.config.open()
	if err != nil {
		return nil, err
	}
	begins := map[int32]int64{}
	for partition := range r.count {
		first, failed := client.GetOffset(r.topic, partition, sarama.OffsetOldest)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("find beginning of %s partition %d: %w", r.topic, partition, failed))
		}
		begins[partition] = first
	}
	return begins, errors.Join(err, client.Close())
}
