package clicks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// rows are the columns of what a batch writes. They are used for one batch after another: a
// batch is written before the next of its partition is counted.
type rows struct {
	links                   []int64
	days                    []int32
	human, bot, heads       []int64
	counts, visitors, pairs [][]byte

	totalLinks                       []int64
	totalHuman, totalBot, totalHeads []int64
	newest                           [][]byte

	recentLinks   []int64
	recentNumbers []int64
	recent        [][]byte

	arena []byte // packed columns are cut from it
}

// clear empties the columns.
func (r *rows) clear() {
	r.links, r.days, r.human, r.bot, r.heads = r.links[:0], r.days[:0], r.human[:0], r.bot[:0], r.heads[:0]
	r.counts, r.visitors, r.pairs, r.arena = r.counts[:0], r.visitors[:0], r.pairs[:0], r.arena[:0]
	r.totalLinks, r.totalHuman, r.totalBot, r.totalHeads = r.totalLinks[:0], r.totalHuman[:0], r.totalBot[:0], r.totalHeads[:0]
	r.newest, r.recentLinks, r.recentNumbers, r.recent = r.newest[:0], r.recentLinks[:0], r.recentNumbers[:0], r.recent[:0]
}

// add appends a day's row.
func (r *rows) add(k key, d *day) {
	after := d.totals()
	r.links, r.days = append(r.links, int64(k.link)), append(r.days, k.day) //nolint:gosec // below 2^53
	r.human = append(r.human, int64(after.Human))                           //nolint:gosec // counts of clicks
	r.bot = append(r.bot, int64(after.Bot))                                 //nolint:gosec // counts of clicks
	r.heads = append(r.heads, int64(after.Heads))                           //nolint:gosec // counts of clicks
	r.counts = append(r.counts, r.cut(d.appendCounts))
	r.visitors = append(r.visitors, r.cut(d.visitors.append))
	r.pairs = append(r.pairs, r.cut(d.appendPairs))
}

// addTotal appends a link's row of totals.
func (r *rows) addTotal(link domain.LinkNumber, after Counts, newest func([]byte) []byte) {
	r.totalLinks = append(r.totalLinks, int64(link))        //nolint:gosec // below 2^53
	r.totalHuman = append(r.totalHuman, int64(after.Human)) //nolint:gosec // counts of clicks
	r.totalBot = append(r.totalBot, int64(after.Bot))       //nolint:gosec // counts of clicks
	r.totalHeads = append(r.totalHeads, int64(after.Heads)) //nolint:gosec // counts of clicks
	r.newest = append(r.newest, r.cut(newest))
}

// addRecent appends a full row of single clicks.
func (r *rows) addRecent(link domain.LinkNumber, number int64, clicks func([]byte) []byte) {
	r.recentLinks = append(r.recentLinks, int64(link)) //nolint:gosec // below 2^53
	r.recentNumbers = append(r.recentNumbers, number)
	r.recent = append(r.recent, r.cut(clicks))
}

// cut appends something to the arena and returns it. When the arena moves, what was cut
// before stays where it is.
func (r *rows) cut(appendTo func([]byte) []byte) []byte {
	from := len(r.arena)
	r.arena = appendTo(r.arena)
	return r.arena[from:len(r.arena):len(r.arena)]
}

// queue writes the rows. Dates travel as numbers of days.
func (r *rows) queue(writes *pgx.Batch, schema string) {
	if len(r.links) == 0 {
		return
	}
	writes.Queue(fmt.Sprintf(`
		INSERT INTO %s.day AS d (link, day, human, bot, heads, counts, visitors, pairs)
		SELECT u.link, date 'epoch' + u.day, u.human, u.bot, u.heads, u.counts, u.visitors, u.pairs
		FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[])
			AS u (link, day, human, bot, heads, counts, visitors, pairs)
		ON CONFLICT (link, day) DO UPDATE SET human = excluded.human, bot = excluded.bot, heads = excluded.heads,
			counts = excluded.counts, visitors = excluded.visitors, pairs = excluded.pairs`, schema),
		r.links, r.days, r.human, r.bot, r.heads, r.counts, r.visitors, r.pairs)
	writes.Queue(fmt.Sprintf(`
		INSERT INTO %s.total AS t (link, human, bot, heads, newest)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])
		ON CONFLICT (link) DO UPDATE SET human = excluded.human, bot = excluded.bot, heads = excluded.heads, newest = excluded.newest`, schema),
		r.totalLinks, r.totalHuman, r.totalBot, r.totalHeads, r.newest)
	if len(r.recentLinks) > 0 {
		writes.Queue(fmt.Sprintf(`
			INSERT INTO %s.recent (link, place, number, clicks)
			SELECT u.link, u.number %% %d, u.number, u.clicks FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS u (link, number, clicks)
			ON CONFLICT (link, place) DO UPDATE SET number = excluded.number, clicks = excluded.clicks`, schema, recentRows),
			r.recentLinks, r.recentNumbers, r.recent)
	}
}

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
		SELECT k.n - 1, d.counts, d.visitors, d.pairs FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY AS k (link, day, n)
		CROSS JOIN LATERAL (SELECT counts, visitors, pairs FROM %s.day WHERE link = k.link AND day = date 'epoch' + k.day LIMIT 1) d`, schema),
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
	var counts, visitors, pairs []byte
	_, err := pgx.ForEachRow(rows, []any{&n, &counts, &visitors, &pairs}, func() error {
		g := &b.groups[b.order[n]]
		g.counts, g.visitors, g.pairs = counts, visitors, pairs
		return nil
	})
	return err
}

func (b *batch) takeTotals(rows pgx.Rows) error {
	var n int64
	var l linkPart
	_, err := pgx.ForEachRow(rows, []any{&n, &l.before.Human, &l.before.Bot, &l.before.Heads, &l.deleted, &l.newest}, func() error {
		l.number = b.links[n].number
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
