package kafka_test

import (
	"slices"
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestCommandBecomesEventAndReply(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.outbox(t)
	wish := b.command("c1", 1)
	b.publish(t, o, wish)

	p, _ := b.hold(t, 1)
	if got := take(t, p); got.Next != 0 || len(got.Replies) != 0 {
		t.Fatalf("position of an empty log: %+v", got)
	}
	got := receive(t, p.Commands())
	wish.Fingerprint = got.Command.Fingerprint
	if got.Err != nil || got.Offset != 0 || got.Command != wish {
		t.Fatalf("got %+v, published %+v", got, wish)
	}
	offsets, err := p.Append(t.Context(), []domain.Event{b.event(wish, 0)}, []domain.Reply{b.reply(wish, 1, 0)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	entries, next := events(t, p, 0)
	if !slices.Equal(ids(entries), []domain.CommandID{"c1"}) || entries[0].Offset != offsets[0] {
		t.Fatalf("events: %+v, appended at %v", entries, offsets)
	}
	if more, again := events(t, p, next); len(more) != 0 || again != next {
		t.Fatalf("events go on from %d with %v to %d", next, more, again)
	}
	position := take(t, p)
	if position.Next != 1 || len(position.Replies) != 1 || position.Replies[0] != b.reply(wish, 1, 0) {
		t.Fatalf("position after the append: %+v", position)
	}
}
