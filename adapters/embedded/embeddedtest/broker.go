package embeddedtest

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Brokers returns the addresses of a broker, and a prefix that keeps the test's topics, groups and transactional ids apart from those of
// every other test: the broker may be a shared, real one.
func Brokers(tb testing.TB) (brokers []string, prefix string) {
	tb.Helper()
	prefix = "t" + strings.ToLower(rand.Text()[:10]) + "."
	if shared := os.Getenv("KAFKA_TEST_BROKERS"); shared != "" {
		return strings.Split(shared, ","), prefix
	}
	return newCluster(tb).ListenAddrs(), prefix
}

// Fake returns a broker of its own whose answers a test can replace, with [kfake.Cluster.ControlKey] for one. Its address is in
// [kfake.Cluster.ListenAddrs]. The test is skipped where tests run on real brokers: those can't be told to fail.
func Fake(tb testing.TB) *kfake.Cluster {
	tb.Helper()
	if os.Getenv("KAFKA_TEST_BROKERS") != "" {
		tb.Skip("faults can only be injected into the embedded broker")
	}
	return newCluster(tb)
}

func newCluster(tb testing.TB) *kfake.Cluster {
	tb.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		tb.Fatalf("embeddedtest: start broker: %v", err)
	}
	tb.Cleanup(cluster.Close)
	return cluster
}
