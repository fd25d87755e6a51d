package embedded_test

import (
	"errors"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/adapters/embedded"
)

func TestKafkaKeepsLogAndAddress(t *testing.T) {
	dataDir := t.TempDir()
	first := startKafka(t, embedded.KafkaOptions{DataDir: dataDir, SyncWrites: true})
	createTopic(t, first.Addr(), "kept")
	produce(t, first.Addr(), "kept", "one")
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	second := startKafka(t, embedded.KafkaOptions{DataDir: dataDir, SyncWrites: true})
	if first.Addr() != second.Addr() {
		t.Errorf("the address changed from %s to %s", first.Addr(), second.Addr())
	}
	produce(t, second.Addr(), "kept", "two")
	if one, two := consume(t, second.Addr(), "kept", 0), consume(t, second.Addr(), "kept", 1); one != "one" || two != "two" {
		t.Errorf("read %q and %q back, want one and two", one, two)
	}
}

func TestKafkaMakesNoTopicByItself(t *testing.T) {
	k := startKafka(t, embedded.KafkaOptions{DataDir: t.TempDir()})
	client := newClient(t, k.Addr())
	if _, err := client.Partitions("misspelt"); !errors.Is(err, sarama.ErrUnknownTopicOrPartition) {
		t.Errorf("asked for an unknown topic: got %v", err)
	}
}

func TestKafkaDirectoryBelongsToOneProcess(t *testing.T) {
	dataDir := t.TempDir()
	startKafka(t, embedded.KafkaOptions{DataDir: dataDir})
	if _, err := embedded.StartKafka(t.Context(), embedded.KafkaOptions{DataDir: dataDir}); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("got %v, want %v", err, embedded.ErrInUse)
	}
}

func TestKafkaPorts(t *testing.T) {
	squatter, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = squatter.Close() }()
	port := squatter.Addr().(*net.TCPAddr).Port
	_, err = embedded.StartKafka(t.Context(), embedded.KafkaOptions{DataDir: t.TempDir(), Port: port})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("asked for a taken port: got %v", err)
	}
}

func TestKafkaWithoutAPlaceForItsLog(t *testing.T) {
	if _, err := embedded.StartKafka(t.Context(), embedded.KafkaOptions{DataDir: filepath.Join("/dev/null", "data")}); err == nil {
		t.Error("started without a directory")
	}
}

func startKafka(tb testing.TB, o embedded.KafkaOptions) *embedded.Kafka {
	tb.Helper()
	k, err := embedded.StartKafka(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := k.Close(); err != nil {
			tb.Error(err)
		}
	})
	return k
}

func newClient(tb testing.TB, addr string) sarama.Client {
	tb.Helper()
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	config.Producer.Return.Successes = true
	config.Metadata.Retry.Max = 0
	client, err := sarama.NewClient([]string{addr}, config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

func createTopic(tb testing.TB, addr, topic string) {
	tb.Helper()
	admin, err := sarama.NewClusterAdminFromClient(newClient(tb, addr))
	if err != nil {
		tb.Fatal(err)
	}
	if err := admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false); err != nil {
		tb.Fatal(err)
	}
}

func produce(tb testing.TB, addr, topic, value string) {
	tb.Helper()
	producer, err := sarama.NewSyncProducerFromClient(newClient(tb, addr))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = producer.Close() }()
	if _, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder(value)}); err != nil {
		tb.Fatal(err)
	}
}

func consume(tb testing.TB, addr, topic string, offset int64) string {
	tb.Helper()
	consumer, err := sarama.NewConsumerFromClient(newClient(tb, addr))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = consumer.Close() }()
	partition, err := consumer.ConsumePartition(topic, 0, offset)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = partition.Close() }()
	select {
	case message := <-partition.Messages():
		return string(message.Value)
	case <-tb.Context().Done():
		tb.Fatal("the message never came")
		return ""
	}
}
