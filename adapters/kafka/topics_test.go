package kafka_test

import (
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
)

func TestEnsureAtOnceFromSeveralProcesses(t *testing.T) {
	t.Parallel()
	brokers, prefix := embeddedtest.Brokers(t)
	c := kafka.Config{Brokers: brokers, Prefix: prefix, Partitions: 3, ClickPartitions: 5, ClickRetention: time.Hour}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { check(t, kafka.Ensure(t.Context(), c)) })
	}
	all.Wait()
	check(t, kafka.Ensure(t.Context(), c))
}

func TestEnsureNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	brokers, prefix := embeddedtest.Brokers(t)
	c := kafka.Config{Brokers: brokers, Prefix: prefix, Partitions: 2, ClickPartitions: 2}
	check(t, kafka.Ensure(t.Context(), c))

	f := func(want string, change func(*kafka.Config)) {
		t.Helper()
		other := c
		change(&other)
		err := kafka.Ensure(t.Context(), other)
		var mismatch *kafka.MismatchError
		if !errors.As(err, &mismatch) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	const advice = ": give it back what it was created with, or use another topic prefix"
	f("topic "+prefix+"links.commands has a partition count of 2, but 4 is needed"+advice, func(c *kafka.Config) { c.Partitions = 4 })
	f("topic "+prefix+"clicks has a partition count of 2, but 1 is needed"+advice, func(c *kafka.Config) { c.ClickPartitions = 1 })
	f("topic "+prefix+"clicks has retention.ms -1, but 86400000 is needed"+advice, func(c *kafka.Config) { c.ClickRetention = 24 * time.Hour })
}

func TestEnsureWithoutBrokersIsAnError(t *testing.T) {
	t.Parallel()
	if err := kafka.Ensure(t.Context(), kafka.Config{Brokers: []string{"127.0.0.1:1"}}); err == nil {
		t.Fatal("no error")
	}
}

func TestSASL(t *testing.T) {
	t.Parallel()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(),
		kfake.Superuser("PLAIN", "paul", "p"), kfake.Superuser("SCRAM-SHA-256", "sam,=", "s256"), kfake.Superuser("SCRAM-SHA-512", "sue", "s512"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	f := func(mechanism, user, password string, ok bool) {
		t.Helper()
		c := kafka.Config{Brokers: cluster.ListenAddrs(), SASL: kafka.SASL{Mechanism: mechanism, User: user, Password: password}}
		if err := kafka.Ensure(t.Context(), c); (err == nil) != ok {
			t.Errorf("%s as %s: %v", mechanism, user, err)
		}
	}
	f("PLAIN", "paul", "p", true)
	f("SCRAM-SHA-256", "sam,=", "s256", true)
	f("SCRAM-SHA-512", "sue", "s512", true)
	f("MAGIC", "sue", "s512", false)
	f("PLAIN", "paul", "", false)
}

func TestBadTLSFiles(t *testing.T) {
	t.Parallel()
	for _, tls := range []kafka.TLS{
		{Enabled: true, CAFile: "no such file"}, {Enabled: true, CAFile: "doc.go"}, {Enabled: true, CertFile: "doc.go", KeyFile: "doc.go"},
	} {
		if _, err := kafka.NewShipper(kafka.Config{Brokers: []string{"127.0.0.1:1"}, TLS: tls}, slog.Default()); err == nil {
			t.Errorf("%+v: no error", tls)
		}
	}
}
