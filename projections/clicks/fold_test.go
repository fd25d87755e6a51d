package clicks_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestBatchBordersDoNotMatter(t *testing.T) {
	s := newStream(7, 40, 3_000, 5*24*time.Hour)
	stream := s.take(3_000)
	whole := newTable(t)
	whole.apply(t, stream)
	want := whole.hash(t)
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 2))
		cut := whole.another(t)
		for rest := stream; len(rest) > 0; {
			n := min(1+rng.IntN(400), len(rest))
			cut.apply(t, rest[:n])
			if rng.IntN(3) == 0 {
				cut.fold.Reset(0)
			}
			if rng.IntN(4) == 0 {
				cut.apply(t, rest[rng.IntN(n):n]) // sent again
			}
			rest = rest[n:]
		}
		if got := cut.hash(t); got != want {
			t.Errorf("seed %d: rows differ", seed)
		}
	}
}
