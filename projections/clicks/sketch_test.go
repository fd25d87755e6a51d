package clicks

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func sketchOf(hashes []uint64) []byte {
	var s sketch
	for _, h := range hashes {
		s.add(h)
	}
	return s.append(nil)
}

func TestSketchIsExactWhileSmall(t *testing.T) {
	var hashes []uint64
	for n := range uint64(maxExact + 1) {
		if got, err := estimateVisitors(sketchOf(append(hashes, hashes...))); err != nil || got != n {
			t.Fatalf("%d visitors: got %d, %v", n, got, err)
		}
		hashes = append(hashes, n*7919)
	}
}

// Visitors are numbered here, not hashed: the sketch must not rely on good hashes.
func TestSketchError(t *testing.T) {
	for _, n := range []uint64{257, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 1_000_000} {
		var squares float64
		const rounds = 40
		for round := range uint64(rounds) {
			var s sketch
			for v := range n {
				s.add(round<<32 | v)
			}
			got, err := estimateVisitors(s.append(nil))
			if err != nil {
				t.Fatal(err)
			}
			e := float64(got)/float64(n) - 1
			squares += e * e
		}
		deviation := math.Sqrt(squares / rounds)
		t.Logf("%8d visitors: %.2f %%", n, 100*deviation)
		if deviation > 0.022 { // 1.04/√4096 is 1.6 %
			t.Errorf("%d visitors: standard error %.2f %%", n, 100*deviation)
		}
	}
}

func TestSketchDependsOnNothingButVisitors(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 100, maxExact, maxExact + 1, 3_000} {
		hashes := make([]uint64, n)
		for i := range hashes {
			hashes[i] = rng.Uint64()
		}
		want := sketchOf(hashes)
		var stored []byte
		for rest := slices.Concat(hashes[n/2:], hashes); len(rest) > 0; {
			cut := min(1+rng.IntN(200), len(rest))
			var s sketch
			if err := s.load(stored); err != nil {
				t.Fatal(err)
			}
			for _, h := range rest[:cut] {
				s.add(h)
			}
			stored, rest = s.append(nil), rest[cut:]
		}
		if !bytes.Equal(want, stored) {
			t.Errorf("%d visitors: bytes depend on batches", n)
		}
	}
}

func FuzzSketch(f *testing.F) {
	f.Add([]byte{})
	f.Add(sketchOf([]uint64{1, 2}))
	f.Add(bytes.Repeat([]byte{sketchMany}, 1+registers))
	f.Add([]byte{3})
	f.Fuzz(func(t *testing.T, stored []byte) {
		_, _ = estimateVisitors(stored)
		var s sketch
		if s.load(stored) == nil {
			s.add(42)
			if _, err := estimateVisitors(s.append(nil)); err != nil {
				t.Error(err)
			}
		}
	})
}

// estimateVisitors is what a stored sketch says.
func estimateVisitors(stored []byte) (uint64, error) {
	var s sketch
	if err := s.load(stored); err != nil {
		return 0, err
	}
	return s.count(), nil
}
