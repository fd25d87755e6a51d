package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"
)

// Lag is how far a reader of a partition is from its end.
type Lag struct {
	Partition int32
	Next      int64         // the first offset that wasn't read
	End       int64         // where the partition ends
	Records   int64         // between them; 0 if nothing but markers of transactions is left
	Age       time.Duration // since the broker took the first of them
}

// Monitor looks at topics and groups without taking part. It must be closed.
type Monitor struct {
	config Config
	client sarama.Client
	log    *slog.Logger
}

// NewMonitor makes a monitor.
func NewMonitor(c Config, log *slog.Logger) (*Monitor, error) {
	client, err := c.open()
	if err != nil {
		return nil, err
	}
	return &Monitor{c, client, log}, nil
}

// Close ends the connections.
func (m *Monitor) Close() error { return m.client.Close() }

// Lags compares positions in a topic with its ends, in the order of partitions. now is what
// ages are told from.
func (m *Monitor) Lags(ctx context.Context, topic string, next map[int32]int64, now time.Time) ([]Lag, error) {
	partitions := slices.Sorted(maps.Keys(next))
	lags := make([]Lag, len(partitions))
	g, ctx := errgroup.WithContext(ctx)
	for i, p := range partitions {
		g.Go(func() (err error) {
			lags[i], err = m.lag(ctx, m.config.Topic(topic), p, next[p], now)
			return err
		})
	}
	return lags, g.Wait()
}

func (m *Monitor) lag(ctx context.Context, topic string, partition int32, next int64, now time.Time) (Lag, error) {
	end, err := m.client.GetOffset(topic, partition, sarama.OffsetNewest)
	if err != nil {
		return Lag{}, fmt.Errorf("find end of %s partition %d: %w", topic, partition, err)
	}
	l := Lag{Partition: partition, Next: next, End: end}
	c := cursorAt(m.client, topic, partition, next, m.log)
	defer c.close()
	c.wait = 0
	for c.next < end {
		at := c.next
		records, err := c.poll(ctx)
		if lost := (*LostError)(nil); errors.As(err, &lost) {
			l.Records = end - lost.First // the rest is gone
			return l, nil
		}
		if err != nil {
			return l, err
		}
		if len(records) > 0 {
			l.Records, l.Age = end-records[0].offset, max(0, now.Sub(records[0].time))
			return l, nil
		}
		if c.next == at {
			return l, nil // the rest is a transaction that is not decided yet
		}
	}
	return l, nil
}

// Decided is the first command of each partition that is not decided.
func (m *Monitor) Decided(ctx context.Context) (map[int32]int64, error) {
	next := map[int32]int64{}
	for partition := range m.config.LinkPartitions() {
		p := m.partition(partition)
		at, err := p.undecided(ctx)
		if err != nil {
			return nil, fmt.Errorf("read position of deciders: %w", err)
		}
		next[partition] = at
	}
	return next, nil
}

// partition is as much of one as asking for its position takes.
func (m *Monitor) partition(number int32) *partition {
	return &partition{log: &Log{config: m.config, log: m.log}, client: m.client, number: number}
}

// Held is how many records a topic holds.
func (m *Monitor) Held(topic string) (int64, error) {
	name := m.config.Topic(topic)
	partitions, err := m.client.Partitions(name)
	if err != nil {
		return 0, fmt.Errorf("find partitions of %s: %w", name, err)
	}
	var n int64
	for _, p := range partitions {
		first, err1 := m.client.GetOffset(name, p, sarama.OffsetOldest)
		end, err2 := m.client.GetOffset(name, p, sarama.OffsetNewest)
		if err := errors.Join(err1, err2); err != nil {
			return 0, fmt.Errorf("count records of %s: %w", name, err)
		}
		n += end - first
	}
	return n, nil
}
