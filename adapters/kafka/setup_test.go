package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// bundle is what every test starts from: an installation of its own, with topics.
type bundle struct {
	config kafka.Config
	codec  *schemas.Codec
	keys   *keyring
	dead   *kafka.DeadLetters
	log    *slog.Logger
}

func setup(tb testing.TB) *bundle {
	tb.Helper()
	brokers, prefix := embeddedtest.Brokers(tb)
	return setupOn(tb, kafka.Config{Brokers: brokers, Prefix: prefix, Partitions: 2, ClickPartitions: 2})
}

func setupOn(tb testing.TB, c kafka.Config) *bundle {
	tb.Helper()
	log := slog.New(slog.NewTextHandler(tb.Output(), nil))
	if err := kafka.Ensure(tb.Context(), c); err != nil {
		tb.Fatal(err)
	}
	dead, err := kafka.NewDeadLetters(c, log)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { check(tb, dead.Close()) })
	keys := &keyring{}
	return &bundle{config: c, codec: schemas.New(keys), keys: keys, dead: dead, log: log}
}

// keyring has one key for everybody, and can be told to fail.
type keyring struct {
	mu  sync.Mutex
	err error
}

func (k *keyring) Key(context.Context, domain.AccountID) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return make([]byte, 32), k.err
}

func (k *keyring) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Error(err)
	}
}

// background runs f until the test ends, or until stop is called; both wait for it.
func background(tb testing.TB, f func(ctx context.Context) error) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(tb, f(ctx))
	}()
	stop = func() { cancel(); <-done }
	tb.Cleanup(stop)
	return stop
}

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

func receive[T any](tb testing.TB, c <-chan T) T {
	tb.Helper()
	select {
	case v, ok := <-c:
		if !ok {
			tb.Fatal("channel was closed")
		}
		return v
	case <-time.After(patience):
		tb.Fatal("nothing came")
		panic("unreachable")
	}
}

// domainIn is a short domain whose key lives in the partition.
func (b *bundle) domainIn(partition int32) domain.Host {
	for i := 0; ; i++ {
		h := domain.Host(fmt.Sprintf("d%d.example", i))
		if domain.PartitionOf(string(h), b.config.LinkPartitions()) == partition {
			return h
		}
	}
}

func (b *bundle) command(id string, partition int32) domain.Command {
	return domain.Command{
		ID: domain.CommandID(id), Account: "acc_1", By: "key_1", Domain: b.domainIn(partition),
		Deadline: time.Now().Add(time.Minute).UTC().Truncate(time.Millisecond), Body: domain.RegisterDomain{},
	}
}

func (b *bundle) event(c domain.Command, offset int64) domain.Event {
	return domain.Event{
		Command: c.ID, CommandOffset: offset, Account: c.Account, By: c.By, Domain: c.Domain,
		At: time.Now().UTC().Truncate(time.Millisecond), Body: domain.DomainRegistered{},
	}
}

func (b *bundle) reply(c domain.Command, partition int32, offset int64) domain.Reply {
	return domain.Reply{Command: c.ID, Account: c.Account, Position: domain.Position{Partition: partition, Offset: offset}}
}

// lease is a partition that a test holds: it works on it until give is called.
type lease struct {
	commands.Partition
	give func()
}

// lend runs a log and passes on the partitions it gets.
func (b *bundle) lend(tb testing.TB) (leases <-chan lease, stop func()) {
	tb.Helper()
	given := make(chan lease, 16)
	stop = background(tb, func(ctx context.Context) error {
		return kafka.NewLog(b.config, b.codec, b.dead, b.log).Run(ctx, func(ctx context.Context, p commands.Partition) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			select {
			case given <- lease{p, cancel}:
			case <-ctx.Done():
			}
			<-ctx.Done()
			return nil
		})
	})
	return given, stop
}

// hold is one partition of a log of its own.
func (b *bundle) hold(tb testing.TB, partition int32) (p commands.Partition, stop func()) {
	tb.Helper()
	leases, stop := b.lend(tb)
	for {
		if l := receive(tb, leases); l.Number() == partition {
			return l, stop
		}
	}
}

func (b *bundle) outbox(tb testing.TB) *kafka.Outbox {
	tb.Helper()
	o, err := kafka.NewOutbox(b.config, b.codec)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { check(tb, o.Close()) })
	return o
}

func (b *bundle) publish(tb testing.TB, o *kafka.Outbox, commands ...domain.Command) {
	tb.Helper()
	for _, c := range commands {
		if err := o.Publish(tb.Context(), c); err != nil {
			tb.Fatal(err)
		}
	}
}

func take(tb testing.TB, p commands.Partition) commands.Position {
	tb.Helper()
	position, err := p.Take(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return position
}

func events(tb testing.TB, p commands.Partition, from int64) (entries []commands.Entry, next int64) {
	tb.Helper()
	next, err := p.Events(tb.Context(), from, func(e commands.Entry) error {
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return entries, next
}

func ids(entries []commands.Entry) (ids []domain.CommandID) {
	for _, e := range entries {
		ids = append(ids, e.Event.Command)
	}
	return ids
}

var errTest = errors.New("as the test wants")
