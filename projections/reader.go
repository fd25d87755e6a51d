package projections

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Reader reads the live generation of one read model.
type Reader struct{}

// NewReader makes a reader of model; its generation may be made later.
func NewReader(pool *pgxpool.Pool, model string) *Reader { return &Reader{} }

// Batch sends the queries that queue puts into b in one round trip and one snapshot. Names
// must be qualified with schema. Results are taken by the callbacks of the queued queries.
// queue and the callbacks may be called again from the beginning if the live generation
// changed meanwhile, so they must start from nothing each time.
func (r *Reader) Batch(ctx context.Context, queue func(schema string, b *pgx.Batch)) error {
	return nil
}

// Read calls f in one read-only snapshot of the live generation in schema. It costs two round
// trips besides those of f.
func (r *Reader) Read(ctx context.Context, f func(ctx context.Context, tx pgx.Tx, schema string) error) error {
	return nil
}
