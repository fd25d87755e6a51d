package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/IBM/sarama"
)

// Names of the topics, without an installation's prefix.
const (
	TopicCommands    = "links.commands"
	TopicEvents      = "links.events"
	TopicReplies     = "links.replies"
	TopicClicks      = "clicks"
	TopicDeadLetters = "dead-letters"
)

// Config says where the brokers are and how they are spoken to. Only Brokers is needed.
type Config struct {
	Brokers  []string // host:port, some of the cluster
	Prefix   string   // goes before every topic, group and transactional id
	ClientID string   // what brokers show in their logs; empty: linklog

	Partitions      int32         // of the three links.* topics, fixed for ever; 0: 8
	ClickPartitions int32         // of clicks, fixed for ever; 0: 8
	Replicas        int16         // copies of every partition; 0: the cluster's default
	ClickRetention  time.Duration // how long clicks are kept; 0: for ever

	TLS  TLS
	SASL SASL
}

// TLS says how connections are encrypted. Files are PEM.
type TLS struct {
	Enabled  bool
	CAFile   string // who may sign the brokers' certificates; empty: the system's list
	CertFile string // our own certificate, if brokers ask for one
	KeyFile  string
}

// SASL says who we are. An empty Mechanism means that brokers don't ask.
type SASL struct {
	Mechanism string // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
	User      string
	Password  string
}

// defaultPartitions is enough for eight processes of each role.
const defaultPartitions = 8

// LinkPartitions is how many partitions each links.* topic has.
func (c Config) LinkPartitions() int32 {
	if c.Partitions == 0 {
		return defaultPartitions
	}
	return c.Partitions
}

func (c Config) clickPartitions() int32 {
	if c.ClickPartitions == 0 {
		return defaultPartitions
	}
	return c.ClickPartitions
}

// Topic is the topic's name on the brokers.
func (c Config) Topic(name string) string { return c.Prefix + name }

const (
	sessionTimeout     = 8 * time.Second // a silent process loses its partitions after this
	transactionTimeout = 6 * time.Second // below it: a dead process's transaction is over before another takes the partition
	requestTimeout     = 10 * time.Second
)

// client is how every connection is configured.
func (c Config) client() (*sarama.Config, error) {
	s := sarama.NewConfig()
	s.Version = sarama.V3_6_0_0 // the least a broker must speak; requests are sent in the newest form both know
	s.ClientID = "linklog"
	if c.ClientID != "" {
		s.ClientID = c.ClientID
	}
	s.MetricRegistry = silence{}              // sarama's own meters keep a goroutine for ever
	s.Metadata.Full = false                   // a cluster may hold many topics that are not ours
	s.Metadata.AllowAutoTopicCreation = false // a topic made by accident has the wrong settings
	s.Metadata.Retry.Max = 1                  // callers retry, and listen to their context meanwhile
	s.Metadata.Retry.Backoff = 100 * time.Millisecond
	s.Net.DialTimeout = 3 * time.Second
	s.Net.ReadTimeout = requestTimeout // a broker that hangs must not hang us for half a minute
	s.Net.WriteTimeout = requestTimeout
	s.Consumer.Return.Errors = false
	if err := c.TLS.apply(s); err != nil {
		return nil, err
	}
	return s, c.SASL.apply(s)
}

// member is the configuration of a member of a consumer group. Members only learn from the
// group which partitions are theirs; see [member].
func (c Config) member() (*sarama.Config, error) {
	s, err := c.client()
	if err != nil {
		return nil, err
	}
	s.Net.ReadTimeout = 30 * time.Second // joining waits for the other members, up to the rebalance timeout
	s.Consumer.Group.Session.Timeout = sessionTimeout
	s.Consumer.Group.Heartbeat.Interval = time.Second // also how soon members hear of a rebalance
	s.Consumer.Group.Rebalance.Timeout = 20 * time.Second
	s.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategySticky()}
	s.Consumer.Group.ResetInvalidOffsets = false // never jump silently
	s.Consumer.Offsets.Initial = sarama.OffsetOldest
	// Not read-committed, although everything is read so: with it a member can't join while a
	// dead process's transaction is open, and that process's successor is who ends it.
	s.Consumer.IsolationLevel = sarama.ReadUncommitted
	return s, nil
}

// publisher is the configuration of the producer of single messages.
func (c Config) publisher() (*sarama.Config, error) {
	s, err := c.client()
	if err != nil {
		return nil, err
	}
	s.Metadata.Retry.Max = 3
	s.Net.MaxOpenRequests = 1 // with idempotence: order and no duplicates through retries
	s.Producer.Idempotent = true
	s.Producer.RequiredAcks = sarama.WaitForAll
	s.Producer.Return.Successes = true
	s.Producer.Return.Errors = true
	s.Producer.Retry.Max = 10
	s.Producer.Retry.Backoff = 100 * time.Millisecond
	s.Producer.Partitioner = sarama.NewManualPartitioner // one function places keys: domain.PartitionOf
	return s, nil
}

func (t TLS) apply(s *sarama.Config) error {
	if !t.Enabled {
		return nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return fmt.Errorf("read certificate authorities: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("read certificate authorities: no certificate in %s", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return fmt.Errorf("read client certificate: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	s.Net.TLS.Enable, s.Net.TLS.Config = true, c
	return nil
}

func (a SASL) apply(s *sarama.Config) error {
	if a.Mechanism == "" {
		return nil
	}
	if a.User == "" || a.Password == "" {
		return errors.New("SASL needs a user and a password")
	}
	s.Net.SASL.Enable, s.Net.SASL.User, s.Net.SASL.Password = true, a.User, a.Password
	s.Net.SASL.Mechanism = sarama.SASLMechanism(a.Mechanism)
	switch s.Net.SASL.Mechanism {
	case sarama.SASLTypePlaintext:
	case sarama.SASLTypeSCRAMSHA256, sarama.SASLTypeSCRAMSHA512:
		s.Net.SASL.SCRAMClientGeneratorFunc = func() sarama.SCRAMClient { return newScram(a.Mechanism) }
	default:
		return fmt.Errorf("SASL mechanism %q is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", a.Mechanism)
	}
	return nil
}
