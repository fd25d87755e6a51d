package projections

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/domain"
)

// Reader reads the live generation of one read model.
type Reader struct {
	pool  *pgxpool.Pool
	model string
	known atomic.Value // of string: the schema that was live when last asked
}

// NewReader makes a reader of model; its first generation may be made later.
func NewReader(pool *pgxpool.Pool, model string) *Reader { return &Reader{pool: pool, model: model} }

const (
	beginSQL = "begin isolation level repeatable read read only"
	liveSQL  = `SELECT schema FROM projections.current_generation WHERE model = $1`
	retries  = 3

	liveByIndexSQL = `SELECT schema FROM projections.current_generation, ` + byIndex + ` WHERE model = $1`
)

// errMoved says that another generation is live than the one that was read.
var errMoved = errors.New("the live generation has changed")

// Batch sends the queries that queue puts into b, in one round trip and one snapshot. Names
// must be qualified with schema; results are taken by the callbacks of the queued queries,
// whose error ends the batch and is returned as it is (and makes pgx prepare the statements
// anew, so on hot paths a callback keeps to itself that it found nothing). When the live generation turns out to
// have changed, queue is called again with a new batch, so it must start from nothing each
// time. Tables are read by their indexes. Without any live generation the error is a [domain.Error] with code Unavailable.
func (r *Reader) Batch(ctx context.Context, queue func(schema string, b *pgx.Batch)) error {
	for tries := 1; ; tries++ {
		schema, err := r.schema(ctx)
		if err != nil {
			return err
		}
		err = r.send(ctx, schema, queue)
		if tries == retries || !errors.Is(err, errMoved) && !isMissing(err) {
			return err
		}
		r.known.CompareAndSwap(schema, "")
	}
}

func (r *Reader) send(ctx context.Context, schema string, queue func(string, *pgx.Batch)) error {
	var b pgx.Batch
	b.Queue(beginSQL)
	b.Queue(liveByIndexSQL, r.model).QueryRow(func(row pgx.Row) error {
		var live string
		if err := row.Scan(&live); err != nil {
			return fmt.Errorf("resolve live generation: %w", err)
		}
		if live != schema {
			return errMoved
		}
		return nil
	})
	queue(schema, &b)
	b.Queue("commit")
	return r.pool.SendBatch(ctx, &b).Close()
}

// schema is the live generation's, as far as this process knows.
func (r *Reader) schema(ctx context.Context) (string, error) {
	if known, _ := r.known.Load().(string); known != "" {
		return known, nil
	}
	var live string
	if err := r.pool.QueryRow(ctx, liveSQL, r.model).Scan(&live); err != nil {
		return "", r.unresolved(err)
	}
	r.known.Store(live)
	return live, nil
}

func (r *Reader) unresolved(err error) error {
	if isMissing(err) || errors.Is(err, pgx.ErrNoRows) {
		return domain.Errorf(domain.Unavailable, "", "the read model %s has not been made yet: is a projector running?", r.model)
	}
	return fmt.Errorf("resolve live generation of %s: %w", r.model, err)
}

// Read calls f in one read-only snapshot of the live generation, which is in schema. It costs
// two round trips besides those of f, and is for reads that stream or that depend on each
// other.
func (r *Reader) Read(ctx context.Context, f func(ctx context.Context, tx pgx.Tx, schema string) error) error {
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take connection: %w", err)
	}
	defer conn.Release()
	var schema string
	var b pgx.Batch
	b.BeginTx(pgx.TxOptions{BeginQuery: beginSQL})
	b.Queue(liveSQL, r.model).QueryRow(func(row pgx.Row) error { return row.Scan(&schema) })
	results := conn.SendBatch(ctx, &b)
	// The end of a reading transaction changes nothing: a connection that can't roll back is
	// thrown away by the pool.
	defer func() { _ = results.Tx().Rollback(context.WithoutCancel(ctx)) }()
	if err := results.Close(); err != nil {
		return r.unresolved(err)
	}
	return f(ctx, results.Tx(), schema)
}
