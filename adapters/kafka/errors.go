package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"
)

// verdict is what an error of a broker means for the request that got it.
type verdict uint8

const (
	permanent verdict = iota // trying again changes nothing until a person does something
	retriable                // the same request may succeed soon
	fenced                   // another producer has taken our place
	forgotten                // the broker no longer knows our producer id: take a new one
	done                     // it was done before
)

// verdicts holds every broker error that is not permanent.
func verdicts() map[sarama.KError]verdict {
	return map[sarama.KError]verdict{
		sarama.ErrInvalidMessage:                  retriable, // damaged on the way
		sarama.ErrUnknownTopicOrPartition:         retriable, // metadata is behind, or the topic is being made
		sarama.ErrLeaderNotAvailable:              retriable,
		sarama.ErrNotLeaderForPartition:           retriable,
		sarama.ErrRequestTimedOut:                 retriable,
		sarama.ErrBrokerNotAvailable:              retriable,
		sarama.ErrReplicaNotAvailable:             retriable,
		sarama.ErrNetworkException:                retriable,
		sarama.ErrOffsetsLoadInProgress:           retriable,
		sarama.ErrConsumerCoordinatorNotAvailable: retriable,
		sarama.ErrNotCoordinatorForConsumer:       retriable,
		sarama.ErrNotEnoughReplicas:               retriable,
		sarama.ErrNotEnoughReplicasAfterAppend:    retriable,
		sarama.ErrRebalanceInProgress:             retriable,
		sarama.ErrNotController:                   retriable,
		sarama.ErrKafkaStorageError:               retriable,
		sarama.ErrFencedLeaderEpoch:               retriable,
		sarama.ErrUnknownLeaderEpoch:              retriable,
		sarama.ErrOffsetNotAvailable:              retriable, // a new leader doesn't know its end yet
		sarama.ErrUnstableOffsetCommit:            retriable, // a transaction is about to end
		sarama.ErrConcurrentTransactions:          retriable, // the one before is still being ended
		sarama.ErrThrottlingQuotaExceeded:         retriable,
		sarama.ErrInvalidProducerEpoch:            fenced,
		sarama.ErrProducerFenced:                  fenced,
		sarama.ErrOutOfOrderSequenceNumber:        forgotten,
		sarama.ErrUnknownProducerID:               forgotten,
		sarama.ErrInvalidProducerIDMapping:        forgotten,
		sarama.ErrDuplicateSequenceNumber:         done,
	}
}

// judge says what err means. Whatever is not an answer of a broker is a broken connection.
func judge(err error) verdict {
	if k, ok := errors.AsType[sarama.KError](err); ok {
		return verdicts()[k]
	}
	_, misconfigured := errors.AsType[sarama.ConfigurationError](err)
	_, unsendable := errors.AsType[sarama.PacketEncodingError](err)
	switch {
	case misconfigured, unsendable, errors.Is(err, sarama.ErrClosedClient),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return permanent
	}
	return retriable
}

// LostError says that a topic doesn't hold what is asked of it: it was cut, made anew, or is
// not the one that the position comes from.
type LostError struct {
	Topic      string
	Partition  int32
	Asked      int64
	First, End int64 // what there is: offsets from First to before End
}

// Error names the gap.
func (e *LostError) Error() string {
	return fmt.Sprintf("topic %s partition %d holds offsets %d to %d, but %d is needed: records were deleted, or it is not the topic it was",
		e.Topic, e.Partition, e.First, e.End-1, e.Asked)
}

// code is nil for the broker's "no error".
func code(k sarama.KError) error {
	if k == sarama.ErrNoError {
		return nil
	}
	return k
}

// pause waits for d; false means that ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// backoff is the pause before attempt n (1, 2, …) at something that failed.
func backoff(n int) time.Duration {
	return min(20*time.Millisecond<<min(n, 10), 2*time.Second)
}

// restPause is how long a partition rests after work on it failed.
const restPause = time.Second

// complaints keeps the log readable while something fails again and again.
type complaints struct {
	last string
	at   time.Time
}

// news says whether err is worth a line: it is another one than before, or a minute has passed.
func (c *complaints) news(err error) bool {
	text := fmt.Sprint(err)
	if text == c.last && time.Since(c.at) < time.Minute {
		return false
	}
	c.last, c.at = text, time.Now()
	return true
}
