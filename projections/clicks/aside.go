package clicks

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// aside tells which copies of records that were set aside are counted: those of records that
// this generation passed over, and each click once. Nothing of it is used by most batches.
//
// The sequence of a copy says nothing: the recorder's later clicks were counted long before it
// came. So it is neither compared with what is counted of the recorder nor changes it.
type aside struct {
	fresh   []int64                  // set aside in the batch itself
	copied  []int64                  // the records that copies in the batch stand for
	ids     []domain.ClickID         // of those copies
	waiting map[int64]bool           // of copied: passed over, and no copy counted yet
	counted map[domain.ClickID]bool  // of ids: counted as a copy before
	done    map[int64]domain.ClickID // counted in the batch, by record
}

// arrange finds out what the batch has to ask for.
func (a *aside) arrange(b projections.Batch[domain.Click]) {
	*a = aside{fresh: b.SetAside}
	for i := range b.Records {
		if of := b.Records[i].RetryOf; of != nil {
			a.copied, a.ids = append(a.copied, *of), append(a.ids, b.Records[i].Event.ID)
		}
	}
	if len(a.copied) == 0 {
		return
	}
	a.waiting, a.counted, a.done = map[int64]bool{}, map[domain.ClickID]bool{}, map[int64]domain.ClickID{}
	a.fresh = slices.Clone(a.fresh)
	for i := range b.Records {
		if of := b.Records[i].RetryOf; of != nil && *of == b.Records[i].Offset {
			a.fresh = append(a.fresh, *of) // its original is in another topic: it stands for it
		}
	}
	for _, record := range a.fresh {
		a.waiting[record] = true
	}
}

// count says whether a copy is to be counted, and that it is.
func (a *aside) count(record int64, id domain.ClickID) bool {
	if !a.waiting[record] || a.counted[id] {
		return false
	}
	delete(a.waiting, record)
	a.counted[id], a.done[record] = true, id
	return true
}

// ask queues what is stored about the batch's copies.
func (a *aside) ask(queries *pgx.Batch, schema string, partition int32) {
	if len(a.copied) == 0 {
		return
	}
	nodes, epochs, sequences := columns(a.ids)
	queries.Queue(fmt.Sprintf(`SELECT record FROM %s.set_aside WHERE partition = $1 AND record = ANY($2) AND node IS NULL`, schema),
		partition, a.copied).Query(func(rows pgx.Rows) error {
		var record int64
		_, err := pgx.ForEachRow(rows, []any{&record}, func() error {
			a.waiting[record] = true
			return nil
		})
		return err
	})
	queries.Queue(fmt.Sprintf(`
		SELECT node, epoch, sequence FROM %s.set_aside
		WHERE partition = $1 AND (node, epoch, sequence) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]))`, schema),
		partition, nodes, epochs, sequences).Query(func(rows pgx.Rows) error {
		var node, epoch, sequence int64
		_, err := pgx.ForEachRow(rows, []any{&node, &epoch, &sequence}, func() error {
			a.counted[domain.ClickID{Node: uint64(node), Epoch: uint64(epoch), Sequence: uint64(sequence)}] = true //nolint:gosec // bit by bit
			return nil
		})
		return err
	})
}

// queue writes what was set aside and which copies were counted.
func (a *aside) queue(writes *pgx.Batch, schema string, partition int32) {
	if len(a.fresh) > 0 {
		writes.Queue(fmt.Sprintf(`INSERT INTO %s.set_aside (partition, record) SELECT $1, unnest($2::bigint[])`, schema), partition, a.fresh)
	}
	if len(a.done) == 0 {
		return
	}
	records, ids := make([]int64, 0, len(a.done)), make([]domain.ClickID, 0, len(a.done))
	for record, id := range a.done {
		records, ids = append(records, record), append(ids, id)
	}
	nodes, epochs, sequences := columns(ids)
	writes.Queue(fmt.Sprintf(`
		UPDATE %s.set_aside s SET node = u.node, epoch = u.epoch, sequence = u.sequence
		FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS u (record, node, epoch, sequence)
		WHERE s.partition = $1 AND s.record = u.record`, schema), partition, records, nodes, epochs, sequences)
}

// columns are ids as the table has them: unsigned numbers bit by bit.
func columns(ids []domain.ClickID) (nodes, epochs, sequences []int64) {
	for _, id := range ids {
		nodes, epochs = append(nodes, int64(id.Node)), append(epochs, int64(id.Epoch)) //nolint:gosec // bit by bit
		sequences = append(sequences, int64(id.Sequence))                              //nolint:gosec // bit by bit
	}
	return nodes, epochs, sequences
}
