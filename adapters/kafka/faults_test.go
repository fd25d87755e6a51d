package kafka_test

import (
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

// Each request of a transaction is refused in turn. Append either succeeds, or Take tells
// whether it did; doing the batch again from there leaves it in the log once. Of the commands
// one leaves an event, one a refusal, and one nothing but the group's offset.
func TestAppendThroughRefusals(t *testing.T) {
	t.Parallel()
	requests := []kmsg.Key{kmsg.AddPartitionsToTxn, kmsg.Produce, kmsg.AddOffsetsToTxn, kmsg.TxnOffsetCommit, kmsg.EndTxn}
	refusals := []*kerr.Error{
		kerr.ConcurrentTransactions, kerr.CoordinatorLoadInProgress, kerr.NotCoordinator, kerr.NotEnoughReplicas,
		kerr.RequestTimedOut, kerr.InvalidProducerEpoch, kerr.UnknownServerError,
	}
	for _, request := range requests {
		for _, refusal := range refusals {
			t.Run(request.Name()+" "+refusal.Message, func(t *testing.T) {
				t.Parallel()
				cluster := embeddedtest.Fake(t)
				b := setupOn(t, kafka.Config{Brokers: cluster.ListenAddrs(), Partitions: 1, ClickPartitions: 1})
				b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0), b.command("c", 0))
				p := b.hold(t, 0)
				take(t, p)
				facts := [][]domain.Event{{b.event(b.command("a", 0), 0)}, nil, nil}
				replies := [][]domain.Reply{{b.reply(b.command("a", 0), 0, 0)}, {refused(b.reply(b.command("b", 0), 0, 1))}, nil}
				faults := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{request}, Err: refusal, Count: 1})
				for offset := int64(0); offset < 3; {
					_, err := p.Append(t.Context(), facts[offset], replies[offset], offset+1)
					if err == nil {
						offset++
					} else {
						offset = take(t, p).Next
					}
				}
				if faults.Hits() != 1 {
					t.Errorf("%d refusals", faults.Hits())
				}
				if got, _ := events(t, p, 0); !slices.Equal(ids(got), []domain.CommandID{"a"}) {
					t.Fatalf("events: %v", ids(got))
				}
				if position := take(t, p); position.Next != 3 || len(position.Replies) != 1 {
					t.Fatalf("position: %+v", position)
				}
			})
		}
	}
}

// A partition's leader moves to another broker while it is read and written.
func TestMovingLeader(t *testing.T) {
	t.Parallel()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	b := setupOn(t, kafka.Config{Brokers: cluster.ListenAddrs(), Partitions: 2, ClickPartitions: 2})
	b.publish(t, b.outbox(t), b.command("a", 0), b.command("b", 0), b.command("c", 0))
	p := b.hold(t, 0)
	take(t, p)
	got, _ := b.follow(t, nil)
	receive(t, got) // caught up
	s := b.shipper(t)
	for offset := int64(0); offset < 3; {
		for _, topic := range []string{kafka.TopicEvents, kafka.TopicReplies, kafka.TopicCommands, kafka.TopicClicks} {
			check(t, cluster.MoveTopicPartition(topic, 0, int32(offset))) //nolint:gosec // small
		}
		c := b.command([]string{"a", "b", "c"}[offset], 0)
		if _, err := p.Append(t.Context(), []domain.Event{b.event(c, offset)}, nil, offset+1); err != nil {
			offset = take(t, p).Next
			continue
		}
		if e := receive(t, got); e.command != c.ID {
			t.Fatalf("got %+v", e)
		}
		check(t, s.Ship(t.Context(), shipment(uint64(offset)*100, 100))) //nolint:gosec // small
		offset++
	}
	b.checkShipped(t, 300)
}
