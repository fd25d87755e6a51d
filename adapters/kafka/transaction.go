package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/IBM/sarama"
)

// transactions writes one partition's transactions. It is made of plain requests, one after
// the other: a transaction is as many round trips as the protocol needs, and any error leaves
// a state that taking a new identity clears.
type transactions struct {
	client sarama.Client
	id     string // the transactional id
	group  string
	who    identity
}

// stillEnding is the pause before a broker is asked again that is ending the transaction
// before. It takes a millisecond or two.
const stillEnding = 500 * time.Microsecond

// newTransactions takes the transactional id: it ends what earlier holders left open and
// fences them. It tries until ctx ends.
func newTransactions(ctx context.Context, c Config, id, group string) (*transactions, error) {
	conf, err := c.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(c.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	t := &transactions{client: client, id: id, group: group}
	if err := t.introduce(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("take transactional id %s: %w", id, err), client.Close())
	}
	return t, nil
}

func (t *transactions) introduce(ctx context.Context) error {
	for failures := 0; ; {
		r, err := ask(t.coordinator, func(b *sarama.Broker) (*sarama.InitProducerIDResponse, error) {
			return b.InitProducerID(&sarama.InitProducerIDRequest{
				Version: 4, TransactionalID: &t.id, TransactionTimeout: transactionTimeout, ProducerID: -1, ProducerEpoch: -1,
			})
		})
		if err == nil {
			err = code(r.Err)
		}
		switch {
		case err == nil:
			t.who = newIdentity(r)
			return nil
		case judge(err) != retriable:
			return err
		}
		wait := stillEnding
		if !errors.Is(err, sarama.ErrConcurrentTransactions) {
			failures++
			wait = backoff(failures)
			_ = t.client.RefreshTransactionCoordinator(t.id) // if this fails, so does the next attempt
		}
		if !pause(ctx, wait) {
			return fmt.Errorf("%w (last: %w)", ctx.Err(), err)
		}
	}
}

func (t *transactions) close() error { return t.client.Close() }

// delivery is a batch on its way to a partition.
type delivery struct {
	to      place
	batch   *sarama.RecordBatch
	written bool
	offset  int64 // of the batch's first record, once it is written
}

// offset is how far a group has come in a partition.
type offset struct {
	of   place
	next int64
}

