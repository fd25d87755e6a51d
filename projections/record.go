package projections

import (
	"context"
	"time"
)

// Record is one readable entry of a topic partition.
type Record[E any] struct {
	Offset  int64
	Time    time.Time // when the broker took it
	Event   E
	RetryOf *int64 // it is a copy of the record with this offset, which somebody set aside, or (its own) of one elsewhere; nil: no copy
}

// Batch is what arrived on one partition, in order. Next is the offset to go on from; it may
// lie beyond the last record, since brokers put markers of their own between records and
// unusable records are set aside before they get here.
type Batch[E any] struct {
	Partition int32
	Records   []Record[E]
	Next      int64
	SetAside  []int64 // offsets of the unusable records; a fold that takes copies of them must remember these
}

// from is the batch without the records below next.
func (b Batch[E]) from(next int64) Batch[E] {
	for len(b.SetAside) > 0 && b.SetAside[0] < next {
		b.SetAside = b.SetAside[1:]
	}
	for len(b.Records) > 0 && b.Records[0].Offset < next {
		b.Records = b.Records[1:]
	}
	return b
}

// Source reads the partitions of one topic that are assigned to this process.
type Source[E any] interface {
	// Consume asks start for the first offset of every partition it is assigned, then calls
	// handle with what arrives, one batch of a partition at a time, until ctx ends. When
	// handle fails, the error is logged and, after a pause, start is asked again.
	Consume(ctx context.Context,
		start func(ctx context.Context, partition int32) (next int64, err error),
		handle func(ctx context.Context, b Batch[E]) error) error
}
