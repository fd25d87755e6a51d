package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/IBM/sarama"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]verdict{
		sarama.ErrNotLeaderForPartition:                            retriable,
		sarama.ErrConcurrentTransactions:                           retriable,
		fmt.Errorf("produce: %w", sarama.ErrNotEnoughReplicas):     retriable,
		sarama.ErrProducerFenced:                                   fenced,
		sarama.ErrInvalidProducerEpoch:                             fenced,
		sarama.ErrUnknownProducerID:                                forgotten,
		sarama.ErrDuplicateSequenceNumber:                          done,
		sarama.ErrTopicAuthorizationFailed:                         permanent,
		sarama.ErrMessageSizeTooLarge:                              permanent,
		sarama.ErrOffsetOutOfRange:                                 permanent,
		sarama.ErrUnknown:                                          permanent,
		io.EOF:                                                     retriable,
		sarama.ErrNotConnected:                                     retriable,
		sarama.ErrOutOfBrokers:                                     retriable,
		sarama.ErrClosedClient:                                     permanent,
		sarama.ConfigurationError("wrong"):                         permanent,
		context.Canceled:                                           permanent,
		errors.Join(io.ErrUnexpectedEOF, sarama.ErrBrokerNotFound): retriable,
	} {
		if got := judge(err); got != want {
			t.Errorf("%v: got %d, want %d", err, got, want)
		}
	}
}

// What the broker says must never be both retried and given up, so each error is in the table
// once and means something.
func TestVerdictsAreNotPermanent(t *testing.T) {
	t.Parallel()
	for k, v := range verdicts() {
		if v == permanent || code(k) == nil {
			t.Errorf("%v needs no entry", k)
		}
	}
}

func TestBackoffGrowsToItsLimit(t *testing.T) {
	t.Parallel()
	if backoff(1) > 100*time.Millisecond || backoff(1) >= backoff(3) || backoff(7) != 2*time.Second || backoff(1_000_000) != 2*time.Second {
		t.Errorf("%v %v %v %v", backoff(1), backoff(3), backoff(7), backoff(1_000_000))
	}
}
