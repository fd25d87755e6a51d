package kafka_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

type tailed struct {
	partition int32
	offset    int64
	command   domain.CommandID
}

// follow collects events; at caughtUp it sends one without a command.
func (b *bundle) follow(tb testing.TB, from map[int32]int64) (<-chan tailed, func()) {
	tb.Helper()
	got := make(chan tailed, 1024)
	stop := background(tb, func(ctx context.Context) error {
		return kafka.NewTail(b.config, b.codec, b.log).Follow(ctx, from, func(partition int32, offset int64, e domain.Event) {
			got <- tailed{partition, offset, e.Command}
		}, func() { got <- tailed{} })
	})
	return got, stop
}

func TestTailCatchesUpBehindMarkers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 1), b.command("c", 1))
	p, q := b.hold(t, 0), b.hold(t, 1)
	take(t, p)
	take(t, q)
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	appendTo(t, q, []domain.Event{b.event(b.command("b", 1), 0)}, nil, 1)
	kafka.Tear(t, b.config, kafka.TopicEvents, 0, b.sealed(t, b.event(b.command("torn", 0), 1)))
	take(t, p)

	got, _ := b.follow(t, nil)
	seen := []domain.CommandID{receive(t, got).command, receive(t, got).command}
	slices.Sort(seen)
	if !slices.Equal(seen, []domain.CommandID{"a", "b"}) {
		t.Fatalf("got %v", seen)
	}
	if e := receive(t, got); e != (tailed{}) {
		t.Fatalf("expected to be caught up, got %+v", e)
	}
	offsets := appendTo(t, q, []domain.Event{b.event(b.command("c", 1), 1)}, nil, 2)
	if e := receive(t, got); e != (tailed{1, offsets[0], "c"}) {
		t.Fatalf("got %+v", e)
	}
	from, stop := b.follow(t, map[int32]int64{0: 4, 1: offsets[0]})
	if e := receive(t, from); e != (tailed{1, offsets[0], "c"}) {
		t.Fatalf("got %+v", e)
	}
	if e := receive(t, from); e != (tailed{}) {
		t.Fatalf("expected to be caught up, got %+v", e)
	}
	stop()
}

func TestTailOfAnEmptyLogIsCaughtUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got, _ := b.follow(t, nil)
	if e := receive(t, got); e != (tailed{}) {
		t.Fatalf("got %+v", e)
	}
}

func TestTailFromBeyondTheEndIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	err := kafka.NewTail(b.config, b.codec, b.log).Follow(t.Context(), map[int32]int64{1: 3}, nil, nil)
	var lost *kafka.LostError
	if !errors.As(err, &lost) || lost.Partition != 1 || lost.Asked != 3 {
		t.Fatalf("got %v", err)
	}
}

// Readers live through a restart of the brokers and miss nothing; so does a partition's
// holder, once it has taken the partition again.
func TestReadersLiveThroughARestart(t *testing.T) {
	t.Parallel()
	o := embedded.KafkaOptions{DataDir: t.TempDir()}
	broker, err := embedded.StartKafka(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	b := setupOn(t, kafka.Config{Brokers: []string{broker.Addr()}, Partitions: 2, ClickPartitions: 1})
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0))
	p := b.hold(t, 0)
	take(t, p)
	got, _ := b.follow(t, nil)
	receive(t, got) // caught up
	ready, replies := make(chan struct{}), make(chan domain.Reply, 16)
	background(t, func(ctx context.Context) error {
		return kafka.NewReplies(b.config, b.codec, b.log).Listen(ctx, func() { close(ready) }, func(r domain.Reply) { replies <- r })
	})
	<-ready
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, []domain.Reply{b.reply(b.command("a", 0), 0, 0)}, 1)
	check(t, broker.Close())
	if broker, err = embedded.StartKafka(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, broker.Close()) })
	if position := take(t, p); position.Next != 1 {
		t.Fatalf("position after the restart: %+v", position)
	}
	appendTo(t, p, []domain.Event{b.event(b.command("b", 0), 1)}, []domain.Reply{b.reply(b.command("b", 0), 0, 1)}, 2)
	for _, want := range []domain.CommandID{"a", "b"} {
		if e := receive(t, got); e.command != want {
			t.Fatalf("got event %+v, want %s", e, want)
		}
		if r := receive(t, replies); r.Command != want {
			t.Fatalf("got reply %+v, want %s", r, want)
		}
	}
}

// An acceptance is what the decider has handed over, heard once, from the command's last event.
func TestAcceptancesAreHeardFromEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	wish := b.command("wish", 1)
	b.publish(t, b.outbox(t), wish)
	p := b.hold(t, 1)
	take(t, p)
	ready, replies := make(chan struct{}), make(chan domain.Reply, 16)
	background(t, func(ctx context.Context) error {
		return kafka.NewReplies(b.config, b.codec, b.log).Listen(ctx, func() { close(ready) }, func(r domain.Reply) { replies <- r })
	})
	<-ready
	first, last := b.event(wish, 0), b.event(wish, 0)
	first.Link, first.Version, first.Fingerprint, first.More = 1<<52, 2, domain.Fingerprint{1}, true
	first.Body = domain.LinkDeleted{Key: domain.SlugKey{Host: wish.Domain, Text: "sale"}}
	last.Link, last.Version, last.Fingerprint, last.Index, last.Body = 1<<52, 3, domain.Fingerprint{1}, 1, first.Body
	acceptance := b.reply(wish, 1, 0)
	acceptance.Link, acceptance.Version, acceptance.Fingerprint = 1<<52, 3, domain.Fingerprint{1}
	repeated := refused(b.reply(b.command("next", 1), 1, 1)) // what is heard after it
	appendTo(t, p, []domain.Event{first, last}, []domain.Reply{acceptance}, 1)
	if r := receive(t, replies); !reflect.DeepEqual(r, acceptance) {
		t.Fatalf("heard %+v, want %+v", r, acceptance)
	}
	appendTo(t, p, nil, []domain.Reply{acceptance, repeated}, 2) // asked again: no event tells it
	if r := receive(t, replies); !reflect.DeepEqual(r, acceptance) {
		t.Fatalf("heard %+v again, want %+v", r, acceptance)
	}
	if r := receive(t, replies); r.Command != "next" {
		t.Fatalf("heard %+v", r)
	}
	if stored := kafka.Read(t, b.config, kafka.TopicReplies, 1); len(stored) != 2 {
		t.Fatalf("%d replies were written", len(stored))
	}
}

func TestRepliesBeginWithWhatIsWrittenAfterReady(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("old", 1), b.command("new", 1))
	p := b.hold(t, 1)
	take(t, p)
	appendTo(t, p, nil, []domain.Reply{b.reply(b.command("old", 1), 1, 0)}, 1)
	ready, replies := make(chan struct{}), make(chan domain.Reply, 16)
	background(t, func(ctx context.Context) error {
		return kafka.NewReplies(b.config, b.codec, b.log).Listen(ctx, func() { close(ready) }, func(r domain.Reply) { replies <- r })
	})
	<-ready
	refusal := b.reply(b.command("new", 1), 1, 1)
	refusal.Rejection = domain.Errorf(domain.SlugTaken, "slug", "taken")
	appendTo(t, p, nil, []domain.Reply{refusal}, 2)
	if r := receive(t, replies); r.Command != "new" || *r.Rejection != *refusal.Rejection {
		t.Fatalf("got %+v", r)
	}
}
