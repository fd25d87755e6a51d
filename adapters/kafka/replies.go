package kafka

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/IBM/sarama"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// Replies delivers the outcome of commands: what links.replies says, and acceptances from
// links.events. It implements [commands.Replies].
type Replies struct {
	replies, events followers
	codec           *schemas.Codec
}

var _ commands.Replies = (*Replies)(nil)

// NewReplies makes a reader of replies; it does nothing until Listen.
func NewReplies(c Config, codec *schemas.Codec, log *slog.Logger) *Replies {
	of := func(topic string) followers { return followers{c, c.Topic(topic), c.LinkPartitions(), log} }
	return &Replies{of(TopicReplies), of(TopicEvents), codec}
}

// Listen implements [commands.Replies]. Calls of each don't overlap. A record that can't be
// read is passed over: its asker finds the outcome elsewhere. It returns nil when ctx ends.
func (r *Replies) Listen(ctx context.Context, ready func(), each func(domain.Reply)) error {
	var deaf atomic.Int32
	deaf.Store(2)
	hears := func() {
		if deaf.Add(-1) == 0 {
			ready()
		}
	}
	var mu sync.Mutex
	one := func(reply domain.Reply) {
		mu.Lock()
		defer mu.Unlock()
		each(reply)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return listen(ctx, r.replies, hears, r.reply, one) })
	g.Go(func() error { return listen(ctx, r.events, hears, r.acceptance, one) })
	return g.Wait()
}

// decoder is the reply that a record holds, if it holds one.
type decoder func(ctx context.Context, partition int32, m schemas.Message) (reply domain.Reply, ok bool, err error)

func (r *Replies) reply(ctx context.Context, _ int32, m schemas.Message) (domain.Reply, bool, error) {
	reply, err := r.codec.DecodeReply(ctx, m)
	return reply, err == nil, err
}

// acceptance is the reply to a command whose last event m is. An event that is not what it was
// doesn't tell which of several requests under one id it is about.
func (r *Replies) acceptance(ctx context.Context, partition int32, m schemas.Message) (domain.Reply, bool, error) {
	if schemas.Continues(m) { // a batch's thousand events need not be opened to know that
		return domain.Reply{}, false, nil
	}
	e, err := r.codec.DecodeEvent(ctx, m)
	if err != nil || e.More {
		return domain.Reply{}, false, err
	}
	reply := domain.Reply{
		Command: e.Command, Account: e.Account, Position: domain.Position{Partition: partition, Offset: e.CommandOffset},
		Link: e.Link, Version: e.Version, Fingerprint: e.Fingerprint,
	}
	switch b := e.Body.(type) {
	case domain.Redacted, domain.Unreadable:
		return domain.Reply{}, false, nil
	case domain.BatchDecided:
		reply.Items = b.Items
	}
	return reply, true, nil
}

// listen follows a topic from its present end, where it calls ready.
func listen(ctx context.Context, f followers, ready func(), decode decoder, each func(domain.Reply)) error {
	begin := func(ctx context.Context, c sarama.Client) (map[int32]int64, error) {
		from, err := f.ends(ctx, c)
		if err == nil {
			ready()
		}
		return from, err
	}
	deliver := func(ctx context.Context, partition int32, record record) error {
		reply, ok, err := decode(ctx, partition, record.message())
		switch {
		case ok:
			each(reply)
		case err != nil && !errors.Is(err, schemas.ErrUnusable) && !errors.Is(err, context.Canceled):
			f.log.Warn("passed over a reply", "topic", f.topic, "partition", partition, "offset", record.offset, "error", err)
		}
		return nil
	}
	for {
		err := f.run(ctx, begin, deliver, func(int32, int64) {})
		if _, lost := errors.AsType[*LostError](err); !lost {
			return err
		}
		// We were away longer than replies are kept. Their askers are, too.
		f.log.Warn("missed replies", "topic", f.topic, "error", err)
		begin = f.ends
	}
}
