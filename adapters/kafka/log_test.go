package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func TestCommandBecomesEventAndReply(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.outbox(t)
	wish, refusal := b.command("c1", 1), refused(b.reply(b.command("c2", 1), 1, 1))
	b.publish(t, o, wish, b.command("c2", 1))

	p := b.hold(t, 1)
	if got := take(t, p); got.Next != 0 || len(got.Replies) != 0 {
		t.Fatalf("position of an empty log: %+v", got)
	}
	got := receive(t, p.Commands())
	wish.Fingerprint = got.Command.Fingerprint
	if got.Err != nil || got.Offset != 0 || got.Command != wish {
		t.Fatalf("got %+v, published %+v", got, wish)
	}
	offsets := appendTo(t, p, []domain.Event{b.event(wish, 0)}, []domain.Reply{b.reply(wish, 1, 0), refusal}, 2)
	entries, next := events(t, p, 0)
	if !slices.Equal(ids(entries), []domain.CommandID{"c1"}) || entries[0].Offset != offsets[0] {
		t.Fatalf("events: %+v, appended at %v", entries, offsets)
	}
	if more, again := events(t, p, next); len(more) != 0 || again != next {
		t.Fatalf("events go on from %d with %v to %d", next, more, again)
	}
	position := take(t, p)
	if position.Next != 2 || len(position.Replies) != 1 || !reflect.DeepEqual(position.Replies[0], refusal) {
		t.Fatalf("position after the append: %+v", position)
	}
	receive(t, p.Commands()) // the refused one
	p.end()
	if _, open := <-p.Commands(); open {
		t.Fatal("commands go on after the partition was given up")
	}
}

func TestTakeFencesZombie(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0))
	zombie, heir := b.hold(t, 0), b.hold(t, 0)
	take(t, zombie)
	appendTo(t, zombie, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)

	if got := take(t, heir); got.Next != 1 {
		t.Fatalf("heir's position: %+v", got)
	}
	if _, err := zombie.Append(t.Context(), []domain.Event{b.event(b.command("zombie", 0), 1)}, nil, 2); err == nil {
		t.Fatal("the zombie could append")
	}
	if _, err := zombie.Append(t.Context(), nil, nil, 2); err == nil {
		t.Fatal("the zombie could append without taking the partition again")
	}
	appendTo(t, heir, []domain.Event{b.event(b.command("b", 0), 1)}, nil, 2)
	if got, _ := events(t, heir, 0); !slices.Equal(ids(got), []domain.CommandID{"a", "b"}) {
		t.Fatalf("events: %v", ids(got))
	}
}

// A process that dies between produce and commit leaves a transaction open.
func TestTornTransactionIsInvisible(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0))
	p := b.hold(t, 0)
	take(t, p)
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	kafka.Tear(t, b.config, kafka.TopicEvents, 0, b.sealed(t, b.event(b.command("torn", 0), 1)))

	if got := take(t, p); got.Next != 1 {
		t.Fatalf("position: %+v", got)
	}
	got, next := events(t, p, 0)
	if !slices.Equal(ids(got), []domain.CommandID{"a"}) || next != 4 { // a, its marker, the torn one, its marker
		t.Fatalf("events: %v up to %d", ids(got), next)
	}
	if offsets := appendTo(t, p, []domain.Event{b.event(b.command("b", 0), 1)}, nil, 2); offsets[0] != next {
		t.Fatalf("appended at %v, expected %d", offsets, next)
	}
}

func TestPositionDoesNotHangOnGroupOffset(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0), b.command("c", 0))
	p := b.hold(t, 0)
	take(t, p)
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	kafka.SetGroupOffset(t, b.config, 0, 0)
	if got := take(t, p); got.Next != 1 {
		t.Fatalf("position by event: %+v", got)
	}
	appendTo(t, p, nil, []domain.Reply{refused(b.reply(b.command("b", 0), 0, 1))}, 2)
	kafka.SetGroupOffset(t, b.config, 0, 0)
	if got := take(t, p); got.Next != 2 {
		t.Fatalf("position by reply: %+v", got)
	}
	appendTo(t, p, nil, nil, 3) // a command that could not be read leaves nothing but the offset
	if got := take(t, p); got.Next != 3 {
		t.Fatalf("position by group offset: %+v", got)
	}
}

// The newest event may stand behind more markers and torn records than one look at the end
// covers.
func TestPositionBehindManyTornRecords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0))
	p := b.hold(t, 0)
	take(t, p)
	appendTo(t, p, []domain.Event{b.event(b.command("a", 0), 0)}, nil, 1)
	torn := slices.Repeat([]schemas.Message{b.sealed(t, b.event(b.command("torn", 0), 7))}, 300)
	kafka.Tear(t, b.config, kafka.TopicEvents, 0, torn...)
	kafka.SetGroupOffset(t, b.config, 0, 0)
	if got := take(t, p); got.Next != 1 {
		t.Fatalf("position: %+v", got)
	}
}

func TestPositionBeyondCommandsIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	kafka.Put(t, b.config, kafka.TopicEvents, 0, b.sealed(t, b.event(b.command("x", 0), 41)))
	_, err := b.hold(t, 0).Take(t.Context())
	var lost *kafka.LostError
	if !errors.As(err, &lost) || lost.Asked != 42 {
		t.Fatalf("got %v", err)
	}
}

func TestEventsBeyondTheEndIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.hold(t, 0).Events(t.Context(), 5, nil)
	var lost *kafka.LostError
	if !errors.As(err, &lost) || lost.Asked != 5 {
		t.Fatalf("got %v", err)
	}
}

// What one append holds may need more than one batch.
func TestLargeAppend(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0))
	p := b.hold(t, 0)
	take(t, p)
	var want []domain.CommandID
	var facts []domain.Event
	var replies []domain.Reply
	for i := range 4000 {
		c := b.command(fmt.Sprintf("c%04d", i), 0)
		want = append(want, c.ID)
		facts = append(facts, b.event(c, 0))
		replies = append(replies, refused(b.reply(c, 0, 0)))
	}
	offsets := appendTo(t, p, facts, replies, 1)
	got, _ := events(t, p, 0)
	if !slices.Equal(ids(got), want) {
		t.Fatalf("%d events came back of %d, or in another order", len(got), len(want))
	}
	for i, e := range got {
		if e.Offset != offsets[i] {
			t.Fatalf("event %d is at %d, not %d", i, e.Offset, offsets[i])
		}
	}
	if position := take(t, p); len(position.Replies) != len(replies) {
		t.Fatalf("%d replies", len(position.Replies))
	}
}

func TestUnreadableCommandIsSetAside(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good, err := b.codec.EncodeCommand(t.Context(), b.command("good", 0))
	check(t, err)
	broken, err := b.codec.EncodeCommand(t.Context(), b.command("broken", 0))
	check(t, err)
	broken.Value = []byte("nobody can read this")
	kafka.Put(t, b.config, kafka.TopicCommands, 0, broken, schemas.Message{Value: []byte("junk")}, good)

	p := b.hold(t, 0)
	take(t, p)
	if got := receive(t, p.Commands()); got.Err == nil || got.Command.ID != "broken" || got.Offset != 0 {
		t.Fatalf("got %+v", got)
	}
	if got := receive(t, p.Commands()); got.Err == nil || got.Offset != 1 {
		t.Fatalf("got %+v", got)
	}
	if got := receive(t, p.Commands()); got.Err != nil || got.Command.ID != "good" {
		t.Fatalf("got %+v", got)
	}
	letters := kafka.Read(t, b.config, kafka.TopicDeadLetters, 0)
	if len(letters) != 2 {
		t.Fatalf("%d dead letters", len(letters))
	}
	l, err := schemas.DecodeDeadLetter(letters[0].Message)
	if err != nil || l.Topic != kafka.TopicCommands || l.Position != (domain.Position{}) || string(l.Message.Value) != string(broken.Value) {
		t.Fatalf("got %+v, %v", l, err)
	}
}

func TestCommandWaitsForItsKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 0))
	b.keys.fail(errTest)
	asked := b.keys.asked()
	p := b.hold(t, 0)
	take(t, p)
	select {
	case got := <-p.Commands():
		t.Fatalf("got %+v", got)
	case <-asked:
	}
	b.keys.fail(nil)
	if got := receive(t, p.Commands()); got.Err != nil {
		t.Fatalf("got %+v", got)
	}
}

// The group gives every partition to somebody, and away when somebody leaves.
func TestLogsShareThePartitions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := make(chan lease, 8)
	stop := background(t, func(ctx context.Context) error { return b.newLog().Run(ctx, lend(first)) })
	held := map[int32]bool{}
	for len(held) < 2 {
		held[receive(t, first).Number()] = true
	}
	second := make(chan lease, 8)
	background(t, func(ctx context.Context) error { return b.newLog().Run(ctx, lend(second)) })
	receive(t, second)
	stop()
	held = map[int32]bool{}
	for len(held) < 2 {
		p := receive(t, second)
		take(t, p)
		held[p.Number()] = true
	}
}

func TestFailedWorkIsStartedAfresh(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.publish(t, b.outbox(t), b.command("a", 1))
	got := make(chan commands.Received, 8)
	background(t, func(ctx context.Context) error {
		return b.newLog().Run(ctx, func(ctx context.Context, p commands.Partition) error {
			if _, err := p.Take(ctx); err != nil {
				return err
			}
			for c := range p.Commands() {
				got <- c
				return errTest
			}
			return nil
		})
	})
	for range 2 {
		if c := receive(t, got); c.Command.ID != "a" {
			t.Fatalf("got %+v", c)
		}
	}
}
