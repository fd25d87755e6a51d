package clicks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// Erasure takes the clicks of deleted links away and keeps late ones from bringing them back:
// their rows of totals become tombstones, which a [Fold] heeds. It has nothing in memory.
type Erasure struct{}

var _ projections.Fold[domain.Event] = Erasure{}

// Reset implements [projections.Fold].
func (Erasure) Reset(int32) {}

// Apply implements [projections.Fold].
func (Erasure) Apply(_ context.Context, _ pgx.Tx, schema string, b projections.Batch[domain.Event], writes *pgx.Batch) error {
	links := deleted(b.Records)
	if len(links) == 0 {
		return nil
	}
	writes.Queue(lockErasing(schema))
	for _, table := range []string{"day", "recent"} {
		writes.Queue(fmt.Sprintf(`DELETE FROM %s.%s WHERE link = ANY($1)`, schema, table), links)
	}
	writes.Queue(fmt.Sprintf(`
		INSERT INTO %s.total (link, human, bot, heads, deleted) SELECT link, 0, 0, 0, true FROM unnest($1::bigint[]) AS u (link)
		ON CONFLICT (link) DO UPDATE SET human = 0, bot = 0, heads = 0, deleted = true, newest = ''`, schema), links)
	return nil
}

// deleted lists the links that events end, each once.
func deleted(records []projections.Record[domain.Event]) (links []int64) {
	known := map[domain.LinkNumber]bool{0: true} // facts about a domain
	for i := range records {
		e := &records[i].Event
		switch e.Body.(type) {
		case domain.LinkDeleted, domain.Redacted:
			if !known[e.Link] {
				known[e.Link] = true
				links = append(links, int64(e.Link)) //nolint:gosec // below 2^53
			}
		}
	}
	return links
}

// A fold that has begun before an erasure would write its rows after it. So folds share a lock
// that an erasure has alone, each until its transaction ends: the erasure waits for the rows of
// those before it, and those after it find its tombstones.
func lockFolding(schema string) string {
	return fmt.Sprintf(`SELECT pg_advisory_xact_lock_shared(hashtextextended('erasure %s', 0))`, schema)
}

func lockErasing(schema string) string {
	return fmt.Sprintf(`SELECT pg_advisory_xact_lock(hashtextextended('erasure %s', 0))`, schema)
}

// Deletions is links.events for the runner of an [Erasure]. Its partition p is number -1-p of
// the generation, so that its checkpoints stand beside those of the clicks and are compared
// with them when generations are swapped.
func Deletions(events projections.Source[domain.Event]) projections.Source[domain.Event] {
	return deletions{events}
}

// DeletionPartitions renames partitions of links.events to what [Deletions] calls them.
func DeletionPartitions(offsets map[int32]int64) map[int32]int64 {
	renamed := make(map[int32]int64, len(offsets))
	for partition, offset := range offsets {
		renamed[mirrored(partition)] = offset
	}
	return renamed
}

// EventPartitions picks the partitions of links.events out of a generation's, and renames them
// back.
func EventPartitions(offsets map[int32]int64) map[int32]int64 {
	renamed := map[int32]int64{}
	for partition, offset := range offsets {
		if partition < 0 {
			renamed[mirrored(partition)] = offset
		}
	}
	return renamed
}

// mirrored is a partition of links.events as a generation's, and the other way round.
func mirrored(partition int32) int32 { return -1 - partition }

type deletions struct {
	events projections.Source[domain.Event]
}

// Consume implements [projections.Source].
func (d deletions) Consume(ctx context.Context,
	start func(ctx context.Context, partition int32) (int64, error),
	handle func(ctx context.Context, b projections.Batch[domain.Event]) error,
) error {
	return d.events.Consume(ctx,
		func(ctx context.Context, partition int32) (int64, error) { return start(ctx, mirrored(partition)) },
		func(ctx context.Context, b projections.Batch[domain.Event]) error {
			b.Partition = mirrored(b.Partition)
			return handle(ctx, b)
		})
}
