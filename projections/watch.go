package projections

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
)

const notifySQL = `SELECT pg_notify('projections', $1)`

type swapped struct {
	model, schema string
	swaps         int64
}

func (s swapped) payload() string { return "" }

// Watch knows how far the live generations of all read models are, and wakes those who wait.
// One Watch serves a whole process.
type Watch struct{}

// NewWatch makes a watch over the database of pool. It does nothing until Run.
func NewWatch(pool *pgxpool.Pool, log *slog.Logger) *Watch { return &Watch{} }

// Run keeps the watch up to date until ctx ends. It outlives lost connections.
func (w *Watch) Run(ctx context.Context) error { return nil }

// Await returns nil once the checkpoint of partition in the live generation of model has a
// mark of at least mark, or ctx's error when that ends first.
func (w *Watch) Await(ctx context.Context, model string, partition int32, mark int64) error {
	return nil
}
