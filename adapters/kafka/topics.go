package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/IBM/sarama"
)

// topic is what one of our topics has to be.
type topic struct {
	name       string
	partitions int32
	retention  time.Duration // 0: for ever
}

// topics is the table of design: every role relies on it.
func (c Config) topics() []topic {
	const day = 24 * time.Hour
	return []topic{
		{c.Topic(TopicCommands), c.LinkPartitions(), 7 * day},
		{c.Topic(TopicEvents), c.LinkPartitions(), 0},
		{c.Topic(TopicReplies), c.LinkPartitions(), time.Hour},
		{c.Topic(TopicClicks), c.clickPartitions(), c.ClickRetention},
		{c.Topic(TopicDeadLetters), 1, 30 * day},
	}
}

// settings are the topic's configuration on the brokers.
func (t topic) settings() map[string]string {
	retention := int64(-1)
	if t.retention > 0 {
		retention = t.retention.Milliseconds()
	}
	return map[string]string{
		"cleanup.policy":  "delete", // compaction would leave holes where readers expect the next offset
		"retention.ms":    strconv.FormatInt(retention, 10),
		"retention.bytes": "-1",
		// The brokers' time everywhere: retention and deadlines then hang on one clock, and a
		// click from a machine whose clock runs ahead is not refused for ever. When a click
		// happened is in the click.
		"message.timestamp.type": "LogAppendTime",
	}
}

// minInSync is how many copies must have a record before it counts as written.
func (c Config) minInSync() string {
	if c.Replicas >= 3 {
		return "2"
	}
	return "1"
}

// ensureAttempts is how often brokers are asked: they may be starting, in eight seconds or so.
const ensureAttempts = 10

// Ensure creates the topics that are missing and checks the others. Several processes may do
// it at once. A topic that is not what it has to be is an error that names what is found and
// what is expected: partition counts are part of where every link lives.
func Ensure(ctx context.Context, c Config) error {
	conf, err := c.client()
	if err != nil {
		return err
	}
	conf.Metadata.Full = true // without it sarama's admin client doesn't find the controller
	for failures := 1; ; failures++ {
		err := c.ensureOnce(conf)
		if err == nil || judge(err) != retriable || errors.As(err, new(*MismatchError)) {
			return err
		}
		if failures == ensureAttempts || !pause(ctx, backoff(failures)) {
			return fmt.Errorf("check topics: %w", err)
		}
	}
}

// MismatchError says that a topic is not what it has to be.
type MismatchError struct {
	Topic, Setting, Found, Expected string
}

// Error says what to do about it.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("topic %s has %s %s, but %s is needed: give it back what it was created with, or use another topic prefix",
		e.Topic, e.Setting, e.Found, e.Expected)
}

func (c Config) ensureOnce(conf *sarama.Config) (err error) {
	admin, err := sarama.NewClusterAdmin(c.Brokers, conf)
	if err != nil {
		return fmt.Errorf("connect to brokers: %w", err)
	}
	defer func() { err = errors.Join(err, admin.Close()) }()
	for _, t := range c.topics() {
		if err := c.ensureTopic(admin, t); err != nil {
			return err
		}
	}
	return nil
}

func (c Config) ensureTopic(admin sarama.ClusterAdmin, t topic) error {
	found, err := admin.DescribeTopics([]string{t.name})
	if err != nil {
		return fmt.Errorf("look up topic %s: %w", t.name, err)
	}
	if len(found) == 1 && errors.Is(found[0].Err, sarama.ErrUnknownTopicOrPartition) {
		if err := c.create(admin, t); err != nil {
			return err
		}
		found, err = admin.DescribeTopics([]string{t.name})
		if err != nil {
			return fmt.Errorf("look up topic %s: %w", t.name, err)
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("look up topic %s: %w", t.name, sarama.ErrIncompleteResponse)
	}
	if err := code(found[0].Err); err != nil {
		return fmt.Errorf("look up topic %s: %w", t.name, err)
	}
	return t.check(admin, len(found[0].Partitions))
}

func (c Config) create(admin sarama.ClusterAdmin, t topic) error {
	detail := &sarama.TopicDetail{NumPartitions: t.partitions, ReplicationFactor: -1, ConfigEntries: map[string]*string{}}
	for name, value := range t.settings() {
		detail.ConfigEntries[name] = &value
	}
	if c.Replicas > 0 {
		detail.ReplicationFactor = c.Replicas
		inSync := c.minInSync()
		detail.ConfigEntries["min.insync.replicas"] = &inSync
	}
	if t.name == c.Topic(TopicDeadLetters) {
		room := strconv.Itoa(2 << 20) // a record of another topic, and what is said about it
		detail.ConfigEntries["max.message.bytes"] = &room
	}
	err := admin.CreateTopic(t.name, detail, false)
	if err != nil && !errors.Is(err, sarama.ErrTopicAlreadyExists) {
		return fmt.Errorf("create topic %s: %w", t.name, err)
	}
	return nil
}

func (t topic) check(admin sarama.ClusterAdmin, partitions int) error {
	if int32(partitions) != t.partitions { //nolint:gosec // Kafka's own type
		return &MismatchError{t.name, "a partition count of", strconv.Itoa(partitions), strconv.Itoa(int(t.partitions))}
	}
	results, err := admin.DescribeConfigs([]*sarama.ConfigResource{{Type: sarama.TopicResource, Name: t.name}}, sarama.DescribeConfigsOptions{})
	if err != nil {
		return fmt.Errorf("read settings of topic %s: %w", t.name, err)
	}
	found := map[string]string{}
	for _, r := range results {
		if err := code(r.ErrorCode); err != nil {
			return fmt.Errorf("read settings of topic %s: %w", t.name, err)
		}
		for _, e := range r.Configs {
			found[e.Name] = e.Value
		}
	}
	for name, want := range t.settings() {
		if got, ok := found[name]; ok && got != want {
			return &MismatchError{t.name, name, got, want}
		}
	}
	return nil
}
