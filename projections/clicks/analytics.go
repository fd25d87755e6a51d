package clicks

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// Question is what somebody wants to know about the clicks of some links, taken together.
type Question struct {
	Links       []domain.LinkNumber
	From, To    time.Time // the range; To is outside
	Granularity Granularity
	Location    *time.Location // whose clock the series follows; nil: UTC
	Breakdowns  []Dimension
	Traffic     Traffic // what the breakdowns are of; the zero value is [Human]
	Top         int     // rows of a breakdown; 0: all
	After       Row     // the last row that was seen of a breakdown; zero: none
	Filter      Filter  // zero: none
}

// Analytics is the answer to a [Question].
type Analytics struct {
	// From and To are the range of Total and Series: as asked, widened to quarters of an hour.
	// Under a filter both are the beginning of the UTC hour that they lie in, and so is the border
	// between two points: values are counted by such hours.
	From, To   time.Time
	Total      Counts
	Series     []Point    // every period that the range touches, also the empty ones
	Visitors   uint64     // the sum of Days: who comes on two days counts twice
	Days       []Visitors // every UTC day that the range touches, as a whole; none under a filter
	Broken     Range      // the range of Breakdowns: as asked, widened to hours of UTC, under a filter to days
	Breakdowns []Breakdown
	Unsure     uint64 // under a filter: clicks in the range whose value is beyond what a day can keep, so that nobody knows whether they match
}

// Range is from From until before To.
type Range struct{ From, To time.Time }

// Point is one period of a series. Clicks outside the question's range aren't in it.
type Point struct {
	Start time.Time // in the question's location
	Counts
}

// Visitors is how many different people one UTC day had, as far as visitors can be told
// apart: within 2 % when there are many, exact up to 256.
type Visitors struct {
	Day   time.Time
	Count uint64
}

// Breakdown is how the clicks of a range spread over the values of a dimension. Its parts add
// up: Total = the clicks of Rows + Before + Rest + Without + Over.
type Breakdown struct {
	Dimension Dimension
	Total     uint64
	Rows      []Row  // most clicked first; equals by value
	Values    int    // how many rows there are, also those that aren't in Rows
	Before    uint64 // clicks of the rows up to After
	Rest      uint64 // clicks of the rows that Top cut off
	Without   uint64 // clicks without a value: direct visits, unknown countries
	Over      uint64 // clicks of values beyond what a day, or an answer, can keep
	Lost      uint64 // under a filter: by how much a row may be wrong, because of combinations beyond what a day can keep
}

// Row is one value and its clicks.
type Row struct {
	Value  string
	Clicks uint64
}

// plan is a question in numbers of slots.
type plan struct {
	from, to      time.Time // in the question's location
	starts        []time.Time
	bounds        []int64 // of the points of the series, in slots
	slots, broken span    // the ranges of the series and of the breakdowns
	wanted        [dimensions]bool
	question      Question
}

// span is from first until before end, in quarters of an hour since 1970.
type span struct{ first, end int64 }

func (s span) holds(slot int64) bool { return s.first <= slot && slot < s.end }

// floored is the span with both borders moved back to whole steps, and not empty.
func (s span) floored(step int64) span {
	f := span{floorDiv(s.first, step) * step, floorDiv(s.end, step) * step}
	f.end = max(f.end, f.first+step)
	return f
}

func (q Question) plan() (plan, error) {
	loc := q.Location
	if loc == nil {
		loc = time.UTC
	}
	if !q.From.Before(q.To) {
		return plan{}, domain.Errorf(domain.Validation, "to", "the end of the range must be after its beginning")
	}
	if q.Granularity >= granularities {
		return plan{}, domain.Errorf(domain.Validation, "granularity", "unknown granularity")
	}
	p := plan{slots: widen(q.From, q.To, slotTime), broken: widen(q.From, q.To, time.Hour), question: q}
	for _, d := range q.Breakdowns {
		if d == slots || d >= dimensions {
			return plan{}, domain.Errorf(domain.Validation, "breakdown", "unknown dimension")
		}
		p.wanted[d] = true
	}
	var err error
	p.starts, err = q.Granularity.starts(slotStart(p.slots.first).In(loc), slotStart(p.slots.end).In(loc))
	if err != nil {
		return plan{}, err
	}
	p.bounds = make([]int64, len(p.starts))
	for i, t := range p.starts {
		p.bounds[i] = floorDiv(t.Unix(), int64(slotTime/time.Second))
	}
	if q.Filter.on() {
		if err := q.Filter.check(q); err != nil {
			return plan{}, err
		}
		p.coarsen()
	}
	p.from, p.to = slotStart(p.slots.first).In(loc), slotStart(p.slots.end).In(loc)
	return p, nil
}

// coarsen makes the ranges those that can be answered under a filter.
func (p *plan) coarsen() {
	p.slots = p.slots.floored(slotsPerHour)
	for i, b := range p.bounds {
		p.bounds[i] = floorDiv(b, slotsPerHour) * slotsPerHour
	}
	p.bounds[len(p.bounds)-1] = max(p.bounds[len(p.bounds)-1], p.slots.end)
	p.broken = widen(slotStart(p.slots.first), slotStart(p.slots.end), 24*time.Hour)
}

// widen is the smallest span of whole steps that holds from … to.
func widen(from, to time.Time, step time.Duration) span {
	seconds := int64(step / time.Second)
	perStep := seconds / int64(slotTime/time.Second)
	first, end := floorDiv(from.Unix(), seconds), floorDiv(to.Unix(), seconds)
	if to.Unix() > end*seconds || to.Nanosecond() > 0 {
		end++
	}
	return span{first: first * perStep, end: end * perStep}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a < q*b {
		q--
	}
	return q
}

func slotStart(slot int64) time.Time { return time.Unix(slot*int64(slotTime/time.Second), 0).UTC() }

func (p *plan) firstDay() int32 { return int32(floorDiv(p.broken.first, slotsPerDay)) } //nolint:gosec // a time's years fit
func (p *plan) lastDay() int32  { return int32(floorDiv(p.broken.end-1, slotsPerDay)) } //nolint:gosec // a time's years fit

// Check returns what is wrong with a question, a [domain.Validation] error.
func (q Question) Check() error {
	_, err := q.plan()
	return err
}
