package clicks

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
)

// sketch counts distinct visitors: exactly while they are few, then by HyperLogLog with 4,096
// registers (standard error 1.6 %). Its stored form depends only on which visitors were
// added, never on their order.
//
// Stored form: nothing; or a 1 and the hashes, ascending, 8 bytes each; or a 2 and a byte per
// register.
type sketch struct {
	hashes    []uint64 // while few; sorted and distinct after settle
	registers []byte   // once many; empty before
	settled   int      // how many of hashes are sorted and distinct
}

const (
	sketchExact  = 1
	sketchMany   = 2
	maxExact     = 256
	registerBits = 12
	registers    = 1 << registerBits
)

var errSketch = errors.New("visitors are not in a known format")

// load replaces what s holds by a stored form.
func (s *sketch) load(stored []byte) error {
	s.hashes, s.registers, s.settled = s.hashes[:0], s.registers[:0], 0
	switch {
	case len(stored) == 0:
	case stored[0] == sketchExact && len(stored)%8 == 1 && len(stored) <= 1+8*maxExact:
		for b := stored[1:]; len(b) > 0; b = b[8:] {
			s.hashes = append(s.hashes, binary.BigEndian.Uint64(b))
		}
		s.settled = len(s.hashes)
	case stored[0] == sketchMany && len(stored) == 1+registers:
		s.registers = append(s.registers, stored[1:]...)
	default:
		return errSketch
	}
	return nil
}

// add counts a visitor.
func (s *sketch) add(hash uint64) {
	if len(s.registers) > 0 {
		s.raise(hash)
		return
	}
	s.hashes = append(s.hashes, hash)
	if len(s.hashes) >= 2*maxExact {
		s.settle()
	}
}

// settle sorts what was added, and goes over to registers if it is too much.
func (s *sketch) settle() {
	if len(s.hashes) == s.settled {
		return
	}
	slices.Sort(s.hashes)
	s.hashes = slices.Compact(s.hashes)
	s.settled = len(s.hashes)
	if len(s.hashes) <= maxExact {
		return
	}
	s.registers = slices.Grow(s.registers[:0], registers)[:registers]
	clear(s.registers)
	for _, h := range s.hashes {
		s.raise(h)
	}
	s.hashes, s.settled = s.hashes[:0], 0
}

func (s *sketch) raise(hash uint64) {
	h := mix(hash)
	i := h >> (64 - registerBits)
	rank := byte(bits.LeadingZeros64(h<<registerBits|1<<(registerBits-1)) + 1) //nolint:gosec // at most 53
	s.registers[i] = max(s.registers[i], rank)
}

// mix spreads a hash over all 64 bits (the finaliser of SplitMix64), so that accuracy doesn't
// hang on how the visitor's hash was made.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// append appends the stored form.
func (s *sketch) append(b []byte) []byte {
	s.settle()
	if len(s.registers) > 0 {
		return append(append(b, sketchMany), s.registers...)
	}
	if len(s.hashes) == 0 {
		return b
	}
	b = append(b, sketchExact)
	for _, h := range s.hashes {
		b = binary.BigEndian.AppendUint64(b, h)
	}
	return b
}

// count says how many distinct visitors were added. It must be called after append, which
// settles.
func (s *sketch) count() uint64 {
	if len(s.registers) == 0 {
		return uint64(len(s.hashes))
	}
	return s.estimate()
}

// estimate is Ertl's improved raw estimator ("New cardinality estimation algorithms for
// HyperLogLog sketches", 2017): no bias table, no jump between small and large.
func (s *sketch) estimate() uint64 {
	const most = 64 - registerBits // ranks 0 … most+1
	var histogram [most + 2]float64
	for _, r := range s.registers {
		histogram[min(int(r), most+1)]++
	}
	const m = float64(registers)
	z := m * tau(1-histogram[most+1]/m)
	for k := most; k >= 1; k-- {
		z = 0.5 * (z + histogram[k])
	}
	z += m * sigma(histogram[0]/m)
	return uint64(math.Round(m * m / (2 * math.Ln2 * z)))
}

func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	z, y := x, 1.0
	for last := math.NaN(); z != last; y *= 2 {
		x *= x
		last = z
		z += x * y
	}
	return z
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	z, y := 1-x, 1.0
	for last := math.NaN(); z != last; {
		x = math.Sqrt(x)
		last = z
		y *= 0.5
		z -= (1 - x) * (1 - x) * y
	}
	return z / 3
}
