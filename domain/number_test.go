package domain_test

import (
	"fmt"
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestNumbersNeverMeet(t *testing.T) {
	t.Parallel()
	seen := map[domain.LinkNumber]bool{}
	for _, partition := range []int32{0, 7, domain.MaxPartitions - 1} {
		g := domain.Numbering{Partition: partition, Secret: []byte("secret")}
		for i := range uint64(20_000) {
			for _, counter := range []uint64{i + 1, 1<<43 - 1 - i} {
				n := g.Number(counter)
				if n == 0 || n >= 1<<53 || seen[n] || n.Partition() != partition {
					t.Fatalf("counter %d of partition %d: %d of partition %d, seen %v", counter, partition, n, n.Partition(), seen[n])
				}
				seen[n] = true
			}
		}
	}
}

func TestNumbersAreNotGuessed(t *testing.T) {
	t.Parallel()
	a := domain.Numbering{Partition: 1, Secret: []byte("one")}
	b := domain.Numbering{Partition: 1, Secret: []byte("two")}
	steps := map[int64]bool{}
	for i := range uint64(1000) {
		if a.Number(i) == b.Number(i) {
			t.Errorf("counter %d: the same number under another secret", i)
		}
		steps[int64(a.Number(i+1))-int64(a.Number(i))] = true //nolint:gosec // 53 bits
	}
	if len(steps) < 990 {
		t.Errorf("only %d distances between 1,000 neighbours", len(steps))
	}
}

func TestParseLinkNumber(t *testing.T) {
	t.Parallel()
	n := domain.Numbering{Partition: 5, Secret: []byte("secret")}.Number(1)
	if got, err := domain.ParseLinkNumber(n.String()); err != nil || got != n {
		t.Errorf("%s: %s, %v", n, got, err)
	}
	for _, bad := range []string{
		"", "lnk_", "lnk_0", "lnk_1", n.String()[4:], "LNK_" + n.String()[4:], n.String() + " ", "lnk_0" + n.String()[4:],
		"lnk_+" + n.String()[4:], "lnk_zzzzzzzzzzzz", "lnk_-1", fmt.Sprintf("lnk_%d", 1<<43),
	} {
		if got, err := domain.ParseLinkNumber(bad); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%q: %d, %v", bad, got, err)
		}
	}
}

func FuzzParseLinkNumber(f *testing.F) {
	f.Add("lnk_2gosa7pa2gv")
	f.Add("lnk_1")
	f.Fuzz(func(t *testing.T, id string) {
		n, err := domain.ParseLinkNumber(id)
		if err != nil {
			return
		}
		if n.String() != id || n >= 1<<53 || n.Partition() < 0 || n.Partition() >= domain.MaxPartitions {
			t.Errorf("%q: %d in partition %d", id, n, n.Partition())
		}
	})
}

func TestPartitionOf(t *testing.T) {
	t.Parallel()
	// These are on disk for ever: a key must never change its partition.
	for key, want := range map[string]int32{"": 5, "a": 4, "foobar": 0} {
		if got := domain.PartitionOf(key, 8); got != want {
			t.Errorf("%q: %d, want %d", key, got, want)
		}
	}
	hits := make([]int, 8)
	for i := range 8000 {
		hits[domain.PartitionOf(fmt.Sprintf("host%d.example", i), 8)]++
	}
	for p, n := range hits {
		if n < 700 || n > 1300 {
			t.Errorf("partition %d gets %d of 8,000 keys", p, n)
		}
	}
}
