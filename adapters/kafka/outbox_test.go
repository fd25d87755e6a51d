package kafka_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

func TestOutboxKeepsTheOrderOfADomain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.outbox(t)
	var publishers sync.WaitGroup
	for n := range int32(64) {
		publishers.Go(func() {
			for i := range 20 {
				b.publish(t, o, b.command(fmt.Sprintf("%02d-%02d", n, i), n%2))
			}
		})
	}
	publishers.Wait()
	total := 0
	last := map[string]domain.CommandID{} // by publisher
	for p := range int32(2) {
		for _, r := range kafka.Read(t, b.config, kafka.TopicCommands, p) {
			c, err := b.codec.DecodeCommand(t.Context(), r.Message)
			if err != nil {
				t.Fatal(err)
			}
			who := string(c.ID[:2])
			if c.ID <= last[who] || domain.PartitionOf(string(c.Domain), 2) != p || string(r.Message.Key) != string(c.Domain) {
				t.Fatalf("%s after %s in partition %d", c.ID, last[who], p)
			}
			last[who] = c.ID
			total++
		}
	}
	if total != 64*20 {
		t.Fatalf("%d commands", total)
	}
}

func TestOutboxDoesNothingAfterItsContext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.outbox(t).Publish(ctx, b.command("a", 0)); err == nil {
		t.Fatal("no error")
	}
	if all := kafka.Read(t, b.config, kafka.TopicCommands, 0); len(all) != 0 {
		t.Fatalf("%d commands", len(all))
	}
}

func TestOutboxWithoutBrokersIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o, err := kafka.NewOutbox(kafka.Config{Brokers: []string{"127.0.0.1:1"}}, b.codec)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Publish(t.Context(), b.command("a", 0)); err == nil {
		t.Fatal("no error")
	}
	check(t, o.Close())
}
