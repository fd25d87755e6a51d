package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// ClickReader reads the clicks topic for people and programs that look on: it joins no group,
// writes nothing, and needs no rights but to read. It may be used by many goroutines.
//
// Each call reads every partition in a goroutine of its own and calls each for one click at a
// time, those of a partition in their order. A click that is in the log twice comes once,
// unless it first came before the beginning of the call. What can't be used is passed over;
// what a newer version wrote is waited for.
type ClickReader struct {
	client sarama.Client
	topic  string
	log    *slog.Logger
}

// clickAnswer is the size of one answer, of each partition at the same time. Clicks pack well
// and grow to forty times that in memory.
const clickAnswer = 256 << 10

// FoundClick is a click in its place.
type FoundClick struct {
	Partition int32
	projections.Record[domain.Click]
	Message schemas.Message // as it is in the log
}

// NewClickReader makes a reader; it must be closed. It connects when it is first asked.
func NewClickReader(c Config, log *slog.Logger) (*ClickReader, error) {
	conf, err := c.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(c.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	return &ClickReader{client, c.Topic(TopicClicks), log}, nil
}

// Close ends the connections. Nothing may be read any more.
func (r *ClickReader) Close() error { return r.client.Close() }

// Ends is the offset behind the last record of every partition.
func (r *ClickReader) Ends(ctx context.Context) ([]int64, error) {
	return r.offsets(ctx, sarama.OffsetNewest)
}

// Beginnings is the first offset that each partition still holds.
func (r *ClickReader) Beginnings(ctx context.Context) ([]int64, error) {
	return r.offsets(ctx, sarama.OffsetOldest)
}

// Since is the first offset of every partition whose record the broker took at t or later; the
// end where there is none. A click happened before that, perhaps long before.
func (r *ClickReader) Since(ctx context.Context, t time.Time) ([]int64, error) {
	ends, err := r.Ends(ctx) // first: what comes meanwhile belongs to those who ask for it
	if err != nil {
		return nil, err
	}
	since, err := r.offsets(ctx, max(t.UnixMilli(), 0))
	for i := range since {
		if since[i] < 0 {
			since[i] = ends[i]
		}
	}
	return since, err
}

// offsets asks for an offset of every partition. It asks again while the broker is away.
func (r *ClickReader) offsets(ctx context.Context, at int64) ([]int64, error) {
	for failures := 1; ; failures++ {
		all, err := r.offsetsOnce(at)
		if err == nil {
			return all, nil
		}
		if judge(err) != retriable || failures == ensureAttempts || !pause(ctx, backoff(failures)) {
			return nil, fmt.Errorf("find offsets of %s: %w", r.topic, err)
		}
		if failures == 3 {
			r.log.Warn("can't find offsets; trying on", "topic", r.topic, "error", err)
		}
		_ = r.client.RefreshMetadata(r.topic) // if this fails, so does the next attempt
	}
}

func (r *ClickReader) offsetsOnce(at int64) ([]int64, error) {
	partitions, err := r.client.Partitions(r.topic)
	if err != nil {
		return nil, err
	}
	all := make([]int64, len(partitions))
	for _, p := range partitions {
		if all[p], err = r.client.GetOffset(r.topic, p, at); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Follow calls each with every click from the given offsets on, until ctx ends (then it
// returns nil) or each fails.
func (r *ClickReader) Follow(ctx context.Context, from []int64, each func(FoundClick) error) error {
	err := r.read(ctx, from, nil, each, func(int32, int64) {})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ReadTo calls each with the clicks from the given offsets to before others, then returns. What
// is read was there when it was asked for its end: transactions that are open hold it up.
// Calls of passed don't overlap with those of each; it is told how far a partition was read.
func (r *ClickReader) ReadTo(ctx context.Context, from, to []int64, each func(FoundClick) error, passed func(partition int32, next int64)) error {
	return r.read(ctx, from, to, each, passed)
}

func (r *ClickReader) read(ctx context.Context, from, to []int64, each func(FoundClick) error, passed func(int32, int64)) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	for partition := range int32(len(from)) { //nolint:gosec // Kafka's own type
		p := &clickPartition{reader: r, seen: newSeen(from[partition])}
		p.cursor = cursorAt(r.client, r.topic, partition, from[partition], r.log)
		p.cursor.bytes = clickAnswer
		if to != nil {
			p.cursor.wait = shortWait
		}
		g.Go(func() error {
			defer p.cursor.close()
			for to == nil || p.cursor.next < to[partition] {
				found, err := p.poll(ctx, to)
				if err != nil {
					return err
				}
				mu.Lock()
				err = deliver(found, each)
				passed(partition, p.cursor.next)
				mu.Unlock()
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func deliver(found []FoundClick, each func(FoundClick) error) error {
	for i := range found {
		if err := each(found[i]); err != nil {
			return err
		}
	}
	return nil
}

// clickPartition is one partition while it is read.
type clickPartition struct {
	reader *ClickReader
	cursor *cursor
	seen   *seen
}

// poll returns the next clicks that were not seen before and, if to says so, are not behind
// the end.
func (p *clickPartition) poll(ctx context.Context, to []int64) ([]FoundClick, error) {
	records, err := p.cursor.poll(ctx)
	if err != nil {
		return nil, err
	}
	found := make([]FoundClick, 0, len(records))
	for _, r := range records {
		if to != nil && r.offset >= to[p.cursor.partition] {
			break
		}
		one := FoundClick{Partition: p.cursor.partition}
		one.Offset, one.Time = r.offset, r.time
		err := untilReadable(ctx, p.reader.log, p.cursor.topic, p.cursor.partition, r, func(m schemas.Message) (err error) {
			one.Message = m
			one.Event, err = schemas.DecodeClick(m)
			return err
		})
		if errors.Is(err, schemas.ErrUnusable) {
			p.reader.log.Warn("passed over a record that can't be used", "partition", p.cursor.partition, "offset", r.offset, "error", err)
			p.seen.setAside(r.offset)
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.seen.first(&one) {
			found = append(found, one)
		}
	}
	return found, nil
}

// seen tells the clicks of a partition that come for the first time, by the two rules of the
// contract: a recorder that sends something again has sent nothing above it; and a copy of a
// record that was set aside counts where its original could not be used. What an original was
// that stands before the beginning nobody knows: then the copy comes.
type seen struct {
	from    int64               // nothing below it was read
	above   map[recorder]uint64 // the first sequence that was not seen
	aside   map[int64]bool      // offsets of what can't be used
	retried map[domain.ClickID]bool
}

type recorder struct{ node, epoch uint64 }

func newSeen(from int64) *seen {
	return &seen{from: from, above: map[recorder]uint64{}, aside: map[int64]bool{}, retried: map[domain.ClickID]bool{}}
}

func (s *seen) setAside(offset int64) { s.aside[offset] = true }

func (s *seen) first(c *FoundClick) bool {
	id := c.Event.ID
	if of, ok := schemas.RetryOf(c.Message, c.Offset); ok {
		c.RetryOf = &of
		if of >= s.from && of != c.Offset && !s.aside[of] || s.retried[id] {
			return false
		}
		delete(s.aside, of)
		s.retried[id] = true
		return true
	}
	from := recorder{id.Node, id.Epoch}
	if id.Sequence < s.above[from] {
		return false
	}
	s.above[from] = id.Sequence + 1
	return true
}
