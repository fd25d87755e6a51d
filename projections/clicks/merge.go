package clicks

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// merger adds rows up to the answer to a question. It is where a query spends its time: a
// busy link has thousands of values a month.
type merger struct {
	plan      plan
	counts    []Counts // by point of the series
	total     Counts
	breakdown uint64 // clicks in the range and of the traffic that breakdowns are of
	visitors  map[int32]uint64
	clicks    [dimensions]map[string]*uint64
	bounds    []int64 // the plan's starts in slots

	// of the row that is being added
	first    int64              // its first slot
	pointOf  [slotsPerDay]int32 // by slot of the day; -1: outside of the range
	from, to int                // its hours within the range of the breakdowns
}

func newMerger(p plan) *merger {
	m := &merger{plan: p, counts: make([]Counts, len(p.starts)-1), visitors: map[int32]uint64{}, bounds: make([]int64, len(p.starts))}
	for i, t := range p.starts {
		m.bounds[i] = floorDiv(t.Unix(), int64(slotTime/time.Second))
	}
	for d, wanted := range p.wanted {
		if wanted {
			m.clicks[d] = map[string]*uint64{}
		}
	}
	return m
}

// add adds a stored row.
func (m *merger) add(day int32, counts, visitors []byte) error {
	m.locate(day)
	n, err := estimateVisitors(visitors)
	if err != nil {
		return err
	}
	m.visitors[day] += n
	return readCounts(counts, m)
}

// locate works out which points and hours a day's slots belong to.
func (m *merger) locate(day int32) {
	m.first = int64(day) * slotsPerDay
	point := sort.Search(len(m.bounds), func(i int) bool { return m.bounds[i] > m.first }) - 1
	for i := range m.pointOf {
		slot := m.first + int64(i)
		m.pointOf[i] = -1
		if m.plan.slots.holds(slot) {
			for slot >= m.bounds[point+1] {
				point++
			}
			m.pointOf[i] = int32(point) //nolint:gosec // at most maxPoints
		}
	}
	m.from = int(min(max(m.plan.hourSlots.first-m.first, 0), slotsPerDay)) / slotsPerHour
	m.to = int(min(max(m.plan.hourSlots.end-m.first, 0), slotsPerDay)) / slotsPerHour
}

func (m *merger) wants(t Traffic, d Dimension) bool {
	return d == slots || m.plan.wanted[d] && m.plan.question.Traffic.covers(t)
}

func (m *merger) slot(t Traffic, slot int, n uint32) {
	if p := m.pointOf[slot]; p >= 0 {
		m.counts[p].add(t, uint64(n))
		m.total.add(t, uint64(n))
	}
	if m.plan.question.Traffic.covers(t) && m.plan.hourSlots.holds(m.first+int64(slot)) {
		m.breakdown += uint64(n)
	}
}

func (m *merger) value(_ Traffic, d Dimension, text []byte, h storedHours) error {
	n, err := m.within(h)
	if n == 0 || err != nil {
		return err
	}
	if sum, ok := m.clicks[d][string(text)]; ok {
		*sum += n
		return nil
	}
	sum := n // a variable of its own, so that the common case allocates nothing
	m.clicks[d][string(text)] = &sum
	return nil
}

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
	a := Analytics{From: m.plan.from, To: m.plan.to, Total: m.total, Series: make([]Point, len(m.counts))}
	a.Hours = Range{From: slotStart(m.plan.hourSlots.first), To: slotStart(m.plan.hourSlots.end)}
	for i, c := range m.counts {
		a.Series[i] = Point{Start: m.plan.starts[i], Counts: c}
	}
	for day := m.plan.firstDay(); day <= m.plan.lastDay(); day++ {
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
	b := Breakdown{Dimension: d, Total: m.breakdown, Without: m.breakdown}
	for value, n := range m.clicks[d] {
		b.Without -= *n
		if value == "" {
			b.Over = *n
		} else {
			b.Rows = append(b.Rows, Row{Value: value, Clicks: *n})
		}
	}
	slices.SortFunc(b.Rows, func(x, y Row) int { return cmp.Or(cmp.Compare(y.Clicks, x.Clicks), cmp.Compare(x.Value, y.Value)) })
	b.Values = len(b.Rows)
	if top := m.plan.question.Top; top > 0 && top < len(b.Rows) {
		for _, r := range b.Rows[top:] {
			b.Rest += r.Clicks
		}
		b.Rows = b.Rows[:top]
	}
	return b
}
