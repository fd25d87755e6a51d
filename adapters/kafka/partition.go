package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// partition implements [commands.Partition].
type partition struct {
	log      *Log
	client   sarama.Client
	number   int32
	commands chan commands.Received // closed by receive
	begin    chan int64             // where receive starts; the first Take tells it
	begun    bool
	decided  func(next int64) // tells the group, some time soon
	writer   *transactions    // nil: not taken, or unusable
}

// Number implements [commands.Partition].
func (p *partition) Number() int32 { return p.number }

// Commands implements [commands.Partition]. The first command is the one at the position that
// the first Take has told.
func (p *partition) Commands() <-chan commands.Received { return p.commands }

// receive delivers commands from where Take says to go on until ctx ends.
func (p *partition) receive(ctx context.Context) {
	defer close(p.commands)
	var next int64
	select {
	case <-ctx.Done():
		return
	case next = <-p.begin:
	}
	c := cursorAt(p.client, p.log.config.Topic(TopicCommands), p.number, next, p.log.log)
	defer c.close()
	for {
		records, err := c.poll(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			p.log.log.Error("can't read commands", "partition", p.number, "error", err)
			return
		}
		for _, r := range records {
			if !p.deliver(ctx, c.topic, r) {
				return
			}
		}
	}
}

// deliver passes one command on. It waits while the reason it can't be read may go away.
func (p *partition) deliver(ctx context.Context, topic string, r record) bool {
	var received commands.Received
	err := untilReadable(ctx, p.log.log, topic, p.number, r, func(m schemas.Message) (err error) {
		received.Command, err = p.log.codec.DecodeCommand(ctx, m)
		if errors.Is(err, schemas.ErrUnknown) {
			// Its asker won't wait as long as an upgrade takes, and others stand behind it.
			err = fmt.Errorf("%w: %w", schemas.ErrUnusable, err)
		}
		return err
	})
	if ctx.Err() != nil {
		return false
	}
	if err != nil && p.log.dead.set(ctx, topic, p.number, r, err) != nil {
		return false
	}
	received.Offset, received.Err = r.offset, err
	select {
	case <-ctx.Done():
		return false
	case p.commands <- received:
		return true
	}
}

// Take implements [commands.Partition].
func (p *partition) Take(ctx context.Context) (commands.Position, error) {
	if err := p.drop(); err != nil {
		p.log.log.Debug("closed transactional producer with an error", "error", err)
	}
	// First of all the fence: whatever is read behind it can't be changed by others any more.
	w, err := newTransactions(ctx, p.log.config, p.log.transactionalID(p.number), p.log.group())
	if err != nil {
		return commands.Position{}, err
	}
	position, err := p.position(ctx)
	if err != nil {
		return commands.Position{}, errors.Join(fmt.Errorf("find position of partition %d: %w", p.number, err), w.close())
	}
	p.writer = w
	if !p.begun {
		p.begun = true
		p.begin <- position.Next
	}
	return position, nil
}

func (p *partition) drop() error {
	if p.writer == nil {
		return nil
	}
	w := p.writer
	p.writer = nil
	return w.close()
}

// Events implements [commands.Partition]. An event that can't be read at all, not even its
// headers, is passed over: the read model does the same.
func (p *partition) Events(ctx context.Context, from int64, each func(commands.Entry) error) (int64, error) {
	c := cursorAt(p.client, p.log.config.Topic(TopicEvents), p.number, from, p.log.log)
	c.bytes = largeAnswer
	defer c.close()
	end, err := p.client.GetOffset(c.topic, p.number, sarama.OffsetNewest)
	if err != nil {
		return 0, fmt.Errorf("find end of %s: %w", c.topic, err)
	}
	if from > end {
		return 0, c.lost(sarama.ErrOffsetOutOfRange)
	}
	err = c.readTo(ctx, end, func(r record) error {
		e, err := p.log.codec.DecodeEvent(ctx, r.message())
		if errors.Is(err, schemas.ErrUnusable) {
			p.log.log.Error("passed over an event without readable headers", "partition", p.number, "offset", r.offset, "error", err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("read event at %d: %w", r.offset, err)
		}
		return each(commands.Entry{Offset: r.offset, Event: e})
	})
	return c.next, err
}

// errNotTaken is what Append answers before Take, and after a failed Append.
var errNotTaken = errors.New("the partition must be taken first")

// Append implements [commands.Partition].
func (p *partition) Append(ctx context.Context, events []domain.Event, replies []domain.Reply, next int64) ([]int64, error) {
	if p.writer == nil {
		return nil, errNotTaken
	}
	offsets, err := p.append(ctx, events, replies, next)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("append to partition %d: %w", p.number, err), p.drop())
	}
	return offsets, nil
}

func (p *partition) append(ctx context.Context, events []domain.Event, replies []domain.Reply, next int64) ([]int64, error) {
	replies = untold(replies, events)
	facts, err := encodeAll(ctx, events, p.log.codec.EncodeEvent)
	if err != nil {
		return nil, err
	}
	answers, err := encodeAll(ctx, replies, p.log.codec.EncodeReply)
	if err != nil {
		return nil, err
	}
	toEvents := deliveries(facts, place{p.log.config.Topic(TopicEvents), p.number})
	batches := slices.Concat(toEvents, deliveries(answers, place{p.log.config.Topic(TopicReplies), p.number}))
	var moved *offset
	if !tells(events, replies, next-1) {
		moved = &offset{place{p.log.config.Topic(TopicCommands), p.number}, next}
	}
	if err := p.writer.commit(ctx, batches, moved); err != nil {
		return nil, err
	}
	p.decided(next)
	offsets := make([]int64, 0, len(events))
	for _, d := range toEvents {
		for i := range d.batch.Records {
			offsets = append(offsets, d.offset+int64(i))
		}
	}
	return offsets, nil
}

// untold is the replies that are written: an acceptance is told by its events.
func untold(replies []domain.Reply, events []domain.Event) []domain.Reply {
	accepted := make(map[domain.CommandID]int64, len(events))
	for _, e := range events {
		accepted[e.Command] = e.CommandOffset
	}
	return slices.DeleteFunc(slices.Clone(replies), func(r domain.Reply) bool {
		at, ok := accepted[r.Command]
		return ok && at == r.Position.Offset && r.Rejection == nil
	})
}

// tells reports whether a record says that the command at offset was decided. Then the group's
// offset need not be part of the transaction.
func tells(events []domain.Event, replies []domain.Reply, offset int64) bool {
	return slices.ContainsFunc(events, func(e domain.Event) bool { return e.CommandOffset == offset }) ||
		slices.ContainsFunc(replies, func(r domain.Reply) bool { return r.Position.Offset == offset })
}

// deliveries packs messages into as many batches as they need. They are not compressed:
// sealed payloads don't get smaller.
func deliveries(messages []schemas.Message, to place) []*delivery {
	var all []*delivery
	for len(messages) > 0 {
		n := fitting(messages)
		all = append(all, &delivery{to: to, batch: newBatch(messages[:n], sarama.CompressionNone)})
		messages = messages[n:]
	}
	return all
}

func encodeAll[T any](ctx context.Context, values []T, encode func(context.Context, T) (schemas.Message, error)) ([]schemas.Message, error) {
	messages := make([]schemas.Message, len(values))
	for i, v := range values {
		var err error
		if messages[i], err = encode(ctx, v); err != nil {
			return nil, err
		}
	}
	return messages, nil
}
