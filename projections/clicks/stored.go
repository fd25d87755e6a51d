package clicks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// read fetches, in one round trip, what is stored about the batch's rows and recorders.
func (b *batch) read(ctx context.Context, tx pgx.Tx, schema string, partition int32) error {
	links, days := make([]int64, len(b.order)), make([]int32, len(b.order))
	for n, i := range b.order {
		links[n], days[n] = int64(b.groups[i].key.link), b.groups[i].key.day //nolint:gosec // below 2^53
	}
	numbers := make([]int64, len(b.links))
	for i := range b.links {
		numbers[i] = int64(b.links[i].number) //nolint:gosec // below 2^53
	}
	var queries pgx.Batch
	queries.Queue(lockFolding(schema))
	queries.Queue(fmt.Sprintf(`
		SELECT k.n - 1, t.human, t.bot, t.heads, t.deleted, t.newest FROM unnest($1::bigint[]) WITH ORDINALITY AS k (link, n)
		CROSS JOIN LATERAL (SELECT * FROM %s.total WHERE link = k.link LIMIT 1) t`, schema), numbers).Query(b.takeTotals)
	// A limited lateral join can only be planned as one look into the index per row, whatever
	// the planner thinks of a table that was empty a moment ago.
	queries.Queue(fmt.Sprintf(`
		SELECT k.n - 1, d.counts, d.hours, d.pairs, d.sketch FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY AS k (link, day, n)
		CROSS JOIN LATERAL (SELECT counts, hours, pairs, sketch FROM %s.day WHERE link = k.link AND day = date 'epoch' + k.day LIMIT 1) d`, schema),
		links, days).Query(b.takeDays)
	nodes, epochs := make([]int64, 0, len(b.uncounted)), make([]int64, 0, len(b.uncounted))
	for r := range b.uncounted {
		nodes, epochs = append(nodes, int64(r.node)), append(epochs, int64(r.epoch)) //nolint:gosec // bit by bit
	}
	queries.Queue(fmt.Sprintf(`
		SELECT node, epoch, uncounted FROM %s.recorder
		WHERE partition = $1 AND (node, epoch) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))`, schema),
		partition, nodes, epochs).Query(b.takeRecorders)
	b.aside.ask(&queries, schema, partition)
	if err := tx.SendBatch(ctx, &queries).Close(); err != nil {
		return fmt.Errorf("read counts so far: %w", err)
	}
	return nil
}

func (b *batch) takeDays(rows pgx.Rows) error {
	var n int64
	var p packedDay
	_, err := pgx.ForEachRow(rows, []any{&n, &p.counts, &p.hours, &p.pairs, &p.sketch}, func() error {
		g := &b.groups[b.order[n]]
		g.stored, g.packed = true, p
		return nil
	})
	return err
}

func (b *batch) takeTotals(rows pgx.Rows) error {
	var n int64
	var l linkPart
	_, err := pgx.ForEachRow(rows, []any{&n, &l.before.Human, &l.before.Bot, &l.before.Heads, &l.deleted, &l.newest}, func() error {
		l.number, l.stored = b.links[n].number, true
		b.links[n] = l
		return nil
	})
	return err
}

func (b *batch) takeRecorders(rows pgx.Rows) error {
	var node, epoch, uncounted int64
	_, err := pgx.ForEachRow(rows, []any{&node, &epoch, &uncounted}, func() error {
		b.uncounted[recorder{uint64(node), uint64(epoch)}] = uint64(uncounted) //nolint:gosec // bit by bit
		return nil
	})
	return err
}

// queueRecorders writes how far the batch went with each recorder.
func (b *batch) queueRecorders(writes *pgx.Batch, schema string, partition int32) {
	if len(b.uncounted) == 0 {
		return
	}
	var nodes, epochs, uncounted []int64
	for r, n := range b.uncounted {
		nodes, epochs, uncounted = append(nodes, int64(r.node)), append(epochs, int64(r.epoch)), append(uncounted, int64(n)) //nolint:gosec // bit by bit
	}
	writes.Queue(fmt.Sprintf(`
		INSERT INTO %s.recorder (partition, node, epoch, uncounted)
		SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
		ON CONFLICT (partition, node, epoch) DO UPDATE SET uncounted = excluded.uncounted`, schema), partition, nodes, epochs, uncounted)
}
