package clicks

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestSums(t *testing.T) {
	const limit = 5_000
	s, want, over := newSums(limit), map[string]uint64{}, uint64(0)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		text := fmt.Sprint(rng.IntN(7_000))
		n := rng.Uint64N(9)
		s.add([]byte(text), n)
		if _, known := want[text]; known || len(want) < limit {
			want[text] += n
		} else {
			over += n
		}
	}
	s.add(nil, 7)
	over += 7
	if len(s.entries) != len(want) || s.over != over {
		t.Errorf("%d texts and %d over, want %d and %d", len(s.entries), s.over, len(want), over)
	}
	for i := range s.entries {
		e := &s.entries[i]
		if text := string(s.text(e)); want[text] != e.clicks {
			t.Errorf("%s: %d, want %d", text, e.clicks, want[text])
		}
	}
}
