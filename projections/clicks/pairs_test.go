package clicks

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPairsAreCountedUpToTheCap(t *testing.T) {
	var p pairCounts
	want, over := map[pair]uint32{}, uint32(0)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 60_000 {
		key := pairOf(rng.IntN(100), rng.IntN(1+i%100))
		if _, known := want[key]; known || len(want) < maxPairs {
			want[key]++
		} else {
			over++
		}
		p.count(key)
		if i%1_000 == 0 || i == 30 { // what is stored must go on where it stopped
			if err := p.load(p.append(nil)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(p.keys) != maxPairs || p.over != over || over == 0 {
		t.Errorf("%d pairs and %d over, want %d and %d", len(p.keys), p.over, maxPairs, over)
	}
	for i, key := range p.keys {
		if p.counts[i] != want[key] {
			t.Errorf("%d and %d: %d, want %d", key.first(), key.second(), p.counts[i], want[key])
		}
	}
}

func TestBrokenPairsAreAnError(t *testing.T) {
	d := &day{texts: newTexts()}
	v := values{Country: d.texts.idOf("DE"), Device: d.texts.idOf("mobile")}
	d.count(Human, 0, &v)
	d.count(Human, 0, &v)
	stored := packed(d)
	for _, pairs := range [][]byte{
		{9}, {pairsFormat, 0}, {pairsFormat, 7, 0}, {pairsFormat, 0, 2, 0, 9}, {pairsFormat, 0, 2, 0, 0}, {pairsFormat, 0, 5, 0, 3, 0, 250, 0}, // a place that can't be
		{pairsFormat, 0, 4, 0, 2, 0, 1}, {pairsFormat, 1, 6, 0, 4, 0, 0, 0, 1}, // of a kind without clicks
	} {
		broken := packedDay{counts: stored.counts, hours: stored.hours, pairs: pairs}
		if err := d.load(&broken); !errors.Is(err, errCounts) {
			t.Errorf("%v: %v", pairs, err)
		}
	}
}

// Which dimensions can be asked for together is a matter of the stored format.
func TestPairings(t *testing.T) {
	five := []Dimension{Country, Device, Referrer, Rule, Trigger}
	for a := range dimensions {
		for b := range dimensions {
			want := a != b && slices.Contains(five, a) && slices.Contains(five, b)
			if paired(a, b) != want {
				t.Errorf("%s and %s: %v", a, b, !want)
			}
		}
	}
}
