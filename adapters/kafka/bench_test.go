package kafka_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/schemas"
)

// BenchmarkAppend is one transaction after the other, of one and of many commands.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 64, 512} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			s := setup(b)
			p := s.hold(b, 0)
			s.publish(b, s.outbox(b), s.command("c", 0))
			take(b, p)
			facts := slices.Repeat([]domain.Event{s.event(s.command("c", 0), 0)}, size)
			replies := slices.Repeat([]domain.Reply{s.reply(s.command("c", 0), 0, 0)}, size)
			var times []time.Duration
			for b.Loop() {
				began := time.Now()
				appendTo(b, p, facts, replies, 1)
				times = append(times, time.Since(began))
			}
			reportTimes(b, times, size)
		})
	}
}

func reportTimes(b *testing.B, times []time.Duration, each int) {
	b.Helper()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(len(times)*each)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkCommand is a command from its outbox to its reply, through a decider that accepts
// everything, with one and with many in flight.
func BenchmarkCommand(b *testing.B) {
	for _, inFlight := range []int{1, 64, 256} {
		b.Run(strconv.Itoa(inFlight), func(b *testing.B) {
			s := setup(b)
			var waiting sync.Map
			ready := make(chan struct{})
			background(b, func(ctx context.Context) error {
				return kafka.NewReplies(s.config, s.codec, s.log).Listen(ctx, func() { close(ready) }, func(r domain.Reply) {
					if c, ok := waiting.LoadAndDelete(r.Command); ok {
						close(c.(chan struct{}))
					}
				})
			})
			background(b, func(ctx context.Context) error { return s.newLog().Run(ctx, s.acceptAll) })
			<-ready
			o := s.outbox(b)
			var number atomic.Int64
			ask := func() {
				id := domain.CommandID(fmt.Sprintf("c%d", number.Add(1)))
				heard := make(chan struct{})
				waiting.Store(id, heard)
				s.publish(b, o, s.command(string(id), 0))
				<-heard
			}
			ask()
			times := make([]time.Duration, 0, b.N)
			b.ResetTimer()
			work := make(chan struct{}, b.N)
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			var mu sync.Mutex
			var all sync.WaitGroup
			for range inFlight {
				all.Go(func() {
					for range work {
						began := time.Now()
						ask()
						mu.Lock()
						times = append(times, time.Since(began))
						mu.Unlock()
					}
				})
			}
			all.Wait()
			b.StopTimer()
			reportTimes(b, times, 1)
		})
	}
}

// acceptAll is a decider that takes what has arrived as one batch.
func (b *bundle) acceptAll(ctx context.Context, p commands.Partition) error {
	if _, err := p.Take(ctx); err != nil {
		return err
	}
	for c := range p.Commands() {
		var facts []domain.Event
		var replies []domain.Reply
		next := int64(0)
		for more := true; more; {
			facts = append(facts, b.event(c.Command, c.Offset))
			replies = append(replies, b.reply(c.Command, p.Number(), c.Offset))
			next = c.Offset + 1
			select {
			case c, more = <-p.Commands():
			default:
				more = false
			}
		}
		if _, err := p.Append(ctx, facts, replies, next); err != nil {
			return err
		}
	}
	return nil
}

func BenchmarkOutbox(b *testing.B) {
	s := setup(b)
	o := s.outbox(b)
	s.publish(b, o, s.command("c", 0))
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.publish(b, o, s.command("c", 0))
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

func BenchmarkShip(b *testing.B) {
	for _, size := range []int{100, 10_000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			s := setup(b)
			shipper := s.shipper(b)
			clicks := shipment(0, size)
			check(b, shipper.Ship(b.Context(), clicks))
			for b.Loop() {
				check(b, shipper.Ship(b.Context(), clicks))
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "clicks/s")
		})
	}
}

func BenchmarkSource(b *testing.B) {
	s := setup(b)
	shipper := s.shipper(b)
	messages := make([]schemas.Message, 100_000)
	for i, c := range shipment(0, len(messages)) {
		messages[i] = schemas.EncodeClick(c)
	}
	check(b, shipper.ShipMessages(b.Context(), messages))
	for b.Loop() {
		var seen atomic.Int64
		done := make(chan struct{})
		stop := background(b, func(ctx context.Context) error {
			return s.clicks().Consume(ctx, func(context.Context, int32) (int64, error) { return 0, nil },
				func(_ context.Context, batch projections.Batch[domain.Click]) error {
					if seen.Add(int64(len(batch.Records))) == int64(len(messages)) {
						close(done)
					}
					return nil
				})
		})
		<-done
		b.StopTimer()
		stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*len(messages))/b.Elapsed().Seconds(), "clicks/s")
}
