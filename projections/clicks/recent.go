package clicks

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// The last single clicks of a link are stored as they were classified, perRow of them to a
// row, in the order they were counted:
//
//	row    = format click*
//	click  = kind [mask] time ref*   the milliseconds since the click before, zigzag; the first: since 1970
//	kind   = a byte: the traffic, and a flag that mask is that of the click before
//	mask   = the dimensions that it has a value of
//	ref    = 0 size text             a value that is new in the row
//	       | n                       the nth of those
//
// All but kind are uvarints. Which click stands in which row depends only on how many came
// before it, so the rows are the same however the log was cut into batches.
const recentFormat = 1

const (
	maxRecent  = 1_000 // clicks that can be asked for
	perRow     = 32
	recentRing = maxRecent/perRow + 1 // full rows that are kept; more than enough together

	kindMask = 0x03
	sameMask = 0x80
)

// recent works out the rows of a link's last clicks. It is used for one link after another.
type recent struct {
	texts  *texts
	clicks []seenClick // those of the batch that will be kept
	passed int         // how many came before them in the batch
	start  uint64      // how many clicks the link has before the first of clicks
	row    recentRow
}

// seenClick is a click while it is being stored.
type seenClick struct {
	millis int64
	kind   Traffic
	values values
}

func newRecent(t *texts) *recent { return &recent{texts: t, row: recentRow{texts: t}} }

// begin makes room for the clicks of a link that will be kept: whole rows, or what adds to the
// newest.
func (r *recent) begin(l *linkPart) {
	before := l.before.sum()
	end := before + uint64(l.clicks)                                     //nolint:gosec // never negative
	oldest := end - end%perRow                                           // where the row that isn't full begins
	oldest -= min(oldest, recentRing*perRow)                             // where the oldest row begins
	r.start = max(before, oldest)                                        // of what is known here
	r.passed = int(r.start - before)                                     //nolint:gosec // at most l.clicks
	r.clicks = slices.Grow(r.clicks[:0], int(end-r.start))[:end-r.start] //nolint:gosec // at most a ring and a row
}

// see notes the nth click of the link in the batch.
func (r *recent) see(nth int, at time.Time, kind Traffic, v *values) {
	if nth >= r.passed {
		r.clicks[nth-r.passed] = seenClick{at.UnixMilli(), kind, *v}
	}
}

// end puts the rows that are full now into rows, and keeps the newest.
func (r *recent) end(l *linkPart, rows *recentRows) error {
	r.row.clear()
	if r.start%perRow != 0 {
		if err := r.row.load(l.newest); err != nil {
			return err
		}
	}
	n := r.start
	for i := range r.clicks {
		r.row.add(&r.clicks[i])
		if n++; n%perRow == 0 {
			rows.add(l.number, int64(n/perRow)-1, r.row.packed) //nolint:gosec // counts of clicks
			r.row.clear()
		}
	}
	return nil
}

// newest is the row that isn't full.
func (r *recent) newest() []byte { return r.row.packed }

// recentRow is a row while it is being written.
type recentRow struct {
	texts  *texts
	packed []byte
	mask   uint64 // of the last click
	millis int64  // likewise
	known  uint64 // how many texts the row has
	round  uint32 // grows with every row, so that nth need not be cleared
	nth    []struct {
		round uint32
		n     uint32
	} // by id of a text: its number in the row, if round is the row's
}

func (r *recentRow) clear() {
	r.packed, r.mask, r.millis, r.known = r.packed[:0], 0, 0, 0
	if r.round++; r.round == 0 { // once in 2^32 rows
		clear(r.nth)
		r.round = 1
	}
}

