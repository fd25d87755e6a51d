package projections

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Fold turns batches of a topic into rows of one read model. A runner calls it for different
// partitions at the same time, but for one partition only one call at a time. Rows that
// depend on the log must depend on nothing else: no clock, no sequence, no batch border.
type Fold[E any] interface {
	// Apply works out what a batch changes in the generation in schema. The batch holds
	// records or offsets set aside, and never a record that was applied before. Apply may read through tx; what
	// it wants written it queues in writes, which the runner sends together with the commit.
	// It must not keep b or its records.
	Apply(ctx context.Context, tx pgx.Tx, schema string, b Batch[E], writes *pgx.Batch) error
	// Reset forgets whatever Apply keeps in memory about a partition. It is called before the
	// first batch of a partition and whenever a batch's transaction may not have happened.
	Reset(partition int32)
}
