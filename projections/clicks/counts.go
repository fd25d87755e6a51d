package clicks

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The counts of one link on one UTC day are stored as
//
//	counts  = format kind*
//	kind    = traffic  size section*         sections of one kind of traffic
//	section = dimension size body
//	body    = (slot …)*                      for the 15-minute counts, slots ascending
//	        | (size text (hour …)+)*         for the values of a dimension, by first appearance
//
// where sizes and counts are uvarints, everything else is a byte, and "slot …" and "hour …"
// hold the position in the day and how often, in as few bytes as once or twice need. The text
// of what is over the cap is empty, which no value is. Sections of dimensions that a reader
// doesn't want, or doesn't know, are stepped over by their size.
const countsFormat = 1

const (
	slotsPerDay  = 96
	hoursPerDay  = 24
	slotsPerHour = slotsPerDay / hoursPerDay
)

// Flags beside the hour and the slot in their byte.
const (
	hourMask = 0x1f
	hourMany = 0x40 // a count follows; otherwise it is 1
	hourMore = 0x80 // another hour follows
	slotMask = 0x7f
	slotMany = 0x80 // a count follows; otherwise it is 1
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
	value(t Traffic, d Dimension, text []byte, h *hourly)
}

// readCounts hands everything that sink wants to it, in stored order.
func readCounts(stored []byte, sink countsSink) error {
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
			if !readBody(body, Traffic(t), Dimension(d), sink) {
				return errCounts
			}
		}
	}
	return nil
}

func readBody(body []byte, t Traffic, d Dimension, sink countsSink) bool {
	switch {
	case d >= dimensions || !sink.wants(t, d):
		return true
	case d == slots:
		return readSlots(body, t, sink)
	}
	var h hourly
	for len(body) > 0 {
		size, n := binary.Uvarint(body)
		if n <= 0 || size > uint64(len(body)-n) {
			return false
		}
		text := body[n : n+int(size)] //nolint:gosec // checked against the length
		h = hourly{}
		var ok bool
		if body, ok = readHours(body[n+int(size):], &h); !ok { //nolint:gosec // checked against the length
			return false
		}
		sink.value(t, d, text, &h)
	}
	return true
}

func readSlots(body []byte, t Traffic, sink countsSink) bool {
	for len(body) > 0 {
		slot, count := int(body[0]&slotMask), uint64(1)
		many := body[0]&slotMany != 0
		body = body[1:]
		if many {
			var n int
			if count, n = binary.Uvarint(body); n <= 0 || count > maxCount {
				return false
			}
			body = body[n:]
		}
		if slot >= slotsPerDay {
			return false
		}
		sink.slot(t, slot, uint32(count))
	}
	return true
}

func readHours(b []byte, h *hourly) (rest []byte, ok bool) {
	for len(b) > 0 {
		token, count := b[0], uint64(1)
		b = b[1:]
		if token&hourMany != 0 {
			var n int
			if count, n = binary.Uvarint(b); n <= 0 || count > maxCount {
				return nil, false
			}
			b = b[n:]
		}
		if token&hourMask >= hoursPerDay {
			return nil, false
		}
		h[token&hourMask] = uint32(count)
		if token&hourMore == 0 {
			return b, true
		}
	}
	return nil, false
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
		switch {
		case n == 1:
			b = append(b, byte(slot)) //nolint:gosec // below 96
		case n > 1:
			b = binary.AppendUvarint(append(b, byte(slot)|slotMany), uint64(n)) //nolint:gosec // below 96
		}
	}
	return b
}

func appendValue(b []byte, text string, h *hourly) []byte {
	b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	last := -1
	for hour, n := range h {
		if n == 0 {
			continue
		}
		if last >= 0 {
			b[last] |= hourMore
		}
		last = len(b)
		if n == 1 {
			b = append(b, byte(hour)) //nolint:gosec // below 24
		} else {
			b = binary.AppendUvarint(append(b, byte(hour)|hourMany), uint64(n)) //nolint:gosec // below 24
		}
	}
	return b
}