// commit writes batches and the group's offset, if one is given, in one transaction; those for
// one partition in the given order. After an error the outcome is unknown and t can't be used
// again.
//
// One request at a time: a broker that is asked to verify the same transaction twice at once
// refuses the earlier request (as "coordinator is loading", or "not enough replicas").
func (t *transactions) commit(ctx context.Context, batches []*delivery, moved *offset) error {
	ctx, cancel := context.WithTimeout(ctx, transactionTimeout) // by then the broker has ended it
	defer cancel()
	if err := t.addPartitions(ctx, batches); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	if err := t.produce(ctx, batches); err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	if moved != nil {
		if err := t.addGroup(ctx); err != nil {
			return fmt.Errorf("add group to transaction: %w", err)
		}
		if err := t.commitOffset(ctx, *moved); err != nil {
			return fmt.Errorf("commit offset: %w", err)
		}
	}
	if err := t.end(ctx); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

func (t *transactions) addPartitions(ctx context.Context, batches []*delivery) error {
	if len(batches) == 0 {
		return nil
	}
	partitions := map[string][]int32{}
	for _, d := range batches {
		if !slices.Contains(partitions[d.to.topic], d.to.partition) {
			partitions[d.to.topic] = append(partitions[d.to.topic], d.to.partition)
		}
	}
	return t.patiently(ctx, func() error {
		r, err := ask(t.coordinator, func(b *sarama.Broker) (*sarama.AddPartitionsToTxnResponse, error) {
			return b.AddPartitionsToTxn(&sarama.AddPartitionsToTxnRequest{
				Version: 3, TransactionalID: t.id, ProducerID: t.who.id, ProducerEpoch: t.who.epoch, TopicPartitions: partitions,
			})
		})
		if err != nil {
			return err
		}
		return firstError(r.Errors)
	})
}

func (t *transactions) addGroup(ctx context.Context) error {
	return t.patiently(ctx, func() error {
		r, err := ask(t.coordinator, func(b *sarama.Broker) (*sarama.AddOffsetsToTxnResponse, error) {
			return b.AddOffsetsToTxn(&sarama.AddOffsetsToTxnRequest{
				Version: 3, TransactionalID: t.id, ProducerID: t.who.id, ProducerEpoch: t.who.epoch, GroupID: t.group,
			})
		})
		if err != nil {
			return err
		}
		return code(r.Err)
	})
}

func (t *transactions) commitOffset(ctx context.Context, moved offset) error {
	return t.patiently(ctx, func() error {
		r, err := ask(t.groupCoordinator, func(b *sarama.Broker) (*sarama.TxnOffsetCommitResponse, error) {
			return b.TxnOffsetCommit(&sarama.TxnOffsetCommitRequest{
				Version: 3, TransactionalID: t.id, GroupID: t.group, ProducerID: t.who.id, ProducerEpoch: t.who.epoch,
				GenerationID: -1, // zombies are fenced by the transactional id, which is this partition's alone
				Topics: map[string][]*sarama.PartitionOffsetMetadata{
					moved.of.topic: {{Partition: moved.of.partition, Offset: moved.next, LeaderEpoch: -1}},
				},
			})
		})
		if err != nil {
			return err
		}
		return firstError(r.Topics)
	})
}

// produce sends all batches: in each round the next one of every partition.
func (t *transactions) produce(ctx context.Context, batches []*delivery) error {
	for len(batches) > 0 {
		var round, later []*delivery
		for _, d := range batches {
			if slices.ContainsFunc(round, func(r *delivery) bool { return r.to == d.to }) {
				later = append(later, d)
			} else {
				round = append(round, d)
			}
		}
		if err := t.patiently(ctx, func() error { return t.produceRound(round) }); err != nil {
			return err
		}
		batches = later
	}
	return nil
}

// produceRound sends what isn't written yet of batches of different partitions, those of one
// leader in one request.
func (t *transactions) produceRound(round []*delivery) error {
	requests := map[*sarama.Broker]*sarama.ProduceRequest{}
	for _, d := range round {
		if d.written {
			continue
		}
		leader, err := t.client.Leader(d.to.topic, d.to.partition)
		if err != nil {
			return fmt.Errorf("find leader of %s partition %d: %w", d.to.topic, d.to.partition, err)
		}
		if requests[leader] == nil {
			requests[leader] = newProduce(&t.id)
		}
		t.who.stamp(d.batch, d.to)
		d.batch.IsTransactional = true
		requests[leader].AddBatch(d.to.topic, d.to.partition, d.batch)
	}
	for leader, request := range requests {
		response, err := leader.Produce(request)
		if err != nil {
			_ = leader.Close()
			return err
		}
		for _, d := range round {
			block := response.GetBlock(d.to.topic, d.to.partition)
			if block == nil || d.written {
				continue // another leader's
			}
			if err := code(block.Err); err != nil {
				return fmt.Errorf("%s partition %d: %w", d.to.topic, d.to.partition, err)
			}
			t.who.written(d.batch, d.to)
			d.offset, d.written = block.Offset, true
		}
	}
	if slices.ContainsFunc(round, func(d *delivery) bool { return !d.written }) {
		return sarama.ErrIncompleteResponse
	}
	return nil
}

func (t *transactions) end(ctx context.Context) error {
	return t.patiently(ctx, func() error {
		r, err := ask(t.coordinator, func(b *sarama.Broker) (*sarama.EndTxnResponse, error) {
			return b.EndTxn(&sarama.EndTxnRequest{
				Version: 3, TransactionalID: t.id, ProducerID: t.who.id, ProducerEpoch: t.who.epoch, TransactionResult: true,
			})
		})
		if err != nil {
			return err
		}
		return code(r.Err)
	})
}

// patiently repeats a request that a broker has refused for the moment. Right after a commit
// that is normal: the transaction before is still being ended. Every other error, a broken
// connection among them, is the caller's.
func (t *transactions) patiently(ctx context.Context, request func() error) error {
	for {
		err := request()
		var refusal sarama.KError
		if !errors.As(err, &refusal) || judge(refusal) != retriable || moved(refusal) || !pause(ctx, stillEnding) {
			return err
		}
	}
}

// moved tells that another broker has to be asked.
func moved(k sarama.KError) bool {
	return k == sarama.ErrNotCoordinatorForConsumer || k == sarama.ErrNotLeaderForPartition || k == sarama.ErrFencedLeaderEpoch
}

func (t *transactions) coordinator() (*sarama.Broker, error) {
	return t.client.TransactionCoordinator(t.id)
}

func (t *transactions) groupCoordinator() (*sarama.Broker, error) {
	return t.client.Coordinator(t.group)
}

// ask makes a request to the broker that find names, and drops a connection that broke.
func ask[R any](find func() (*sarama.Broker, error), request func(*sarama.Broker) (R, error)) (response R, err error) {
	b, err := find()
	if err != nil {
		return response, fmt.Errorf("find coordinator: %w", err)
	}
	if response, err = request(b); err != nil {
		_ = b.Close()
	}
	return response, err
}

func firstError(answers map[string][]*sarama.PartitionError) error {
	for topic, partitions := range answers {
		for _, p := range partitions {
			if err := code(p.Err); err != nil {
				return fmt.Errorf("%s partition %d: %w", topic, p.Partition, err)
			}
		}
	}
	return nil
}
