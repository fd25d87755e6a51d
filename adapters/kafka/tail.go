package kafka

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// Tail reads links.events for those who need all of it, such as every redirector.
type Tail struct {
	followers followers
	codec     *schemas.Codec
}

// NewTail makes a reader of events; it does nothing until Follow.
func NewTail(c Config, codec *schemas.Codec, log *slog.Logger) *Tail {
	return &Tail{followers{c, c.Topic(TopicEvents), c.LinkPartitions(), log}, codec}
}

// Follow calls each for every event of every partition from the given offsets on (0 where
// none is given), in order within a partition; calls don't overlap. Once it has passed what
// was there when it started, it calls caughtUp, between two calls of each. It reconnects for
// ever and returns nil when ctx ends, or [*LostError] if the events asked for are not there.
//
// An event of a newer version waits for an upgrade, with its partition. One without readable
// headers is passed over; the projector sets it aside.
func (t *Tail) Follow(ctx context.Context, from map[int32]int64, each func(partition int32, offset int64, e domain.Event), caughtUp func()) error {
	var mu sync.Mutex
	behind := map[int32]int64{} // partitions that haven't reached their end yet
	begin := func(ctx context.Context, c sarama.Client) (map[int32]int64, error) {
		ends, err := t.followers.ends(ctx, c)
		for partition, end := range ends {
			if from[partition] > end {
				return nil, cursorAt(c, t.followers.topic, partition, from[partition], t.followers.log).lost(sarama.ErrOffsetOutOfRange)
			}
			behind[partition] = end
		}
		return from, err
	}
	deliver := func(ctx context.Context, partition int32, r record) error {
		var e domain.Event
		err := untilReadable(ctx, t.followers.log, t.followers.topic, partition, r, func(m schemas.Message) (err error) {
			e, err = t.codec.DecodeEvent(ctx, m)
			return err
		})
		if errors.Is(err, schemas.ErrUnusable) {
			t.followers.log.Error("passed over an event without readable headers", "partition", partition, "offset", r.offset, "error", err)
			return nil
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		each(partition, r.offset, e)
		return nil
	}
	return t.followers.run(ctx, begin, deliver, func(partition int32, next int64) {
		mu.Lock()
		defer mu.Unlock()
		if end, waiting := behind[partition]; waiting && next >= end {
			delete(behind, partition)
			if len(behind) == 0 {
				caughtUp()
			}
		}
	})
}
