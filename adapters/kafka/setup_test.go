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
	mu   sync.Mutex
	err  error
	vain chan struct{} // closed when it was asked in vain
}

func (k *keyring) Key(context.Context, domain.AccountID) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil && k.vain != nil {
		close(k.vain)
		k.vain = nil
	}
	return make([]byte, 32), k.err
}

// asked is closed once the keyring has been asked in vain.
func (k *keyring) asked() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.vain
}

func (k *keyring) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
	if err != nil {
		k.vain = make(chan struct{})
	}
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

// refused makes a reply a refusal: only those are written, since events tell acceptances.
func refused(r domain.Reply) domain.Reply {
	r.Rejection = domain.Errorf(domain.SlugTaken, "slug", "taken")
	return r
}

// lease is a partition that a test holds until end, or until it is taken away.
type lease struct {
	commands.Partition
	end func()
}

// lend passes on what work is given. It returns when ctx or the lease ends.
func lend(given chan<- lease) func(context.Context, commands.Partition) error {
	return func(ctx context.Context, p commands.Partition) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		given <- lease{p, cancel}
		<-ctx.Done()
		return nil
	}
}

func (b *bundle) newLog() *kafka.Log { return kafka.NewLog(b.config, b.codec, b.dead, b.log) }

// hold is a partition as a process has it that may be a zombie: the group is not asked.
func (b *bundle) hold(tb testing.TB, partition int32) lease {
	tb.Helper()
	given := make(chan lease, 1)
	stop := background(tb, func(ctx context.Context) error { return kafka.Lend(ctx, b.newLog(), partition, lend(given)) })
	l := receive(tb, given)
	l.end = stop
	return l
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

func appendTo(tb testing.TB, p commands.Partition, events []domain.Event, replies []domain.Reply, next int64) []int64 {
	tb.Helper()
	offsets, err := p.Append(tb.Context(), events, replies, next)
	if err != nil {
		tb.Fatal(err)
	}
	return offsets
}

func ids(entries []commands.Entry) (ids []domain.CommandID) {
	for _, e := range entries {
		ids = append(ids, e.Event.Command)
	}
	return ids
}

// sealed is an event as it is in the log.
func (b *bundle) sealed(tb testing.TB, e domain.Event) schemas.Message {
	tb.Helper()
	m, err := b.codec.EncodeEvent(tb.Context(), e)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func click(sequence uint64, link domain.LinkNumber) domain.Click {
	return domain.Click{
		ID: domain.ClickID{Node: 1, Epoch: 2, Sequence: sequence}, Account: "acc_1", Link: link, LinkVersion: 1,
		Host: "s.example", Slug: "abc", At: time.Unix(1_790_000_000, 0).UTC(), Country: "DE", Language: "de", Visitor: 42,
		ReferrerHost: "news.example", ReferrerPath: "/today",
		UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
	}
}

var errTest = errors.New("as the test wants")
