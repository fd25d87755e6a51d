package kafka

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/IBM/sarama"
)

// assigned runs work for every partition of a topic that a consumer group gives to this
// process, each in a goroutine of its own, and waits for it before it gives the partition
// away. The context of work ends when the partition is to be given away. It returns nil when
// ctx ends.
func (c Config) assigned(ctx context.Context, group, topic string, log *slog.Logger, work func(context.Context, sarama.ConsumerGroupSession, int32)) error {
	conf, err := c.member()
	if err != nil {
		return err
	}
	g, err := sarama.NewConsumerGroup(c.Brokers, group, conf)
	if err != nil {
		return fmt.Errorf("configure consumer group %s: %w", group, err)
	}
	defer func() {
		if err := g.Close(); err != nil { // the group will miss us after the session timeout
			log.Debug("left consumer group with an error", "group", group, "error", err)
		}
	}()
	m := member{topic: topic, work: work}
	for failures := 0; ctx.Err() == nil; {
		err := g.Consume(ctx, []string{topic}, m)
		if err == nil {
			failures = 0
			continue
		}
		if failures++; failures == 3 { // one or two are part of a rebalance
			log.Warn("can't join consumer group; trying on", "group", group, "error", err)
		}
		pause(ctx, backoff(failures))
	}
	return nil
}

// member takes part in a group only to learn which partitions are its own. It does everything
// in Setup, which sarama calls once the assignment is known and while heartbeats go on, and
// returns from it when the session is over: so sarama's consumers never start, and no offset
// of the group decides where anybody reads.
type member struct {
	topic string
	work  func(context.Context, sarama.ConsumerGroupSession, int32)
}

// Setup implements sarama.ConsumerGroupHandler.
func (m member) Setup(s sarama.ConsumerGroupSession) error {
	var running sync.WaitGroup
	for _, partition := range s.Claims()[m.topic] {
		running.Go(func() { m.work(s.Context(), s, partition) })
	}
	<-s.Context().Done()
	running.Wait()
	return nil
}

// Cleanup implements sarama.ConsumerGroupHandler.
func (member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// ConsumeClaim implements sarama.ConsumerGroupHandler. The session is over when it is called.
func (member) ConsumeClaim(sarama.ConsumerGroupSession, sarama.ConsumerGroupClaim) error { return nil }
