package embeddedtest_test

import (
	"errors"
	"testing"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

func TestBrokersAreReadyAndNamesDiffer(t *testing.T) {
	brokers, prefix := embeddedtest.Brokers(t)
	_, other := embeddedtest.Brokers(t)
	if prefix == other {
		t.Fatalf("two tests got the prefix %q", prefix)
	}
	if err := createTopic(t, brokers, prefix+"topic"); err != nil {
		t.Fatal(err)
	}
}

func TestFakeInjectsFaults(t *testing.T) {
	fake := embeddedtest.Fake(t)
	fake.ControlKey(int16(kmsg.CreateTopics), func(r kmsg.Request) (kmsg.Response, error, bool) {
		topic := kmsg.NewCreateTopicsResponseTopic()
		topic.Topic = r.(*kmsg.CreateTopicsRequest).Topics[0].Topic
		topic.ErrorCode = kerr.PolicyViolation.Code
		answer := r.ResponseKind().(*kmsg.CreateTopicsResponse)
		answer.Topics = append(answer.Topics, topic)
		return answer, nil, true
	})
	if err := createTopic(t, fake.ListenAddrs(), "topic"); !errors.Is(err, sarama.ErrPolicyViolation) {
		t.Fatalf("create topic: got %v, want a policy violation", err)
	}
}

func createTopic(tb testing.TB, brokers []string, name string) error {
	tb.Helper()
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	admin, err := sarama.NewClusterAdmin(brokers, config)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	return admin.CreateTopic(name, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false)
}
