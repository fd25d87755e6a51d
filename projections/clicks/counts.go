package clicks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// The counts of one link on one UTC day are stored as
//
//	counts  = format kind*
//	kind    = traffic  size section*           sections of one kind of traffic
//	section = dimension size body
//	body    = slot*                            the 15-minute counts, ascending
//	        | value*                           the values of a dimension, by first appearance
//	value   = 2·size   text hour               counted in one hour of the day
//	        | 2·size+1 text total              counted in several
//	slot    = position [count]
//	hour    = position [count]
//
// and, for the values that were counted in several hours,
//
//	hours   = format kind*
//	kind    = traffic size section*
//	section = dimension size body
//	body    = (size hour*)*                    for each such value in turn, ascending
//
// Sizes, totals and counts are uvarints, everything else is a byte; a flag in the position
// says whether a count follows, otherwise it is 1. Most questions are about whole days and
// need no hours. The text of what is over the cap is empty, which no value is. Sections
// of dimensions that a reader doesn't want, or doesn't know, are stepped over by their size.
const countsFormat = 1

const (
	slotsPerDay  = 96
	hoursPerDay  = 24
	slotsPerHour = slotsPerDay / hoursPerDay
)

// Positions, and the flag beside them.
const (
	position  = 0x7f
	manyTimes = 0x80 // a count follows; otherwise it is 1
)

// maxValues is how many values a dimension keeps per link, day and kind of traffic: the first
// in partition order, so that it doesn't matter how the log was cut into batches. Whoever
// makes up referrers fills one row, not the disk.
const maxValues = 200

var errCounts = errors.New("counts are not in a known format")

// hourly is how often something was counted in each hour of a UTC day.
type hourly [hoursPerDay]uint32

// countsSink takes what is read from stored counts.
type countsSink interface {
	wants(t Traffic, d Dimension) bool
	slot(t Traffic, slot int, n uint32)
	value(t Traffic, d Dimension, text []byte, h storedHours) error
}

// storedHours is when a value was counted, and how often in all.
type storedHours struct {
	total  uint32
	stored []byte // nil: hours were not read
}

// hourly is the counts by hour.
func (s storedHours) hourly(h *hourly) error {
	*h = hourly{}
	if s.stored == nil {
		return fmt.Errorf("without hours: %w", errCounts)
	}
	for b := s.stored; len(b) > 0; {
		hour, count, n := readPosition(b)
		if n <= 0 || hour >= hoursPerDay {
			return errCounts
		}
		h[hour] = count
		b = b[n:]
	}
	return nil
}

// readCounts hands everything that sink wants to it, in stored order. Without hours, only
// values that were counted in one hour have theirs.
func readCounts(counts, hours []byte, sink countsSink) error {
	var bodies [traffic][dimensions][]byte
	if len(hours) > 0 {
		err := readSections(hours, func(t Traffic, d Dimension, body []byte) error {
			bodies[t][d] = body
			return nil
		})
		if err != nil {
			return err
		}
	}
	return readSections(counts, func(t Traffic, d Dimension, body []byte) error {
		switch {
		case !sink.wants(t, d):
			return nil
		case d == slots:
			return readSlots(body, t, sink)
		}
		return readValues(body, bodies[t][d], t, d, sink)
	})
}

// readSections hands the sections of counts or hours to each, but for unknown ones.
func readSections(stored []byte, each func(t Traffic, d Dimension, body []byte) error) error {
	if len(stored) == 0 {
		return nil
	}
	if stored[0] != countsFormat {
		return fmt.Errorf("format %d: %w", stored[0], errCounts)
	}
	for rest := stored[1:]; len(rest) > 0; {
		var t byte
		var sections []byte
		var ok bool
		if t, sections, rest, ok = cutSection(rest); !ok || t >= byte(traffic) {
			return errCounts
		}
		for len(sections) > 0 {
			var d byte
			var body []byte
			if d, body, sections, ok = cutSection(sections); !ok {
				return errCounts
			}
			if Dimension(d) >= dimensions {
				continue
			}
			if err := each(Traffic(t), Dimension(d), body); err != nil {
				return err
			}
		}
	}
	return nil
}

