package clicks

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// rows are the columns of what a batch writes. They are used for one batch after another: a
// batch is written before the next of its partition is counted.
//
// What is new and what was stored before are written by statements of their own: a fold knows
// which is which, and Postgres is slower for having to find out. (An UPDATE would be no better:
// how it is planned hangs on what the planner thinks of the table.) Packed columns travel end to
// end in one value, and Postgres cuts them up: as arrays they cost both sides twice as much.
type rows struct {
	newDays, storedDays     dayRows
	newTotals, storedTotals totalRows
	recent                  recentRows
}

// dayRows are rows of the table day.
type dayRows struct {
	links                        []int64
	days                         []int32
	human, bot, heads            []int64
	visitors                     []int32
	at                           []int32 // where the packed columns begin in packed
	counts, hours, pairs, sketch []int32 // their sizes; each follows the one before
	packed                       []byte
}

// totalRows are rows of the table total.
type totalRows struct {
	links             []int64
	human, bot, heads []int64
	newest, at        []int32
	packed            []byte
}

// recentRows are rows of the table recent.
type recentRows struct {
	links, numbers []int64
	clicks, at     []int32
	packed         []byte
}

// clear empties the columns.
func (r *rows) clear() {
	r.newDays.clear()
	r.storedDays.clear()
	r.newTotals.clear()
	r.storedTotals.clear()
	c := &r.recent
	c.links, c.numbers, c.clicks, c.at, c.packed = c.links[:0], c.numbers[:0], c.clicks[:0], c.at[:0], c.packed[:0]
}

func (r *dayRows) clear() {
	r.links, r.days, r.human, r.bot, r.heads = r.links[:0], r.days[:0], r.human[:0], r.bot[:0], r.heads[:0]
	r.visitors, r.at, r.packed = r.visitors[:0], r.at[:0], r.packed[:0]
	r.counts, r.hours, r.pairs, r.sketch = r.counts[:0], r.hours[:0], r.pairs[:0], r.sketch[:0]
}

func (r *totalRows) clear() {
	r.links, r.human, r.bot, r.heads = r.links[:0], r.human[:0], r.bot[:0], r.heads[:0]
	r.newest, r.at, r.packed = r.newest[:0], r.at[:0], r.packed[:0]
}

// add appends a day's row.
func (r *dayRows) add(k key, d *day, after Counts) {
	r.links, r.days = append(r.links, int64(k.link)), append(r.days, k.day) //nolint:gosec // below 2^53
	r.human = append(r.human, int64(after.Human))                           //nolint:gosec // counts of clicks
	r.bot = append(r.bot, int64(after.Bot))                                 //nolint:gosec // counts of clicks
	r.heads = append(r.heads, int64(after.Heads))                           //nolint:gosec // counts of clicks
	p := d.pack()
	r.visitors = append(r.visitors, int32(d.visitors.count())) //nolint:gosec // a day's
	r.at = append(r.at, position32(r.packed))
	r.counts, r.packed = append(r.counts, size(p.counts)), append(r.packed, p.counts...)
	r.hours, r.packed = append(r.hours, size(p.hours)), append(r.packed, p.hours...)
	r.pairs, r.packed = append(r.pairs, size(p.pairs)), append(r.packed, p.pairs...)
	r.sketch, r.packed = append(r.sketch, size(p.sketch)), append(r.packed, p.sketch...)
}

// add appends a link's row of totals.
func (r *totalRows) add(link domain.LinkNumber, after Counts, newest []byte) {
	r.links = append(r.links, int64(link))        //nolint:gosec // below 2^53
	r.human = append(r.human, int64(after.Human)) //nolint:gosec // counts of clicks
	r.bot = append(r.bot, int64(after.Bot))       //nolint:gosec // counts of clicks
	r.heads = append(r.heads, int64(after.Heads)) //nolint:gosec // counts of clicks
	r.at = append(r.at, position32(r.packed))
	r.newest, r.packed = append(r.newest, size(newest)), append(r.packed, newest...)
}

