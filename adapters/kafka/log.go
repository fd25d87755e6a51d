package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/schemas"
)

// Log hands the partitions of links.commands to deciders. It implements [commands.Log].
type Log struct {
	config Config
	codec  *schemas.Codec
	dead   *DeadLetters
	log    *slog.Logger
}

var _ commands.Log = (*Log)(nil)

// NewLog makes a log. What can't be decoded goes to dead.
func NewLog(c Config, codec *schemas.Codec, dead *DeadLetters, log *slog.Logger) *Log {
	return &Log{c, codec, dead, log}
}

// deciderGroup names the consumer group, and begins the transactional ids.
const deciderGroup = "linklog-decider"

func (l *Log) group() string { return l.config.Prefix + deciderGroup }

func (l *Log) transactionalID(partition int32) string {
	return l.group() + "-" + strconv.Itoa(int(partition))
}

// Run implements [commands.Log]. Work that returns is called again, with a fresh Partition,
// for as long as this process holds the partition. It returns nil when ctx ends.
func (l *Log) Run(ctx context.Context, work func(ctx context.Context, p commands.Partition) error) error {
	conf, err := l.config.client()
	if err != nil {
		return err
	}
	client, err := sarama.NewClient(l.config.Brokers, conf)
	if err != nil {
		return fmt.Errorf("configure Kafka client: %w", err)
	}
	err = l.config.assigned(ctx, l.group(), l.config.Topic(TopicCommands), l.log,
		func(ctx context.Context, session sarama.ConsumerGroupSession, number int32) {
			l.log.Info("deciding", "partition", number)
			decided := func(next int64) { session.MarkOffset(l.config.Topic(TopicCommands), number, next, "") }
			var complaints complaints
			for ctx.Err() == nil {
				if err := l.decide(ctx, client, number, decided, work); err != nil && ctx.Err() == nil && complaints.news(err) {
					l.log.Error("stopped deciding; starting afresh", "partition", number, "error", err)
				}
				pause(ctx, restPause)
			}
		})
	return errors.Join(err, client.Close())
}

// decide lends a partition to work once.
func (l *Log) decide(ctx context.Context, client sarama.Client, number int32, decided func(int64), work func(context.Context, commands.Partition) error) error {
	ctx, cancel := context.WithCancel(ctx)
	p := &partition{
		log: l, client: client, number: number, decided: decided,
		commands: make(chan commands.Received, 1024), begin: make(chan int64, 1),
	}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		p.receive(ctx)
	}()
	err := work(ctx, p)
	cancel()
	<-finished
	if p.writer != nil {
		err = errors.Join(err, p.writer.close())
	}
	return err
}
