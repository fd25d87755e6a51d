package kafka

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	wkafka "github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// Outbox publishes commands through watermill. It implements [commands.Outbox] and may be
// used by many goroutines: commands that are published at the same time share requests.
type Outbox struct {
	config  Config
	sarama  *sarama.Config
	codec   *schemas.Codec
	sending sync.WaitGroup

	mu        sync.Mutex
	publisher *wkafka.Publisher // nil before the first command
}

var _ commands.Outbox = (*Outbox)(nil)

// NewOutbox makes an outbox; it must be closed. It connects when the first command is
// published, so that what doesn't need Kafka can start without it.
func NewOutbox(c Config, codec *schemas.Codec) (*Outbox, error) {
	conf, err := c.publisher()
	if err != nil {
		return nil, err
	}
	return &Outbox{config: c, sarama: conf, codec: codec}, nil
}

// open makes the producer, which needs the brokers at once to get its id.
func (o *Outbox) open() (*wkafka.Publisher, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.publisher != nil {
		return o.publisher, nil
	}
	if err := o.reach(); err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	p, err := wkafka.NewPublisher(wkafka.PublisherConfig{
		Brokers: o.config.Brokers, Marshaler: marshaler{o.config.LinkPartitions()}, OverwriteSaramaConfig: o.sarama,
	}, watermill.NopLogger{})
	if err != nil {
		return nil, fmt.Errorf("open outbox: %w", err)
	}
	o.publisher = p
	return p, nil
}

// reach fails if brokers are not there. Sarama's producer would notice as well, but leaves its
// client behind then, with a goroutine in it.
func (o *Outbox) reach() error {
	client, err := sarama.NewClient(o.config.Brokers, o.sarama)
	if err != nil {
		return err
	}
	_, err = client.Partitions(o.config.Topic(TopicCommands))
	return errors.Join(err, client.Close())
}

// Publish implements [commands.Outbox]. When ctx ends first, the command may still go out.
func (o *Outbox) Publish(ctx context.Context, c domain.Command) error {
	m, err := o.codec.EncodeCommand(ctx, c)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publish command %s: %w", c.ID, err)
	}
	result := make(chan error, 1)
	o.sending.Go(func() { result <- o.send(envelope(m)) })
	select {
	case err := <-result:
		if err != nil {
			return fmt.Errorf("publish command %s: %w", c.ID, err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("publish command %s: %w", c.ID, ctx.Err())
	}
}

func (o *Outbox) send(m *message.Message) error {
	p, err := o.open()
	if err != nil {
		return err
	}
	return p.Publish(o.config.Topic(TopicCommands), m)
}

// Close waits for what is on its way. Nothing may be published any more.
func (o *Outbox) Close() error {
	o.sending.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.publisher == nil {
		return nil
	}
	return o.publisher.Close()
}

// Metadata for what watermill's message has no place for. They don't become headers.
const (
	keyMetadata   = "linklog_key"   // the record's key
	orderMetadata = "linklog_order" // the headers' names in their order, which the seal covers
)

// envelope is m as a watermill message.
func envelope(m schemas.Message) *message.Message {
	id, _ := m.Get("ce_id")
	w := message.NewMessage(id, m.Value)
	names := make([]string, len(m.Headers))
	for i, h := range m.Headers {
		names[i] = h.Key
		w.Metadata[h.Key] = h.Value
	}
	w.Metadata[keyMetadata], w.Metadata[orderMetadata] = string(m.Key), strings.Join(names, ",")
	return w
}

// marshaler takes the place of watermill's, which sets no key.
type marshaler struct{ partitions int32 }

// Marshal implements the Marshaler of watermill-kafka.
func (m marshaler) Marshal(topic string, w *message.Message) (*sarama.ProducerMessage, error) {
	key, ok := w.Metadata[keyMetadata]
	if !ok {
		return nil, errors.New("message has no key")
	}
	out := &sarama.ProducerMessage{
		Topic: topic, Partition: domain.PartitionOf(key, m.partitions),
		Key: sarama.StringEncoder(key), Value: sarama.ByteEncoder(w.Payload),
	}
	for name := range strings.SplitSeq(w.Metadata[orderMetadata], ",") {
		out.Headers = append(out.Headers, sarama.RecordHeader{Key: []byte(name), Value: []byte(w.Metadata[name])})
	}
	return out, nil
}
