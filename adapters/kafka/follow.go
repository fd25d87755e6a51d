package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"
)

// followers reads all partitions of a topic, without a group.
type followers struct {
	config Config
	topic  string
	count  int32
	log    *slog.Logger
}

// run opens a client, lets begin say where each partition starts, and reads on from there
// until ctx ends (then it returns nil) or something can't be helped. Each partition has a
// goroutine of its own. polled is called after each answer with the offset that is next.
func (f followers) run(ctx context.Context,
	begin func(ctx context.Context, c sarama.Client) (map[int32]int64, error),
	each func(ctx context.Context, partition int32, r record) error,
	polled func(partition int32, next int64),
) (err error) {
	conf, err := f.config.client()
	if err != nil {
		return err
	}
	client, err := sarama.NewClient(f.config.Brokers, conf)
	if err != nil {
		return fmt.Errorf("configure Kafka client: %w", err)
	}
	defer func() {
		err = errors.Join(err, client.Close())
		if ctx.Err() != nil {
			err = nil
		}
	}()
	from, err := begin(ctx, client)
	if err != nil {
		return err
	}
	g, together := errgroup.WithContext(ctx)
	for partition := range f.count {
		g.Go(func() error {
			c := cursorAt(client, f.topic, partition, from[partition], f.log)
			defer c.close()
			return follow(together, c, each, polled)
		})
	}
	return g.Wait()
}

func follow(ctx context.Context, c *cursor, each func(context.Context, int32, record) error, polled func(int32, int64)) error {
	for {
		polled(c.partition, c.next)
		records, err := c.poll(ctx)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := each(ctx, c.partition, r); err != nil {
				return err
			}
		}
	}
}

// ends asks for the offset behind the last record of every partition, until it is told.
func (f followers) ends(ctx context.Context, c sarama.Client) (map[int32]int64, error) {
	ends := make(map[int32]int64, f.count)
	for partition := range f.count {
		for failures := 0; ; {
			end, err := c.GetOffset(f.topic, partition, sarama.OffsetNewest)
			if err == nil {
				ends[partition] = end
				break
			}
			if failures++; failures == 3 {
				f.log.Warn("can't find the end of a topic; trying on", "topic", f.topic, "partition", partition, "error", err)
			}
			if !pause(ctx, backoff(failures)) {
				return nil, ctx.Err()
			}
			_ = c.RefreshMetadata(f.topic) // if this fails, so does the next attempt
		}
	}
	return ends, nil
}
