package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// replyWindow is how far back replies are read for refusals that are still remembered: until
// their command's deadline, and clocks differ.
const replyWindow = 2*time.Minute + 2*domain.Skew

// position finds how far the partition was decided, and what was refused of late.
func (p *partition) position(ctx context.Context) (commands.Position, error) {
	var found commands.Position
	next, err := p.undecided(ctx)
	if err != nil {
		return found, err
	}
	if found.Next, err = p.within(next); err != nil {
		return found, err
	}
	found.Replies, err = p.recentReplies(ctx)
	return found, err
}

// undecided is the first command that isn't decided. The group's offset doesn't tell that alone:
// it comes later, it may have expired or been set back, while what was decided stands in the log.
func (p *partition) undecided(ctx context.Context) (int64, error) {
	next, err := p.groupOffset(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range []string{TopicEvents, TopicReplies} {
		last, err := p.lastCommand(ctx, p.log.config.Topic(name))
		if err != nil {
			return 0, err
		}
		next = max(next, last+1)
	}
	return next, nil
}

// groupOffset is the group's committed offset, 0 if it has none.
func (p *partition) groupOffset(ctx context.Context) (int64, error) {
	topic := p.log.config.Topic(TopicCommands)
	for failures := 0; ; {
		r, err := ask(func() (*sarama.Broker, error) { return p.client.Coordinator(p.log.group()) },
			func(b *sarama.Broker) (*sarama.OffsetFetchResponse, error) {
				request := sarama.NewOffsetFetchRequest(p.client.Config().Version, p.log.group(), map[string][]int32{topic: {p.number}})
				request.RequireStable = true // not below an offset whose transaction is just being ended
				return b.FetchOffset(request)
			})
		if err == nil {
			err = code(r.Err)
		}
		if err == nil {
			block := r.GetBlock(topic, p.number)
			if block == nil {
				return 0, fmt.Errorf("read group offset: %w", sarama.ErrIncompleteResponse)
			}
			if err = code(block.Err); err == nil {
				return max(block.Offset, 0), nil
			}
		}
		if errors.Is(err, sarama.ErrGroupIDNotFound) {
			return 0, nil
		}
		failures++
		if judge(err) != retriable || !pause(ctx, backoff(failures)) {
			return 0, fmt.Errorf("read group offset: %w", err)
		}
		_ = p.client.RefreshCoordinator(p.log.group()) // if this fails, so does the next attempt
	}
}

// lastCommand is the offset of the newest command that left a committed record in the topic,
// -1 if none did. Kafka can't be read backwards, so growing pieces of the end are read.
func (p *partition) lastCommand(ctx context.Context, topic string) (int64, error) {
	first, end, err := p.bounds(topic)
	if err != nil {
		return 0, err
	}
	last := int64(-1)
	for span := int64(128); ; span *= 8 {
		from := max(first, end-span)
		c := cursorAt(p.client, topic, p.number, from, p.log.log)
		err := c.readTo(ctx, end, func(r record) error {
			if n, err := strconv.ParseInt(r.header(headerCommandOffset), 10, 64); err == nil {
				last = max(last, n)
			}
			return nil
		})
		c.close()
		if err != nil || last >= 0 || from == first {
			return last, err
		}
	}
}

func (p *partition) bounds(topic string) (first, end int64, err error) {
	if first, err = p.client.GetOffset(topic, p.number, sarama.OffsetOldest); err != nil {
		return 0, 0, fmt.Errorf("find beginning of %s: %w", topic, err)
	}
	if end, err = p.client.GetOffset(topic, p.number, sarama.OffsetNewest); err != nil {
		return 0, 0, fmt.Errorf("find end of %s: %w", topic, err)
	}
	return first, end, nil
}

// within checks the position against what links.commands holds. Commands that were deleted
// before anybody decided them are past their deadlines; more decided than there is means that
// the topic isn't the one that was decided.
func (p *partition) within(next int64) (int64, error) {
	topic := p.log.config.Topic(TopicCommands)
	first, end, err := p.bounds(topic)
	if err != nil {
		return 0, err
	}
	if next > end {
		return 0, &LostError{Topic: topic, Partition: p.number, Asked: next, First: first, End: end}
	}
	if next < first {
		p.log.log.Warn("commands were deleted before they were decided", "partition", p.number, "from", next, "to", first-1)
	}
	return max(next, first), nil
}

func (p *partition) recentReplies(ctx context.Context) ([]domain.Reply, error) {
	topic := p.log.config.Topic(TopicReplies)
	_, end, err := p.bounds(topic)
	if err != nil {
		return nil, err
	}
	since := time.Now().Add(-replyWindow).UnixMilli()
	from, err := p.client.GetOffset(topic, p.number, since)
	if err != nil {
		return nil, fmt.Errorf("find recent replies: %w", err)
	}
	if from < 0 {
		return nil, nil // none is younger
	}
	var replies []domain.Reply
	c := cursorAt(p.client, topic, p.number, from, p.log.log)
	defer c.close()
	err = c.readTo(ctx, end, func(r record) error {
		reply, err := p.log.codec.DecodeReply(ctx, r.message())
		if errors.Is(err, schemas.ErrUnusable) {
			return nil // its account is gone, and its asker with it
		}
		if err != nil {
			return fmt.Errorf("read reply at %d: %w", r.offset, err)
		}
		replies = append(replies, reply)
		return nil
	})
	return replies, err
}
