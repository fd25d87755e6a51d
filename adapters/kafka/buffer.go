package kafka

import (
	"context"
	"sort"
	"sync"

	"github.com/linklog/linklog/projections"
)

// How many records wait between reading and handling, and how many are handled at once.
const (
	maxWaiting = 10_000
	maxBatch   = 5_000
)

// buffer stands between the goroutine that reads a partition and the one that handles it, so
// that a batch is everything that has arrived meanwhile.
type buffer[E any] struct {
	mu      sync.Mutex
	records []projections.Record[E]
	aside   []int64       // offsets of records that nobody gets
	next    int64         // the offset behind everything that was put
	filled  chan struct{} // a token: there is something to take
	drained chan struct{} // a token: there may be room
}

func newBuffer[E any](next int64) *buffer[E] {
	return &buffer[E]{next: next, filled: make(chan struct{}, 1), drained: make(chan struct{}, 1)}
}

// put adds records that reach up to next. It waits while the buffer is full.
func (b *buffer[E]) put(ctx context.Context, records []projections.Record[E], next int64) error {
	for {
		b.mu.Lock()
		if len(b.records) < maxWaiting {
			b.records = append(b.records, records...)
			b.next = next
			b.mu.Unlock()
			if len(records) > 0 { // markers alone are not worth a batch
				give(b.filled)
			}
			return nil
		}
		b.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.drained:
		}
	}
}

// skip passes a record that nobody gets. That alone is a batch, so that it is not read again.
func (b *buffer[E]) skip(offset int64) {
	b.mu.Lock()
	b.aside, b.next = append(b.aside, offset), offset+1
	b.mu.Unlock()
	give(b.filled)
}

// take waits for something and returns all of it, up to [maxBatch].
func (b *buffer[E]) take(ctx context.Context) (projections.Batch[E], error) {
	for {
		if err := ctx.Err(); err != nil {
			return projections.Batch[E]{}, err
		}
		if batch, ok := b.cut(); ok {
			give(b.drained)
			return batch, nil
		}
		select {
		case <-ctx.Done():
			return projections.Batch[E]{}, ctx.Err()
		case <-b.filled:
		}
	}
}

func (b *buffer[E]) cut() (batch projections.Batch[E], ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.records) == 0 && len(b.aside) == 0 {
		return batch, false
	}
	if len(b.records) > maxBatch {
		batch.Records, b.records = b.records[:maxBatch:maxBatch], b.records[maxBatch:]
		batch.Next = batch.Records[maxBatch-1].Offset + 1
		n := sort.Search(len(b.aside), func(i int) bool { return b.aside[i] >= batch.Next })
		batch.SetAside, b.aside = b.aside[:n:n], b.aside[n:]
		return batch, true
	}
	batch.Records, batch.SetAside, batch.Next = b.records, b.aside, b.next
	b.records, b.aside = nil, nil
	return batch, true
}

// give leaves a token unless there is one.
func give(token chan struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}
