package clicks

import (
	"cmp"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// key names a row: a link and a UTC day, counted from 1970-01-01.
type key struct {
	link domain.LinkNumber
	day  int32
}

const daySeconds = 24 * 60 * 60

// place is where a moment is counted: the UTC day and the quarter of an hour in it.
func place(at time.Time) (day int32, slot int) {
	unix := at.Unix()
	d := floorDiv(unix, daySeconds)
	return int32(d), int((unix - d*daySeconds) / (daySeconds / slotsPerDay)) //nolint:gosec // a time's years fit
}

// recorder is who numbered a click: see [domain.ClickID].
type recorder struct{ node, epoch uint64 }

// group is the part of a batch that belongs to one row.
type group struct {
	key         key
	first, last int32     // records, linked by batch.next; -1: none
	stored      bool      // there is such a row
	packed      packedDay // of it
	link        int32     // index in batch.links
}

// linkPart is the part of a batch that belongs to one link.
type linkPart struct {
	number  domain.LinkNumber
	stored  bool   // it has a row of totals
	before  Counts // in that row
	newest  []byte // likewise
	deleted bool   // nothing is counted
	clicks  int    // that are to be counted
}

// batch is the clicks of one partition arranged by row. It is used for one batch after
// another.
type batch struct {
	records   []projections.Record[domain.Click]
	groups    []group
	byKey     map[key]int32       // index in groups
	order     []int32             // of groups, as the table's key has it
	links     []linkPart          // in the same order
	groupOf   []int32             // by record
	next      []int32             // by record: the following one of its group, or -1
	nth       []int32             // by record: which of its link's clicks it is
	uncounted map[recorder]uint64 // the first sequence that is not counted yet, for the batch's recorders
	aside     aside
}

func newBatch() *batch { return &batch{byKey: map[key]int32{}, uncounted: map[recorder]uint64{}} }

// arrange finds the rows and the recorders that records belong to.
func (b *batch) arrange(from projections.Batch[domain.Click]) {
	records := from.Records
	b.aside.arrange(from)
	b.records, b.groups = records, b.groups[:0]
	b.groupOf = slices.Grow(b.groupOf[:0], len(records))[:len(records)]
	b.next = slices.Grow(b.next[:0], len(records))[:len(records)]
	b.nth = slices.Grow(b.nth[:0], len(records))[:len(records)]
	clear(b.byKey)
	clear(b.uncounted)
	for i := range records {
		c := &records[i].Event
		d, _ := place(c.At)
		k := key{c.Link, d}
		g, ok := b.byKey[k]
		if !ok {
			g = int32(len(b.groups)) //nolint:gosec // batches are far smaller
			b.byKey[k] = g
			b.groups = append(b.groups, group{key: k, first: -1, last: -1})
		}
		b.groupOf[i] = g
		if records[i].RetryOf == nil {
			b.uncounted[recorder{c.ID.Node, c.ID.Epoch}] = 0
		}
	}
	b.sort()
}

// chain links the records of every group in the order they came, without those that were
// counted before: a recorder that sends something again has sent nothing above it. Clicks of
// deleted links are taken as well, since they come only once, and then left out.
func (b *batch) chain() {
	for i := range b.records {
		if !b.take(&b.records[i]) {
			continue
		}
		g, at := &b.groups[b.groupOf[i]], int32(i) //nolint:gosec // batches are far smaller
		l := &b.links[g.link]
		if l.deleted {
			continue
		}
		b.nth[at] = int32(l.clicks) //nolint:gosec // batches are far smaller
		l.clicks++
		if g.first < 0 {
			g.first = at
		} else {
			b.next[g.last] = at
		}
		g.last, b.next[at] = at, -1
	}
}

// take says whether a record is to be counted, and that it is.
func (b *batch) take(record *projections.Record[domain.Click]) bool {
	id := record.Event.ID
	if record.RetryOf != nil {
		return b.aside.count(*record.RetryOf, id)
	}
	r := recorder{id.Node, id.Epoch}
	if id.Sequence < b.uncounted[r] {
		return false
	}
	b.uncounted[r] = id.Sequence + 1
	return true
}

// sort finds the order of the groups in the table's key: what is next to each other in the
// index is read and written together.
func (b *batch) sort() {
	b.order = slices.Grow(b.order[:0], len(b.groups))[:len(b.groups)]
	for i := range b.order {
		b.order[i] = int32(i) //nolint:gosec // batches are far smaller
	}
	slices.SortFunc(b.order, func(i, j int32) int {
		x, y := b.groups[i].key, b.groups[j].key
		return cmp.Or(cmp.Compare(x.link, y.link), cmp.Compare(x.day, y.day))
	})
	b.links = b.links[:0]
	for _, i := range b.order {
		g := &b.groups[i]
		if last := len(b.links) - 1; last < 0 || b.links[last].number != g.key.link {
			b.links = append(b.links, linkPart{number: g.key.link})
		}
		g.link = int32(len(b.links) - 1) //nolint:gosec // batches are far smaller
	}
}

// forget lets go of the records.
func (b *batch) forget() {
	b.records, b.aside = nil, aside{}
	clear(b.groups)
	clear(b.links)
}
