package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/IBM/sarama"
)

// writer is an idempotent producer that never has more than one batch of a partition on the
// way, and never gives up on one: what it has not written yet, nothing later can overtake.
//
// Sarama's own producer can't promise that: when its retries on one batch have run out, it was
// seen to succeed with later ones.
type writer struct {
	client sarama.Client
	topic  string
	log    *slog.Logger
	mu     sync.Mutex // one round at a time
	who    identity
	known  bool             // who is valid
	lines  map[string]*line // by address
}

func newWriter(c Config, topic string, log *slog.Logger) (*writer, error) {
	conf, err := c.client()
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(c.Brokers, conf)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka client: %w", err)
	}
	return &writer{client: client, topic: topic, log: log, lines: map[string]*line{}}, nil
}

// write returns when every batch (one for each partition named) is acknowledged, or when ctx
// ends: then a batch may or may not have been written.
func (w *writer) write(ctx context.Context, batches map[int32]*sarama.RecordBatch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for failures := 0; len(batches) > 0; {
		err := w.round(ctx, batches)
		if ctx.Err() != nil && len(batches) > 0 {
			w.known = false // the next batch must not take the sequence number of one that may be there
			return ctx.Err()
		}
		if err == nil {
			continue
		}
		if failures++; failures == 3 {
			w.log.Warn("can't write; trying on", "topic", w.topic, "error", err)
		}
		if !pause(ctx, backoff(failures)) {
			w.known = false
			return ctx.Err()
		}
		_ = w.client.RefreshMetadata(w.topic) // if this fails, so does the next attempt
	}
	return nil
}

// round sends what is left to the leaders, one request each, and takes out what they have.
func (w *writer) round(ctx context.Context, batches map[int32]*sarama.RecordBatch) error {
	if err := w.introduce(); err != nil {
		return err
	}
	byLeader := map[string]map[int32]*sarama.RecordBatch{}
	var errs []error
	for partition, b := range batches {
		leader, err := w.client.Leader(w.topic, partition)
		if err != nil {
			errs = append(errs, fmt.Errorf("find leader of %s partition %d: %w", w.topic, partition, err))
			continue
		}
		w.who.stamp(b, place{w.topic, partition})
		if byLeader[leader.Addr()] == nil {
			byLeader[leader.Addr()] = map[int32]*sarama.RecordBatch{}
		}
		byLeader[leader.Addr()][partition] = b
	}
	answers := make(chan answer, len(byLeader))
	for addr, part := range byLeader {
		l := w.line(addr)
		go func() { answers <- w.send(ctx, l, addr, part) }()
	}
	for range byLeader {
		errs = append(errs, w.settle(<-answers, batches)...)
	}
	return errors.Join(errs...)
}

// answer is what became of one request.
type answer struct {
	addr     string
	sent     map[int32]*sarama.RecordBatch
	response *sarama.ProduceResponse
	err      error
}

func (w *writer) send(ctx context.Context, l *line, addr string, part map[int32]*sarama.RecordBatch) answer {
	request := newProduce(nil)
	for partition, batch := range part {
		request.AddBatch(w.topic, partition, batch)
	}
	response, err := exchange(ctx, l, func(b *sarama.Broker) (*sarama.ProduceResponse, error) { return b.Produce(request) })
	return answer{addr, part, response, err}
}

// settle removes the batches that are written.
func (w *writer) settle(a answer, batches map[int32]*sarama.RecordBatch) (errs []error) {
	if a.err != nil {
		w.lines[a.addr].close()
		delete(w.lines, a.addr)
		return []error{fmt.Errorf("produce to %s: %w", w.topic, a.err)}
	}
	for partition, b := range a.sent {
		err := produced(a.response, place{w.topic, partition})
		switch {
		case err == nil || judge(err) == done:
			w.who.written(b, place{w.topic, partition})
			delete(batches, partition)
			continue
		case judge(err) == forgotten, judge(err) == fenced:
			// The batch goes out again under a new identity. If the broker had it after all,
			// readers find it twice, and drop the second by what is in it.
			w.known = false
		}
		errs = append(errs, fmt.Errorf("produce to %s partition %d: %w", w.topic, partition, err))
	}
	return errs
}

// introduce gets a producer id. All sequence numbers begin anew with it.
func (w *writer) introduce() error {
	if w.known {
		return nil
	}
	b := w.client.LeastLoadedBroker()
	if b == nil {
		return sarama.ErrOutOfBrokers
	}
	_ = b.Open(w.client.Config()) // it may be open already
	r, err := b.InitProducerID(&sarama.InitProducerIDRequest{Version: 4, ProducerID: -1, ProducerEpoch: -1})
	if err == nil {
		err = code(r.Err)
	}
	if err != nil {
		_ = b.Close()
		return fmt.Errorf("get producer id: %w", err)
	}
	w.who, w.known = newIdentity(r), true
	return nil
}

func (w *writer) line(addr string) *line {
	if w.lines[addr] == nil {
		w.lines[addr] = connect(addr, w.client.Config())
	}
	return w.lines[addr]
}

func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lines {
		l.close()
	}
	clear(w.lines)
	return w.client.Close()
}

// newProduce is a request that is answered once all in-sync replicas have what it carries.
func newProduce(transaction *string) *sarama.ProduceRequest {
	return &sarama.ProduceRequest{
		Version: 9, RequiredAcks: sarama.WaitForAll, Timeout: int32(requestTimeout.Milliseconds() / 2),
		TransactionalID: transaction,
	}
}

// produced is what a response says about one partition.
func produced(r *sarama.ProduceResponse, at place) error {
	block := r.GetBlock(at.topic, at.partition)
	if block == nil {
		return sarama.ErrIncompleteResponse
	}
	return code(block.Err)
}
