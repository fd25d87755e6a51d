package projections

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrFenced says that somebody else moved the checkpoint, or that the generation is not live
// any more: another runner has the partition, or it belongs elsewhere now.
var ErrFenced = errors.New("another runner or generation has taken over")

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
const batchTime = time.Minute

// byIndex keeps a transaction from scanning tables. Statements are planned once, when tables
// are often still empty and a scan looks cheap, and would go on scanning as they grow. (A scan
// that can't be avoided then looks so dear that Postgres would compile it: not that either.)
const byIndex = `set_config('enable_seqscan', 'off', true) AS by_index, set_config('jit', 'off', true) AS uncompiled`

// Runner feeds a read model from a topic: one generation of it, or always the live one.
type Runner[E any] struct {
	pool    *pgxpool.Pool
	target  func(context.Context) (Generation, error) // waits until there is one to feed
	live    bool                                      // feed a generation only while it is live
	source  Source[E]
	fold    Fold[E]
	options Options[E]

	mu    sync.Mutex
	feeds map[int32]feed
}

// feed is where a partition goes, and its checkpoint as this runner left it.
type feed struct {
	schema  string
	moveSQL string
	next    int64
}

// NewRunner makes a runner for one generation; it does nothing until Run.
func NewRunner[E any](pool *pgxpool.Pool, g Generation, source Source[E], fold Fold[E], o Options[E]) *Runner[E] {
	return &Runner[E]{
		pool: pool, source: source, fold: fold, options: o, feeds: map[int32]feed{},
		target: func(context.Context) (Generation, error) { return g, nil },
	}
}

// NewLiveRunner makes a runner for whichever generation of m is live. When another becomes
// live, the next batch is fenced, and feeding goes on with that one from its own checkpoints.
// While the live generation is one that m's fold can't add to, the runner waits.
func NewLiveRunner[E any](pool *pgxpool.Pool, m Model, source Source[E], fold Fold[E], o Options[E]) *Runner[E] {
	r := NewRunner(pool, Generation{}, source, fold, o)
	r.live = true
	r.target = func(ctx context.Context) (Generation, error) { return awaitLive(ctx, pool, m, m.feeds) }
	return r
}

// liveInterval is how often a process that has to wait for another generation looks.
const liveInterval = 250 * time.Millisecond

// awaitLive waits until the live generation of m is a wanted one.
func awaitLive(ctx context.Context, pool *pgxpool.Pool, m Model, wanted func(Generation) bool) (Generation, error) {
	for {
		g, err := Live(ctx, pool, m.Name)
		if err != nil || wanted(g) {
			return g, err
		}
		select {
		case <-ctx.Done():
			return g, fmt.Errorf("await a generation to feed: %w", ctx.Err())
		case <-time.After(liveInterval):
		}
	}
}

// Run feeds until ctx ends, finishing the batches in hand.
func (r *Runner[E]) Run(ctx context.Context) error {
	return r.source.Consume(ctx, r.start, r.handle)
}

// start says where a partition goes on.
func (r *Runner[E]) start(ctx context.Context, partition int32) (int64, error) {
	r.fold.Reset(partition)
	f, err := r.begin(ctx, partition)
	for r.live && dropped(err) { // between the look at which one is live and the look into it
		f, err = r.begin(ctx, partition)
	}
	if err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.feeds[partition] = f
	return f.next, nil
}

// begin finds what to feed and how far it was fed.
func (r *Runner[E]) begin(ctx context.Context, partition int32) (feed, error) {
	g, err := r.target(ctx)
	if err != nil {
		return feed{}, err
	}
	f := feed{schema: g.Schema, moveSQL: r.moveSQL(g.Schema)}
	// The update changes nothing but makes the row visible to RETURNING.
	err = r.pool.QueryRow(ctx, fmt.Sprintf(`
		INSERT INTO %s.checkpoint AS c (partition, next, mark) VALUES ($1, 0, -1)
		ON CONFLICT (partition) DO UPDATE SET next = c.next RETURNING next`, g.Schema), partition).Scan(&f.next)
	if err != nil {
		return feed{}, fmt.Errorf("read checkpoint of %s partition %d: %w", g.Schema, partition, err)
	}
	return f, nil
}

// dropped tells that a generation's tables are gone.
func dropped(err error) bool {
	const undefinedTable, undefinedSchema = "42P01", "3F000"
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == undefinedTable || e.Code == undefinedSchema)
}

// moveSQL is the compare-and-set of a checkpoint. The transaction's settings ride on it, as
// the statement that the transaction begins with anyway.
func (r *Runner[E]) moveSQL(schema string) string {
	durability := "on"
	if r.options.AsyncCommit {
		durability = "off"
	}
	return fmt.Sprintf(`WITH moved AS (UPDATE %s.checkpoint SET next = $3, mark = greatest(mark, $4)
			WHERE partition = $1 AND next = $2 RETURNING mark)
			SELECT mark FROM moved, set_config('synchronous_commit', '%s', true) AS durable, %s`, schema, durability, byIndex)
}

// guardSQL returns a row while a schema is live. It has to be a statement of its own, behind the
// one that may have waited for a swap's lock: that one still sees what was live before.
const guardSQL = `SELECT true FROM projections.current_generation WHERE schema = $1`

// handle applies a batch. Records behind the checkpoint are passed over: a source may deliver
// them again.
func (r *Runner[E]) handle(ctx context.Context, b Batch[E]) error {
	r.mu.Lock()
	f, started := r.feeds[b.Partition]
	r.mu.Unlock()
	if !started {
		return fmt.Errorf("partition %d was not started", b.Partition)
	}
	if b.Next <= f.next {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTime)
	defer cancel()
	if err := r.apply(ctx, b.from(f.next), f); err != nil {
		r.fold.Reset(b.Partition)
		return fmt.Errorf("apply offsets %d to %d of partition %d to %s: %w", f.next, b.Next, b.Partition, f.schema, err)
	}
	f.next = b.Next
	r.mu.Lock()
	defer r.mu.Unlock()
	r.feeds[b.Partition] = f
	return nil
}

// apply is one transaction: move the checkpoint to the batch's end, fold, write, notify,
// commit.
func (r *Runner[E]) apply(ctx context.Context, b Batch[E], f feed) error {
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	defer conn.Release()
	tx, news, err := r.advance(ctx, conn.Conn(), b, f)
	if err != nil {
		return err
	}
	var writes pgx.Batch
	if len(b.Records) > 0 || len(b.SetAside) > 0 {
		if err := r.fold.Apply(ctx, tx, f.schema, b, &writes); err != nil {
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
func (r *Runner[E]) advance(ctx context.Context, conn *pgx.Conn, b Batch[E], f feed) (pgx.Tx, advanced, error) {
	news := advanced{schema: f.schema, partition: b.Partition, next: b.Next}
	var batch pgx.Batch
	batch.BeginTx(pgx.TxOptions{})
	batch.Queue(f.moveSQL, b.Partition, f.next, b.Next, r.mark(b)).QueryRow(func(row pgx.Row) error { return row.Scan(&news.mark) })
	if r.live {
		var live bool
		batch.Queue(guardSQL, f.schema).QueryRow(func(row pgx.Row) error { return row.Scan(&live) })
	}
	results := conn.SendBatch(ctx, &batch)
	err := results.Close()
	if err == nil {
		return results.Tx(), news, nil
	}
	if errors.Is(err, pgx.ErrNoRows) || dropped(err) {
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
