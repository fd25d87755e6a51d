package clicks

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// Combined values of the dimensions that people ask for together are counted by the day, as
//
//	pairs   = format kind*
//	kind    = traffic size section*         sections of one kind of traffic
//	section = pairing size over pair*       by first appearance
//	pair    = place place count             of the two values in their columns of counts
//
// Sizes, counts and over (the clicks of pairs beyond the cap) are uvarints, everything else is
// a byte. One click alone is not stored: its pairs are those of the values it has.
const pairsFormat = 1

// maxPairs is how many pairs of two dimensions are kept per link, day and kind of traffic.
const maxPairs = 2_000

// pairings are the dimensions that are counted together. Their order is part of the stored
// format: append, never renumber.
var pairings = [...][2]Dimension{
	{Country, Device},
	{Country, Referrer},
	{Country, Rule},
	{Country, Trigger},
	{Device, Referrer},
	{Device, Rule},
	{Device, Trigger},
	{Referrer, Rule},
	{Referrer, Trigger},
	{Rule, Trigger},
}

// paired tells whether the values of two dimensions are counted together.
func paired(a, b Dimension) bool {
	return slices.Contains(pairings[:], [2]Dimension{a, b}) || slices.Contains(pairings[:], [2]Dimension{b, a})
}

// pair is the places of two values in their columns.
type pair uint16

func pairOf(first, second int) pair { return pair(first<<8 | second) } //nolint:gosec // places are at most maxValues

func (p pair) first() int  { return int(p >> 8) }
func (p pair) second() int { return int(p & 0xff) }

// pairCounts is how often the pairs of two dimensions were seen, by first appearance.
type pairCounts struct {
	keys   []pair
	counts []uint32
	over   uint32
	index  []uint16 // of many keys: an open hash table of their places + 1
}

// fewPairs is up to where looking at all of them is faster than hashing.
const fewPairs = 16

func (p *pairCounts) clear() {
	p.keys, p.counts, p.index, p.over = p.keys[:0], p.counts[:0], p.index[:0], 0
}

func (p *pairCounts) count(key pair) {
	i := p.find(key)
	switch {
	case i >= 0:
		p.counts[i]++
	case len(p.keys) < maxPairs:
		p.add(key, 1)
	default:
		p.over++
	}
}

func (p *pairCounts) find(key pair) int {
	if len(p.keys) <= fewPairs {
		return slices.Index(p.keys, key)
	}
	for at := p.slot(key); ; at = (at + 1) & (len(p.index) - 1) {
		i := int(p.index[at]) - 1
		if i < 0 || p.keys[i] == key {
			return i
		}
	}
}

// slot is where the search for a key begins.
func (p *pairCounts) slot(key pair) int {
	return int(uint32(key)*0x9e3779b1>>16) & (len(p.index) - 1)
}

func (p *pairCounts) add(key pair, n uint32) {
	p.keys, p.counts = append(p.keys, key), append(p.counts, n)
	switch {
	case len(p.keys) <= fewPairs:
	case 2*len(p.keys) > len(p.index):
		size := 4 << bits.Len(uint(len(p.keys)))
		p.index = slices.Grow(p.index[:0], size)[:size]
		clear(p.index)
		for i := range p.keys {
			p.enter(i)
		}
	default:
		p.enter(len(p.keys) - 1)
	}
}

func (p *pairCounts) enter(i int) {
	at := p.slot(p.keys[i])
	for p.index[at] != 0 {
		at = (at + 1) & (len(p.index) - 1)
	}
	p.index[at] = uint16(i + 1) //nolint:gosec // at most maxPairs
}

// append appends the body of a section.
func (p *pairCounts) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(p.over))
	for i, key := range p.keys {
		b = append(b, byte(key>>8), byte(key)) //nolint:gosec // its two bytes
		b = binary.AppendUvarint(b, uint64(p.counts[i]))
	}
	return b
}

// load replaces what p holds by the body of a section.
func (p *pairCounts) load(body []byte) error {
	p.clear()
	over, err := readPairs(body, func(key pair, n uint32) { p.add(key, n) })
	p.over = over
	return err
}

// readPairs hands the pairs in the body of a section to each and returns what is over the cap.
func readPairs(body []byte, each func(key pair, n uint32)) (over uint32, err error) {
	over, n := readCount(body)
	if n <= 0 {
		return 0, errCounts
	}
	for body = body[n:]; len(body) > 0; body = body[2+n:] {
		if len(body) < 3 || body[0] > maxValues || body[1] > maxValues {
			return 0, errCounts
		}
		var count uint32
		if count, n = readCount(body[2:]); n <= 0 {
			return 0, errCounts
		}
		each(pairOf(int(body[0]), int(body[1])), count)
	}
	return over, nil
}

// readPairSections hands the sections of stored pairs to each.
func readPairSections(stored []byte, each func(t Traffic, pairing int, body []byte) error) error {
	if len(stored) == 0 {
		return nil
	}
	if stored[0] != pairsFormat {
		return fmt.Errorf("pairs in format %d: %w", stored[0], errCounts)
	}
	for rest := stored[1:]; len(rest) > 0; {
		var t byte
		var sections []byte
		var ok bool
		if t, sections, rest, ok = cutSection(rest); !ok || t >= byte(traffic) {
			return errCounts
		}
		for len(sections) > 0 {
			var n byte
			var body []byte
			if n, body, sections, ok = cutSection(sections); !ok {
				return errCounts
			}
			if int(n) >= len(pairings) {
				continue
			}
			if err := each(Traffic(t), int(n), body); err != nil {
				return err
			}
		}
	}
	return nil
}
