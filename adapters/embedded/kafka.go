package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// KafkaOptions says where and how [StartKafka] keeps its log.
type KafkaOptions struct {
	// DataDir keeps topics, offsets and producer state. It is made if missing.
	DataDir string
	// Port is the loopback port. Zero means the one of the last start if it is free, else any.
	Port int
	// SyncWrites syncs every batch to disk before it is acknowledged. Without it a batch survives a killed process but not a power loss.
	SyncWrites bool
	// Log receives what the broker has to complain about; nil means the default logger.
	Log *slog.Logger
}

// Kafka is a broker inside this process.
type Kafka struct {
	cluster *kfake.Cluster
	dir     *dir
	addr    string
	close   sync.Once
}

// StartKafka starts a single broker on the log in DataDir. Topics have to be created: none appears by being asked for.
func StartKafka(ctx context.Context, o KafkaOptions) (*Kafka, error) {
	d, err := openDir(o.DataDir)
	if err != nil {
		return nil, fmt.Errorf("start broker: %w", err)
	}
	k, err := serveKafka(ctx, d, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start broker: %w", err), d.close())
	}
	return k, nil
}

func serveKafka(ctx context.Context, d *dir, o KafkaOptions) (*Kafka, error) {
	l, err := d.listen(ctx, o.Port)
	if err != nil {
		return nil, err
	}
	opts := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return l, nil }),
		kfake.DataDir(d.file("log")),
		kfake.WithLogger(kafkaLog{o.logger()}),
	}
	if o.SyncWrites {
		opts = append(opts, kfake.SyncWrites())
	}
	addr := l.Addr().String() // asked for now: the listener is the cluster's from here on
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, fmt.Errorf("open log %s: %w", d.file("log"), err)
	}
	return &Kafka{cluster: cluster, dir: d, addr: addr}, nil
}

// Addr returns host:port, for a client's list of brokers.
func (k *Kafka) Addr() string { return k.addr }

// Close ends all connections, writes what is left to disk and frees the data directory.
func (k *Kafka) Close() error {
	var err error
	k.close.Do(func() {
		k.cluster.Close()
		err = k.dir.close()
	})
	return err
}

func (o KafkaOptions) logger() *slog.Logger {
	if o.Log == nil {
		return slog.Default()
	}
	return o.Log
}

// kafkaLog passes the broker's warnings and errors on. Below that it reports every request.
type kafkaLog struct{ log *slog.Logger }

// Logf implements [kfake.Logger].
func (l kafkaLog) Logf(level kfake.LogLevel, format string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error("embedded broker: " + fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		text := fmt.Sprintf(format, args...)
		if strings.HasPrefix(text, "txn: EndTxn slow") {
			return // five milliseconds, which any disk takes now and then
		}
		l.log.Warn("embedded broker: " + text)
	default:
	}
}
