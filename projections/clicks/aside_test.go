package clicks_test

import (
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// entry is one record of partition 0: a click, a copy of the record at of, or (no click) one
// that can't be used.
type entry struct {
	offset int64
	click  *domain.Click
	of     int64 // -1: no copy
}

func original(offset int64, c domain.Click) entry   { return entry{offset, &c, -1} }
func copyOf(of, offset int64, c domain.Click) entry { return entry{offset, &c, of} }
func unusable(offset int64) entry                   { return entry{offset, nil, -1} }
func numbered(sequence uint64, utm string) domain.Click {
	return domain.Click{
		ID: domain.ClickID{Node: 1, Epoch: 1 << 63, Sequence: sequence}, Link: 7, At: time.Unix(1_790_000_000, 0).UTC(),
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", UTM: domain.UTM{Content: utm},
	}
}

// batches cuts a log into batches of n.
func batches(log []entry, n int) (all []projections.Batch[domain.Click]) {
	for len(log) > 0 {
		n := min(n, len(log))
		var b projections.Batch[domain.Click]
		for _, e := range log[:n] {
			b.Next = e.offset + 1
			if e.click == nil {
				b.SetAside = append(b.SetAside, e.offset)
				continue
			}
			r := projections.Record[domain.Click]{Offset: e.offset, Event: *e.click}
			if e.of >= 0 {
				r.RetryOf = &e.of
			}
			b.Records = append(b.Records, r)
		}
		all, log = append(all, b), log[n:]
	}
	return all
}

// TestCopiesOfWhatWasSetAside: a copy counts where its original did not, once, whatever came
// of its recorder meanwhile; so a generation that could not read the original and one that
// could add up to the same.
func TestCopiesOfWhatWasSetAside(t *testing.T) {
	a, b, c := numbered(1, "a"), numbered(2, "b"), numbered(3, "c")
	first := newTable(t)
	for name, test := range map[string]struct {
		log  []entry
		want string // the clicks in the order they are counted
	}{
		"a copy below what is counted":   {[]entry{original(0, a), unusable(1), original(2, c), copyOf(1, 3, b)}, "acb"},
		"copied twice":                   {[]entry{original(0, a), unusable(1), copyOf(1, 2, b), copyOf(1, 3, b)}, "ab"},
		"the original was counted":       {[]entry{original(0, a), original(1, b), original(2, c), copyOf(1, 3, b)}, "abc"},
		"its recorder goes on":           {[]entry{unusable(0), copyOf(0, 1, a), original(2, b), original(3, b), original(4, c)}, "abc"},
		"set aside twice, copied both":   {[]entry{unusable(0), unusable(1), original(2, b), copyOf(0, 3, a), copyOf(1, 4, a)}, "ba"},
		"the first copy can't be used":   {[]entry{unusable(0), unusable(1), original(2, b), copyOf(0, 3, a)}, "ba"},
		"a copy of nothing":              {[]entry{original(0, a), copyOf(9, 1, b)}, "a"},
		"copies in another order":        {[]entry{unusable(0), unusable(1), unusable(2), copyOf(2, 3, c), copyOf(0, 4, a), copyOf(1, 5, b)}, "cab"},
		"sent again behind its own copy": {[]entry{original(0, a), unusable(1), original(2, c), copyOf(1, 3, b), original(4, c)}, "acb"},
		"copies from another topic":      {[]entry{original(0, b), copyOf(1, 1, a), copyOf(2, 2, a), original(3, c)}, "bac"},
		"nothing but what can't be used": {[]entry{unusable(0), unusable(1)}, ""},
	} {
		plain := first.another(t)
		var clicks []domain.Click
		for i, name := range test.want {
			clicks = append(clicks, map[rune]domain.Click{'a': a, 'b': b, 'c': c}[name])
			clicks[i].ID.Node = uint64(i) // nothing is a duplicate here
		}
		if len(clicks) > 0 {
			plain.apply(t, clicks)
		}
		want := plain.counts(t)
		for _, size := range []int{1, 2, len(test.log)} {
			db := first.another(t)
			for _, b := range batches(test.log, size) {
				if err := db.tryApply(t.Context(), b); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			if got := db.counts(t); got != want {
				t.Errorf("%s, in batches of %d: got\n%s\nwant\n%s", name, size, got, want)
			}
		}
	}
}