// readValues hands the values of a dimension to sink; hours is the dimension's body of hours.
func readValues(body, hours []byte, t Traffic, d Dimension, sink countsSink) error {
	for haveHours := len(hours) > 0; len(body) > 0; {
		head, n := readCount(body)
		size := int(head >> 1)
		if n <= 0 || size > len(body)-n {
			return errCounts
		}
		text := body[n : n+size]
		body = body[n+size:]
		var h storedHours
		if head&1 == 0 {
			if _, h.total, n = readPosition(body); n > 0 {
				h.stored = body[:n]
			}
		} else {
			h.total, n = readCount(body)
			if haveHours {
				var ok bool
				if h.stored, hours, ok = cutText(hours); !ok {
					return errCounts
				}
			}
		}
		if n <= 0 {
			return errCounts
		}
		body = body[n:]
		if err := sink.value(t, d, text, h); err != nil {
			return err
		}
	}
	return nil
}

// cutText takes a size and that many bytes off the front of b.
func cutText(b []byte) (text, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	end := n + int(size) //nolint:gosec // checked against the length
	return b[n:end:end], b[end:], true
}

func readSlots(body []byte, t Traffic, sink countsSink) error {
	for last := -1; len(body) > 0; {
		slot, count, n := readPosition(body)
		if n <= 0 || slot >= slotsPerDay || slot <= last {
			return errCounts
		}
		sink.slot(t, slot, count)
		body, last = body[n:], slot
	}
	return nil
}

// readPosition reads a slot or an hour and its count; n ≤ 0 says that there is none.
func readPosition(b []byte) (at int, count uint32, n int) {
	if len(b) == 0 {
		return 0, 0, 0
	}
	at = int(b[0] & position)
	if b[0]&manyTimes == 0 {
		return at, 1, 1
	}
	if count, n = readCount(b[1:]); n <= 0 || count == 0 {
		return 0, 0, 0
	}
	return at, count, n + 1
}

// readCount reads a uvarint that must fit; n ≤ 0 says that it doesn't. Most are one byte.
func readCount(b []byte) (count uint32, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint32(b[0]), 1
	}
	v, n := binary.Uvarint(b)
	if v > maxCount {
		return 0, 0
	}
	return uint32(v), n
}

const maxCount = 1<<32 - 1

// cutSection takes a tag, a size and that many bytes off the front of b.
func cutSection(b []byte) (tag byte, body, rest []byte, ok bool) {
	size, n := binary.Uvarint(b[1:])
	if n <= 0 || size > uint64(len(b)-1-n) {
		return 0, nil, nil, false
	}
	end := 1 + n + int(size) //nolint:gosec // checked against the length
	return b[0], b[1+n : end], b[end:], true
}

func appendSection(b []byte, tag byte, body []byte) []byte {
	b = append(b, tag)
	b = binary.AppendUvarint(b, uint64(len(body)))
	return append(b, body...)
}

func appendSlots(b []byte, counts *[slotsPerDay]uint32) []byte {
	for slot, n := range counts {
		b = appendPosition(b, slot, n)
	}
	return b
}

// appendPosition appends a slot or an hour, unless nothing was counted in it.
func appendPosition(b []byte, at int, n uint32) []byte {
	switch n {
	case 0:
		return b
	case 1:
		return append(b, byte(at)) //nolint:gosec // below 96
	}
	return binary.AppendUvarint(append(b, byte(at)|manyTimes), uint64(n)) //nolint:gosec // below 96
}

// appendValue appends a value that was counted in the hours of used, a bit each: to counts,
// and if there are several, those to hours.
func appendValue(counts, hours []byte, text string, h *hourly, used uint32) (newCounts, newHours []byte) {
	size := uint64(len(text)) << 1
	if bits.OnesCount32(used) == 1 {
		counts = append(binary.AppendUvarint(counts, size), text...)
		hour := bits.TrailingZeros32(used)
		return appendPosition(counts, hour, h[hour]), hours
	}
	var buffer [hoursPerDay * (1 + binary.MaxVarintLen32)]byte
	stored, total := buffer[:0], uint64(0)
	for left := used; left != 0; left &= left - 1 {
		hour := bits.TrailingZeros32(left)
		stored = appendPosition(stored, hour, h[hour])
		total += uint64(h[hour])
	}
	counts = append(binary.AppendUvarint(counts, size|1), text...)
	return binary.AppendUvarint(counts, total), append(binary.AppendUvarint(hours, uint64(len(stored))), stored...)
}
