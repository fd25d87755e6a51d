package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func (b *bundle) shipper(tb testing.TB) *kafka.Shipper {
	tb.Helper()
	s, err := kafka.NewShipper(b.config, b.log)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { check(tb, s.Close()) })
	return s
}

// shipment is n clicks on a few links, numbered from first.
func shipment(first uint64, n int) []domain.Click {
	clicks := make([]domain.Click, n)
	for i := range clicks {
		s := first + uint64(i) //nolint:gosec // small
		clicks[i] = click(s, domain.LinkNumber(1+s%17))
	}
	return clicks
}

// checkShipped expects every click from 0 to n once, in order within its partition.
func (b *bundle) checkShipped(tb testing.TB, n int) {
	tb.Helper()
	seen := 0
	for p := range int32(2) {
		last := int64(-1)
		for _, r := range kafka.Read(tb, b.config, kafka.TopicClicks, p) {
			c, err := schemas.DecodeClick(r.Message)
			if err != nil {
				tb.Fatal(err)
			}
			if domain.PartitionOf(c.Link.String(), 2) != p {
				tb.Fatalf("link %s is in partition %d", c.Link, p)
			}
			if int64(c.ID.Sequence) <= last { //nolint:gosec // small
				tb.Fatalf("partition %d: click %d after %d", p, c.ID.Sequence, last)
			}
			last = int64(c.ID.Sequence) //nolint:gosec // small
			seen++
		}
	}
	if seen != n {
		tb.Fatalf("%d clicks are in the log, %d were shipped", seen, n)
	}
}

func TestShipperKeepsOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.shipper(t)
	check(t, s.Ship(t.Context(), nil))
	check(t, s.Ship(t.Context(), shipment(0, 1)))
	check(t, s.Ship(t.Context(), shipment(1, 9_999))) // several batches for each partition
	b.checkShipped(t, 10_000)
}

// The first batches of one partition fail, once or again and again, while those behind them and
// those of the other partition could succeed. With a timeout the broker has written what it
// refuses: then it must know the batch again. With the rule taken out (a refused batch goes back
// behind the others instead of being tried again) every case of one refusal was red, "click 0
// after 8999"; those of four were green, since they refuse each of the four batches once.
func TestShipperLetsNothingOvertakeAFailedBatch(t *testing.T) {
	t.Parallel()
	for _, refusal := range []*kerr.Error{
		kerr.NotLeaderForPartition, kerr.NotEnoughReplicas, kerr.RequestTimedOut, kerr.UnknownProducerID, kerr.OutOfOrderSequenceNumber,
	} {
		for _, times := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s %d times", refusal.Message, times), func(t *testing.T) {
				t.Parallel()
				cluster := embeddedtest.Fake(t)
				b := setupOn(t, kafka.Config{Brokers: cluster.ListenAddrs(), Partitions: 1, ClickPartitions: 2})
				faults := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Partitions: []int32{0}, Err: refusal, Count: times})
				s := b.shipper(t)
				check(t, s.Ship(t.Context(), shipment(0, 9_000)))
				check(t, s.Ship(t.Context(), shipment(9_000, 1_000)))
				b.checkShipped(t, 10_000)
				if faults.Hits() != times {
					t.Errorf("%d refusals, want %d", faults.Hits(), times)
				}
			})
		}
	}
}

func TestShipperStopsWithItsContext(t *testing.T) {
	t.Parallel()
	cluster := embeddedtest.Fake(t)
	b := setupOn(t, kafka.Config{Brokers: cluster.ListenAddrs(), Partitions: 1, ClickPartitions: 2})
	ctx, cancel := context.WithCancel(t.Context())
	faults := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicas, Count: -1, When: func(kmsg.Request) bool {
		cancel()
		return true
	}})
	s := b.shipper(t)
	if err := s.Ship(ctx, shipment(0, 10)); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	faults.Remove()
	check(t, s.Ship(t.Context(), shipment(0, 10)))
	b.checkShipped(t, 10)
}
