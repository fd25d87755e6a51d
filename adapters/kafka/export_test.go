package kafka

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/schemas"
)

// Lend lends a partition to work without asking the group, as a process does that has not
// noticed yet that it lost the partition.
func Lend(ctx context.Context, l *Log, number int32, work func(context.Context, commands.Partition) error) error {
	client := rawClient(l.config)
	return errors.Join(l.decide(ctx, client, number, func(int64) {}, work), client.Close())
}

// Stored is a committed record as tests see it.
type Stored struct {
	Offset  int64
	Message schemas.Message
}

// Read returns every committed record of a partition.
func Read(tb testing.TB, c Config, topic string, partition int32) (all []Stored) {
	tb.Helper()
	client := rawClient(c)
	defer func() { _ = client.Close() }()
	end, err := client.GetOffset(c.Topic(topic), partition, sarama.OffsetNewest)
	if err != nil {
		tb.Fatal(err)
	}
	reader := cursorAt(client, c.Topic(topic), partition, 0, nil)
	defer reader.close()
	err = reader.readTo(tb.Context(), end, func(r record) error {
		all = append(all, Stored{r.offset, r.message()})
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// SetGroupOffset commits an offset for the decider's group, from outside of it.
func SetGroupOffset(tb testing.TB, c Config, partition int32, offset int64) {
	tb.Helper()
	conf := must(c.client())
	conf.Metadata.Full = true
	admin := must(sarama.NewClusterAdmin(c.Brokers, conf))
	defer func() { _ = admin.Close() }()
	_, err := admin.AlterConsumerGroupOffsets(c.Prefix+deciderGroup,
		map[string]map[int32]sarama.OffsetAndMetadata{c.Topic(TopicCommands): {partition: {Offset: offset, LeaderEpoch: -1}}}, nil)
	if err != nil {
		tb.Fatal(err)
	}
}

// Tear writes messages and leaves their transaction open, like a process that dies.
func Tear(tb testing.TB, c Config, topic string, partition int32, messages ...schemas.Message) {
	tb.Helper()
	id := c.Prefix + deciderGroup + "-" + strconv.Itoa(int(partition))
	t := must(newTransactions(tb.Context(), c, id, c.Prefix+deciderGroup))
	all := deliveries(messages, place{c.Topic(topic), partition})
	if err := errors.Join(t.addPartitions(tb.Context(), all), t.produce(tb.Context(), all), t.close()); err != nil {
		tb.Fatal(err)
	}
}

// Put writes messages as they are.
func Put(tb testing.TB, c Config, topic string, partition int32, messages ...schemas.Message) {
	tb.Helper()
	w := must(newWriter(c, c.Topic(topic), nil))
	defer func() { _ = w.close() }()
	batch := newBatch(messages, sarama.CompressionNone)
	if err := w.write(tb.Context(), map[int32]*sarama.RecordBatch{partition: batch}); err != nil {
		tb.Fatal(err)
	}
}

func rawClient(c Config) sarama.Client {
	return must(sarama.NewClient(c.Brokers, must(c.client())))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
