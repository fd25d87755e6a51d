package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/IBM/sarama"
)

// cursor reads the committed records of one partition over a connection of its own. Unlike
// sarama's consumers it knows where it stands when only markers of transactions are left, and
// it hands out what one answer holds at once.
type cursor struct {
	client    sarama.Client // knows the leaders; shared
	topic     string
	partition int32
	next      int64         // the offset to read next
	bytes     int32         // how much one answer may hold
	wait      time.Duration // how long a broker keeps us waiting at the end
	log       *slog.Logger
	line      *line
}

// Sizes of one answer, and how long brokers hold it back while there is nothing to tell: long
// enough that idle partitions cost little.
const (
	smallAnswer = 1 << 20
	largeAnswer = 4 << 20
	idleWait    = time.Second
	shortWait   = 20 * time.Millisecond
)

// cursorAt makes a cursor that follows the partition from next on.
func cursorAt(c sarama.Client, topic string, partition int32, next int64, log *slog.Logger) *cursor {
	return &cursor{client: c, topic: topic, partition: partition, next: next, bytes: smallAnswer, wait: idleWait, log: log}
}

// record is one committed record.
type record struct {
	offset  int64
	time    time.Time // when the broker took it
	key     []byte
	headers []*sarama.RecordHeader
	value   []byte
}

// poll returns what follows, which may be nothing, and moves on. Broken connections and
// moving leaders are waited out. It fails when ctx ends, and with *LostError or what else
// can't be helped.
func (c *cursor) poll(ctx context.Context) ([]record, error) {
	for failures := 0; ; {
		records, err := c.fetch(ctx)
		if err == nil {
			if failures > 0 {
				c.log.Info("reading again", "topic", c.topic, "partition", c.partition)
			}
			return records, nil
		}
		c.close()
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, sarama.ErrOffsetOutOfRange):
			return nil, c.lost(err)
		case judge(err) != retriable:
			return nil, fmt.Errorf("read %s partition %d: %w", c.topic, c.partition, err)
		}
		if failures++; failures == 3 { // a leader that moves is no news
			c.log.Warn("can't read", "topic", c.topic, "partition", c.partition, "error", err)
		}
		if !pause(ctx, backoff(failures)) {
			return nil, ctx.Err()
		}
		_ = c.client.RefreshMetadata(c.topic) // if this fails, so does the next attempt
	}
}

// lost tells what the partition holds instead of the offset that was asked for.
func (c *cursor) lost(err error) error {
	first, err1 := c.client.GetOffset(c.topic, c.partition, sarama.OffsetOldest)
	end, err2 := c.client.GetOffset(c.topic, c.partition, sarama.OffsetNewest)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("read %s partition %d from %d: %w", c.topic, c.partition, c.next, err)
	}
	return &LostError{Topic: c.topic, Partition: c.partition, Asked: c.next, First: first, End: end}
}

// readTo polls until everything before end was read. each gets the records from the cursor's
// place on; at the end of the partition they may go beyond end.
func (c *cursor) readTo(ctx context.Context, end int64, each func(record) error) error {
	c.wait = shortWait // only an undecided transaction makes us wait before the end
	for c.next < end {
		records, err := c.poll(ctx)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetch is one request to the partition's leader.
func (c *cursor) fetch(ctx context.Context) ([]record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := c.connect(); err != nil {
		return nil, err
	}
	request := &sarama.FetchRequest{
		Version: 12, MinBytes: 1, MaxBytes: c.bytes, MaxWaitTime: int32(c.wait / time.Millisecond), //nolint:gosec // a second
		Isolation: sarama.ReadCommitted, SessionEpoch: -1,
	}
	request.AddBlock(c.topic, c.partition, c.next, c.bytes, -1)
	response, err := exchange(ctx, c.line, func(b *sarama.Broker) (*sarama.FetchResponse, error) { return b.Fetch(request) })
	if err != nil {
		return nil, err
	}
	if err := code(sarama.KError(response.ErrorCode)); err != nil {
		return nil, err
	}
	block := response.GetBlock(c.topic, c.partition)
	if block == nil {
		return nil, sarama.ErrIncompleteResponse
	}
	if err := code(block.Err); err != nil {
		return nil, err
	}
	if partial(block) { // brokers send the first batch whole; one that doesn't is asked for more
		c.bytes = min(c.bytes, math.MaxInt32/2) * 2
		return nil, nil
	}
	var records []record
	records, c.next, err = committed(block, c.next)
	return records, err
}

func (c *cursor) connect() error {
	if c.line != nil {
		return nil
	}
	leader, err := c.client.Leader(c.topic, c.partition)
	if err != nil {
		return fmt.Errorf("find leader: %w", err)
	}
	// A line of its own: requests on one line wait for each other's answers.
	c.line = connect(leader.Addr(), c.client.Config())
	return nil
}

func (c *cursor) close() {
	if c.line != nil {
		c.line.close()
		c.line = nil
	}
}
