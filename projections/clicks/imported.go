package clicks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Recorder is who numbered clicks, and the partition of the topic that they are in.
type Recorder struct {
	Partition   int32
	Node, Epoch uint64
}

// Counted returns, for each recorder, the first sequence that is not counted yet: all below it
// that are in the log are.
func (r *Reader) Counted(ctx context.Context, recorders []Recorder) ([]uint64, error) {
	partitions := make([]int32, len(recorders))
	nodes, epochs := make([]int64, len(recorders)), make([]int64, len(recorders))
	for i, one := range recorders {
		partitions[i], nodes[i], epochs[i] = one.Partition, int64(one.Node), int64(one.Epoch) //nolint:gosec // bit by bit
	}
	var counted []uint64
	err := r.generation.Batch(ctx, func(schema string, b *pgx.Batch) {
		counted = make([]uint64, len(recorders))
		b.Queue(fmt.Sprintf(`
			SELECT k.i - 1, r.uncounted FROM unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS k (partition, node, epoch, i)
			JOIN %s.recorder r USING (partition, node, epoch)`, schema), partitions, nodes, epochs).Query(func(rows pgx.Rows) error {
			var i, uncounted int64
			_, err := pgx.ForEachRow(rows, []any{&i, &uncounted}, func() error {
				counted[i] = uint64(uncounted) //nolint:gosec // bit by bit
				return nil
			})
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read how far recorders are counted: %w", err)
	}
	return counted, nil
}