// add appends a full row of single clicks.
func (r *recentRows) add(link domain.LinkNumber, number int64, clicks []byte) {
	r.links, r.numbers = append(r.links, int64(link)), append(r.numbers, number) //nolint:gosec // below 2^53
	r.at = append(r.at, position32(r.packed))
	r.clicks, r.packed = append(r.clicks, size(clicks)), append(r.packed, clicks...)
}

// position32 is where the next bytes of b go, as Postgres counts: from 1.
func position32(b []byte) int32 { return int32(len(b)) + 1 } //nolint:gosec // a batch is a few megabytes

func size(b []byte) int32 { return int32(len(b)) } //nolint:gosec // a row is a few hundred kilobytes at most

// queue writes the rows.
func (r *rows) queue(writes *pgx.Batch, schema string) {
	days := fmt.Sprintf(`INSERT INTO %s.day (link, day, human, bot, heads, visitors, counts, hours, pairs, sketch)`, schema)
	r.newDays.queue(writes, days, "")
	r.storedDays.queue(writes, days, `
		ON CONFLICT (link, day) DO UPDATE SET human = excluded.human, bot = excluded.bot, heads = excluded.heads,
			visitors = excluded.visitors, counts = excluded.counts, hours = excluded.hours, pairs = excluded.pairs, sketch = excluded.sketch`)
	totals := fmt.Sprintf(`INSERT INTO %s.total (link, human, bot, heads, newest)`, schema)
	r.newTotals.queue(writes, totals, "")
	r.storedTotals.queue(writes, totals, `
		ON CONFLICT (link) DO UPDATE SET human = excluded.human, bot = excluded.bot, heads = excluded.heads, newest = excluded.newest`)
	r.recent.queue(writes, schema)
}

// queue writes rows with what stands before and after them in a statement. Dates travel as
// numbers of days.
func (r *dayRows) queue(writes *pgx.Batch, before, after string) {
	if len(r.links) == 0 {
		return
	}
	writes.Queue(before+`
		SELECT u.link, date 'epoch' + u.day, u.human, u.bot, u.heads, u.visitors,
			substr($12::bytea, u.at, u.counts), substr($12::bytea, u.at + u.counts, u.hours),
			substr($12::bytea, u.at + u.counts + u.hours, u.pairs), substr($12::bytea, u.at + u.counts + u.hours + u.pairs, u.sketch)
		FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[])
			AS u (link, day, human, bot, heads, visitors, at, counts, hours, pairs, sketch)`+after,
		r.links, r.days, r.human, r.bot, r.heads, r.visitors, r.at, r.counts, r.hours, r.pairs, r.sketch, notNull(r.packed))
}

func (r *totalRows) queue(writes *pgx.Batch, before, after string) {
	if len(r.links) == 0 {
		return
	}
	writes.Queue(before+`
		SELECT u.link, u.human, u.bot, u.heads, substr($7::bytea, u.at, u.newest)
		FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::int[]) AS u (link, human, bot, heads, at, newest)`+after,
		r.links, r.human, r.bot, r.heads, r.at, r.newest, notNull(r.packed))
}

func (r *recentRows) queue(writes *pgx.Batch, schema string) {
	if len(r.links) == 0 {
		return
	}
	writes.Queue(fmt.Sprintf(`
		INSERT INTO %s.recent (link, place, number, clicks)
		SELECT u.link, u.number %% %d, u.number, substr($5::bytea, u.at, u.size)
		FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[]) AS u (link, number, at, size)
		ON CONFLICT (link, place) DO UPDATE SET number = excluded.number, clicks = excluded.clicks`, schema, recentRing),
		r.links, r.numbers, r.at, r.clicks, r.packed)
}

// notNull is b, but not nil, which Postgres would take for null: that every link of a batch has
// filled its row of recent clicks, and left none, is rare.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
