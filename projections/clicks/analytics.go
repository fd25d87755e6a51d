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
}

// Analytics is the answer to a [Question].
type Analytics struct {
	From, To   time.Time // the range of Total and Series: as asked, widened to quarters of an hour
	Total      Counts
	Series     []Point    // every period that the range touches, also the empty ones
	Visitors   uint64     // the sum of Days: who comes on two days counts twice
	Days       []Visitors // every UTC day that the range touches, as a whole
	Hours      Range      // the range of Breakdowns: as asked, widened to hours of UTC
	Breakdowns []Breakdown
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
// up: Total = the clicks of Rows + Rest + Without + Over.
type Breakdown struct {
	Dimension Dimension
	Total     uint64
	Rows      []Row  // most clicked first; equals by value
	Values    int    // how many rows there are, also those that Top cut off
	Rest      uint64 // clicks of the rows that Top cut off
	Without   uint64 // clicks without a value: direct visits, unknown countries
	Over      uint64 // clicks of values beyond what a day can keep
}

// Row is one value and its clicks.
type Row struct {
	Value  string
	Clicks uint64
}

// plan is a question in numbers of slots.
type plan struct {
	from, to         time.Time // in the question's location
	starts           []time.Time
	slots, hourSlots span
	wanted           [dimensions]bool
	question         Question
}

// span is from first until before end, in quarters of an hour since 1970.
type span struct{ first, end int64 }

func (s span) holds(slot int64) bool { return s.first <= slot && slot < s.end }

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
	s := widen(q.From, q.To, slotTime)
	p := plan{from: slotStart(s.first).In(loc), to: slotStart(s.end).In(loc), slots: s, question: q}
	p.hourSlots = widen(q.From, q.To, time.Hour)
	for _, d := range q.Breakdowns {
		if d == slots || d >= dimensions {
			return plan{}, domain.Errorf(domain.Validation, "breakdown", "unknown dimension")
		}
		p.wanted[d] = true
	}
	var err error
	p.starts, err = q.Granularity.starts(p.from, p.to)
	return p, err
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

func (p *plan) firstDay() int32 { return int32(floorDiv(p.hourSlots.first, slotsPerDay)) } //nolint:gosec // a time's years fit
func (p *plan) lastDay() int32  { return int32(floorDiv(p.hourSlots.end-1, slotsPerDay)) } //nolint:gosec // a time's years fit
