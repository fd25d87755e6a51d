package clicks

import (
	"cmp"
	"slices"
	"sort"
)

// merger adds rows up to the answer to a question. It is where a query spends its time: a
// busy link has thousands of values a month.
type merger struct {
	plan      plan
	counts    []Counts // by point of the series
	total     Counts
	breakdown uint64 // clicks in the range and of the traffic that breakdowns are of
	visitors  map[int32]uint64
	clicks    [dimensions]*sums // of those that are wanted
	lost      [dimensions]uint64
	unsure    uint64
	sieve     *sieve // nil without a filter

	// of the row that is being added
	first    int64              // its first slot
	pointOf  [slotsPerDay]int32 // by slot of the day; -1: outside of the range
	from, to int                // its hours within the range of the breakdowns
}

func newMerger(p plan) *merger {
	m := &merger{plan: p, counts: make([]Counts, len(p.starts)-1), visitors: map[int32]uint64{}}
	if p.question.Filter.on() {
		m.sieve = &sieve{merger: m, filter: p.question.Filter}
	}
	for d, wanted := range p.wanted {
		if wanted {
			m.clicks[d] = newSums(maxMerged)
		}
	}
	return m
}

// add adds a stored row.
func (m *merger) add(day int32, visitors int32, counts, hours, pairs []byte) error {
	m.locate(day)
	if m.sieve != nil {
		return m.sieve.add(counts, hours, pairs)
	}
	m.visitors[day] += uint64(visitors) //nolint:gosec // never negative
	return readCounts(counts, hours, m)
}

// locate works out which points and hours a day's slots belong to.
func (m *merger) locate(day int32) {
	m.first = int64(day) * slotsPerDay
	point := sort.Search(len(m.plan.bounds), func(i int) bool { return m.plan.bounds[i] > m.first }) - 1
	for i := range m.pointOf {
		slot := m.first + int64(i)
		m.pointOf[i] = -1
		if m.plan.slots.holds(slot) {
			for slot >= m.plan.bounds[point+1] {
				point++
			}
			m.pointOf[i] = int32(point) //nolint:gosec // at most maxPoints
		}
	}
	m.from = int(min(max(m.plan.broken.first-m.first, 0), slotsPerDay)) / slotsPerHour
	m.to = int(min(max(m.plan.broken.end-m.first, 0), slotsPerDay)) / slotsPerHour
}

func (m *merger) wants(t Traffic, d Dimension) bool {
	return d == slots || m.plan.wanted[d] && m.plan.question.Traffic.covers(t)
}

func (m *merger) slot(t Traffic, slot int, n uint32) {
	if p := m.pointOf[slot]; p >= 0 {
		m.counts[p].add(t, uint64(n))
		m.total.add(t, uint64(n))
	}
	if m.plan.question.Traffic.covers(t) && m.plan.broken.holds(m.first+int64(slot)) {
		m.breakdown += uint64(n)
	}
}

func (m *merger) value(_ Traffic, d Dimension, text []byte, h storedHours) error {
	n, err := m.within(h)
	if n == 0 || err != nil {
		return err
	}
	m.clicks[d].add(text, n)
	return nil
}

// maxMerged is how many values of a dimension an answer can keep apart. One link has far less
// in years; the pages that all links of a large account were found on may be more.
const maxMerged = 100_000

// within is how often a value was counted within the range. Most days lie in it as a whole.
func (m *merger) within(stored storedHours) (uint64, error) {
	if m.from == 0 && m.to == hoursPerDay {
		return uint64(stored.total), nil
	}
	var h hourly
	if err := stored.hourly(&h); err != nil {
		return 0, err
	}
	var n uint64
	for _, c := range h[m.from:m.to] {
		n += uint64(c)
	}
	return n, nil
}

// answer is what was added up.
func (m *merger) answer() Analytics {
	a := Analytics{From: m.plan.from, To: m.plan.to, Total: m.total, Series: make([]Point, len(m.counts)), Unsure: m.unsure}
	a.Broken = Range{From: slotStart(m.plan.broken.first), To: slotStart(m.plan.broken.end)}
	for i, c := range m.counts {
		a.Series[i] = Point{Start: m.plan.starts[i], Counts: c}
	}
	for day := m.plan.firstDay(); day <= m.plan.lastDay() && m.sieve == nil; day++ {
		a.Days = append(a.Days, Visitors{Day: slotStart(int64(day) * slotsPerDay), Count: m.visitors[day]})
		a.Visitors += m.visitors[day]
	}
	for _, d := range m.plan.question.Breakdowns {
		a.Breakdowns = append(a.Breakdowns, m.rank(d))
	}
	return a
}

// rank turns the sums of a dimension into rows.
func (m *merger) rank(d Dimension) Breakdown {
	sums := m.clicks[d]
	b := Breakdown{Dimension: d, Total: m.breakdown, Without: m.breakdown - min(sums.over, m.breakdown), Over: sums.over, Lost: m.lost[d]}
	q := &m.plan.question
	for i := range sums.entries {
		e := &sums.entries[i]
		b.Without -= min(e.clicks, b.Without)
		if e.size == 0 {
			b.Over += e.clicks
			continue
		}
		b.Values++
		if q.Top > 0 && len(b.Rows) == q.Top && e.clicks < b.Rows[q.Top-1].Clicks && q.After.Value == "" {
			b.Rest += e.clicks // most of a long tail end here
			continue
		}
		row := Row{Value: string(sums.text(e)), Clicks: e.clicks}
		if q.After.Value != "" && compareRows(row, q.After) <= 0 {
			b.Before += row.Clicks
			continue
		}
		b.Rest += row.Clicks
		b.Rows = insert(b.Rows, row, q.Top)
	}
	if q.Top <= 0 {
		slices.SortFunc(b.Rows, compareRows)
	}
	for _, r := range b.Rows {
		b.Rest -= r.Clicks
	}
	return b
}

func compareRows(x, y Row) int {
	return cmp.Or(cmp.Compare(y.Clicks, x.Clicks), cmp.Compare(x.Value, y.Value))
}

// insert adds a row to the first rows, of which top are kept in order. Without a top all are
// kept, in no order.
func insert(rows []Row, r Row, top int) []Row {
	if top <= 0 {
		return append(rows, r)
	}
	if len(rows) == top {
		if compareRows(r, rows[top-1]) > 0 {
			return rows
		}
		rows = rows[:top-1]
	}
	at, _ := slices.BinarySearchFunc(rows, r, compareRows)
	return slices.Insert(rows, at, r)
}
