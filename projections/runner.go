package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrFenced says that somebody else moved the checkpoint: another runner has the partition.
var ErrFenced = errors.New("another runner has moved the checkpoint")

// Options of a [Runner].
type Options[E any] struct {
	// Mark says what a waiter may stop waiting for once e is applied; see [Watch.Await]. The
	// checkpoint keeps the highest. Nil: the newest record offset behind the checkpoint.
	Mark func(e E) int64
	// AsyncCommit lets Postgres answer before a commit is on disk. A crash of the database may
	// then undo the newest batches, rows and checkpoint together; they are applied again.
	AsyncCommit bool
}

// batchTime is the longest a batch's transaction may take, also while the runner is stopped.
const batchTime = 30 * time.Second

// byIndex keeps a transaction from scanning tables. Statements are planned once, when tables
// are often still empty and a scan looks cheap, and would go on scanning as they grow. (A scan
// that can't be avoided then looks so dear that Postgres would compile it: not that either.)
const byIndex = `set_config('enable_seqscan', 'off', true) AS by_index, set_config('jit', 'off', true) AS uncompiled`

// Runner feeds one generation of a read model from a topic.
type Runner[E any] struct {
	pool       *pgxpool.Pool
	generation Generation
	source     Source[E]
	fold       Fold[E]
	options    Options[E]
	moveSQL    string

	mu   sync.Mutex
	next map[int32]int64 // checkpoints as this runner left them
}

// NewRunner makes a runner; it does nothing until Run.
func NewRunner[E any](pool *pgxpool.Pool, g Generation, source Source[E], fold Fold[E], o Options[E]) *Runner[E] {
	durability := "on"
	if o.AsyncCommit {
		durability = "off"
	}
	return &Runner[E]{
		pool: pool, generation: g, source: source, fold: fold, options: o, next: map[int32]int64{},
		// The transaction's settings ride on the statement that it begins with anyway.
		moveSQL: fmt.Sprintf(`WITH moved AS (UPDATE %s.checkpoint SET next = $3, mark = greatest(mark, $4)
			WHERE partition = $1 AND next = $2 RETURNING mark)
			SELECT mark FROM moved, set_config('synchronous_commit', '%s', true) AS durable, %s`, g.Schema, durability, byIndex),
	}
}

// Run feeds the generation until ctx ends, finishing the batches in hand.
func (r *Runner[E]) Run(ctx context.Context) error {
	return r.source.Consume(ctx, r.start, r.handle)
}

// start says where a partition goes on.
func (r *Runner[E]) start(ctx context.Context, partition int32) (int64, error) {
	r.fold.Reset(partition)
	var next int64
	// The update changes nothing but makes the row visible to RETURNING.
	err := r.pool.QueryRow(ctx, fmt.Sprintf(`
		INSERT INTO %s.checkpoint AS c (partition, next, mark) VALUES ($1, 0, -1)
		ON CONFLICT (partition) DO UPDATE SET next = c.next RETURNING next`, r.generation.Schema), partition).Scan(&next)
	if err != nil {
		return 0, fmt.Errorf("read checkpoint of %s partition %d: %w", r.generation.Schema, partition, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next[partition] = next
	return next, nil
}

// handle applies a batch. Records behind the checkpoint are passed over: a source may deliver
// them again.
func (r *Runner[E]) handle(ctx context.Context, b Batch[E]) error {
	r.mu.Lock()
	next, started := r.next[b.Partition]
	r.mu.Unlock()
	if !started {
		return fmt.Errorf("partition %d of %s was not started", b.Partition, r.generation.Schema)
	}
	if b.Next <= next {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTime)
	defer cancel()
	if err := r.apply(ctx, b.from(next), next); err != nil {
		r.fold.Reset(b.Partition)
		return fmt.Errorf("apply offsets %d to %d of partition %d to %s: %w", next, b.Next, b.Partition, r.generation.Schema, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next[b.Partition] = b.Next
	return nil
}

// apply is one transaction: move the checkpoint from next to the batch's end, fold, write,
// notify, commit.
func (r *Runner[E]) apply(ctx context.Context, b Batch[E], next int64) error {
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	defer conn.Release()
	tx, news, err := r.advance(ctx, conn.Conn(), b, next)
	if err != nil {
		return err
	}
	var writes pgx.Batch
	if len(b.Records) > 0 {
		if err := r.fold.Apply(ctx, tx, r.generation.Schema, b, &writes); err != nil {
			return errors.Join(err, tx.Rollback(ctx))
		}
	}
	writes.Queue(notifySQL, news.payload())
	writes.Queue("commit")
	if err := conn.SendBatch(ctx, &writes).Close(); err != nil {
		return errors.Join(fmt.Errorf("write rows: %w", err), tx.Rollback(ctx))
	}
	return nil
}

// advance begins a transaction and moves the checkpoint in it, in one round trip. Without an
// error the transaction is open.
func (r *Runner[E]) advance(ctx context.Context, conn *pgx.Conn, b Batch[E], next int64) (pgx.Tx, advanced, error) {
	news := advanced{schema: r.generation.Schema, partition: b.Partition, next: b.Next}
	var batch pgx.Batch
	batch.BeginTx(pgx.TxOptions{})
	batch.Queue(r.moveSQL, b.Partition, next, b.Next, r.mark(b)).QueryRow(func(row pgx.Row) error { return row.Scan(&news.mark) })
	results := conn.SendBatch(ctx, &batch)
	err := results.Close()
	if err == nil {
		return results.Tx(), news, nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrFenced
	}
	if undo := results.Tx().Rollback(ctx); undo != nil && !errors.Is(undo, pgx.ErrTxClosed) {
		err = errors.Join(err, undo)
	}
	return nil, news, fmt.Errorf("move checkpoint: %w", err)
}

// mark is the highest mark in a batch, -1 for none.
func (r *Runner[E]) mark(b Batch[E]) int64 {
	if r.options.Mark == nil {
		return b.Next - 1
	}
	mark := int64(-1)
	for _, rec := range b.Records {
		mark = max(mark, r.options.Mark(rec.Event))
	}
	return mark
}
