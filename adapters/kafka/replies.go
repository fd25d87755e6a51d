package kafka

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// Replies delivers the outcome of commands. It implements [commands.Replies].
type Replies struct {
	followers followers
	codec     *schemas.Codec
}

var _ commands.Replies = (*Replies)(nil)

// NewReplies makes a reader of replies; it does nothing until Listen.
func NewReplies(c Config, codec *schemas.Codec, log *slog.Logger) *Replies {
	return &Replies{followers{c, c.Topic(TopicReplies), c.LinkPartitions(), log}, codec}
}

// Listen implements [commands.Replies]. Calls of each don't overlap. A reply that can't be
// read is passed over: its asker finds the outcome elsewhere. It returns nil when ctx ends.
func (r *Replies) Listen(ctx context.Context, ready func(), each func(domain.Reply)) error {
	begin := func(ctx context.Context, c sarama.Client) (map[int32]int64, error) {
		from, err := r.followers.ends(ctx, c)
		if err == nil {
			ready()
		}
		return from, err
	}
	var mu sync.Mutex
	deliver := func(ctx context.Context, partition int32, record record) error {
		reply, err := r.codec.DecodeReply(ctx, record.message())
		switch {
		case errors.Is(err, schemas.ErrUnusable) || errors.Is(err, context.Canceled):
			return nil
		case err != nil:
			r.followers.log.Warn("passed over a reply", "partition", partition, "offset", record.offset, "error", err)
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		each(reply)
		return nil
	}
	for {
		err := r.followers.run(ctx, begin, deliver, func(int32, int64) {})
		if _, lost := errors.AsType[*LostError](err); !lost {
			return err
		}
		// We were away longer than replies are kept. Their askers are, too.
		r.followers.log.Warn("missed replies", "error", err)
		begin = r.followers.ends
	}
}