// load goes on with a stored row: that takes its texts, in order, and what the last click had.
func (r *recentRow) load(stored []byte) error {
	if len(stored) == 0 || stored[0] != recentFormat {
		return fmt.Errorf("recent clicks in another format: %w", errCounts)
	}
	for b := stored[1:]; len(b) > 0; {
		c := recentClick{mask: r.mask, millis: r.millis}
		var ok bool
		if b, ok = c.readHead(b); !ok {
			return errCounts
		}
		r.mask, r.millis = c.mask, c.millis
		for range bits.OnesCount64(c.mask) {
			ref, n := binary.Uvarint(b)
			if n <= 0 || ref > r.known {
				return errCounts
			}
			if b = b[n:]; ref > 0 {
				continue
			}
			var text []byte
			if text, b, ok = cutText(b); !ok {
				return errCounts
			}
			r.number(r.texts.id(text))
		}
	}
	r.packed = append(r.packed, stored...)
	return nil
}

// number is a text's number in the row; new if it was not known before.
func (r *recentRow) number(id uint32) (n uint32, isNew bool) {
	if int(id) >= len(r.nth) {
		r.nth = append(r.nth, make([]struct{ round, n uint32 }, max(r.texts.len()-len(r.nth), 1024))...)
	}
	if e := &r.nth[id]; e.round != r.round {
		r.known++
		e.round, e.n = r.round, uint32(r.known) //nolint:gosec // a few dozen to a click
		return e.n, true
	}
	return r.nth[id].n, false
}

func (r *recentRow) add(c *seenClick) {
	if len(r.packed) == 0 {
		r.packed = append(r.packed, recentFormat)
	}
	var mask uint64
	for d, id := range &c.values {
		if id != 0 {
			mask |= 1 << d
		}
	}
	b := r.packed
	if mask == r.mask {
		b = append(b, byte(c.kind)|sameMask)
	} else {
		b = binary.AppendUvarint(append(b, byte(c.kind)), mask)
	}
	b = binary.AppendVarint(b, c.millis-r.millis)
	for _, id := range &c.values {
		if id == 0 {
			continue
		}
		n, isNew := r.number(id)
		if !isNew {
			b = binary.AppendUvarint(b, uint64(n))
			continue
		}
		text := r.texts.text(id)
		b = append(binary.AppendUvarint(append(b, 0), uint64(len(text))), text...)
	}
	r.packed, r.mask, r.millis = b, mask, c.millis
}

// recentClick is a click as it was stored.
type recentClick struct {
	kind   Traffic
	mask   uint64
	millis int64
	values [dimensions][]byte
}

// readRecent hands the clicks of a stored row to each, in stored order. What it hands out is
// valid until each returns, but for the texts.
func readRecent(stored []byte, each func(c *recentClick)) error {
	if len(stored) == 0 {
		return nil
	}
	if stored[0] != recentFormat {
		return fmt.Errorf("recent clicks in format %d: %w", stored[0], errCounts)
	}
	var c recentClick
	var known [][]byte
	for b := stored[1:]; len(b) > 0; {
		var ok bool
		if b, known, ok = c.read(b, known); !ok {
			return errCounts
		}
		each(&c)
	}
	return nil
}

// read takes a click off the front of b.
func (c *recentClick) read(b []byte, known [][]byte) ([]byte, [][]byte, bool) {
	b, ok := c.readHead(b)
	if !ok {
		return nil, known, false
	}
	for d := range c.values {
		c.values[d] = nil
		if c.mask&(1<<d) == 0 {
			continue
		}
		ref, n := binary.Uvarint(b)
		if n <= 0 || ref > uint64(len(known)) {
			return nil, known, false
		}
		if b = b[n:]; ref > 0 {
			c.values[d] = known[ref-1]
			continue
		}
		if c.values[d], b, ok = cutText(b); !ok {
			return nil, known, false
		}
		known = append(known, c.values[d])
	}
	return b, known, true
}

// readHead takes what a click begins with off the front of b.
func (c *recentClick) readHead(b []byte) (rest []byte, ok bool) {
	kind := b[0]
	b = b[1:]
	c.kind = Traffic(kind & kindMask)
	if kind&sameMask == 0 {
		var n int
		if c.mask, n = binary.Uvarint(b); n <= 0 {
			return nil, false
		}
		b = b[n:]
	}
	since, n := binary.Varint(b)
	if n <= 0 || c.kind >= traffic || c.mask>>dimensions != 0 {
		return nil, false
	}
	c.millis += since
	return b[n:], true
}
