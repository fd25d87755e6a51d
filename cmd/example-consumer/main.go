// Command example-consumer is a subscriber to Linklog's clicks, to copy from: it counts the
// clicks of every link, each once, and prints the counts.
//
//	linklog dev                                            # in another terminal; it prints the address of its Kafka
//	go run ./cmd/example-consumer --brokers 127.0.0.1:9092
//
// It needs nothing of Linklog but the contract: the topic, described in schemas/asyncapi.yaml
// (also: how to get read-only credentials), and the payload in schemas/linklog/v1/click.proto,
// from which linklogpb was generated. The transport is watermill-kafka, without a consumer
// group: it reads everything from the beginning and keeps its counts in memory.
//
// A consumer that keeps its counts in a database and goes on where it was must keep three
// things in one transaction, or a crash between them counts twice or not at all: the counts,
// the next offset of every partition, and what counter.go keeps to know duplicates.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
)

func main() {
	brokers := flag.String("brokers", "127.0.0.1:9092", "Kafka brokers, host:port, with commas between them")
	topic := flag.String("topic", "clicks", "the topic of clicks, with its prefix if it has one")
	every := flag.Duration("every", 2*time.Second, "how often counts are printed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := consume(ctx, strings.Split(*brokers, ","), *topic, *every, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "example-consumer:", err)
		os.Exit(1)
	}
}

// consume counts until ctx ends. It prints the links whose counts have changed.
func consume(ctx context.Context, brokers []string, topic string, every time.Duration, out io.Writer) (err error) {
	subscriber, err := kafka.NewSubscriber(kafka.SubscriberConfig{
		Brokers: brokers, Unmarshaler: kafka.DefaultMarshaler{}, OverwriteSaramaConfig: reading(),
	}, watermill.NewSlogLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))))
	if err != nil {
		return fmt.Errorf("configure subscriber: %w", err)
	}
	defer func() {
		if closed := subscriber.Close(); err == nil {
			err = closed
		}
	}()
	messages, err := subscriber.Subscribe(ctx, topic)
	if err != nil {
		return fmt.Errorf("subscribe to %s: %w", topic, err)
	}
	counts := newCounter()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case m, open := <-messages:
			if !open {
				return counts.print(out)
			}
			if err := counts.take(m); err != nil { //nolint:contextcheck // a message has its own
				m.Nack()
				return err
			}
			m.Ack()
		case <-ticker.C:
			if err := counts.print(out); err != nil {
				return err
			}
		}
	}
}

// reading is how the topic is read: from its beginning, and nothing that was not committed.
func reading() *sarama.Config {
	c := kafka.DefaultSaramaSubscriberConfig()
	c.Version = sarama.V3_6_0_0
	c.ClientID = "linklog-example-consumer"
	c.Consumer.Offsets.Initial = sarama.OffsetOldest
	c.Consumer.IsolationLevel = sarama.ReadCommitted
	c.Metadata.AllowAutoTopicCreation = false
	return c
}
