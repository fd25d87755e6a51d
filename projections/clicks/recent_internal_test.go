package clicks

import (
	"fmt"
	"testing"
)

// FuzzReadRecent gives bytes to the readers of recent clicks: both take the same, and a row
// that was taken can be gone on with.
func FuzzReadRecent(f *testing.F) {
	row := recentRow{texts: newTexts()}
	row.clear()
	for i := range 5 {
		c := seenClick{millis: int64(1000 - i), kind: Traffic(i % 3)}
		c.values[Country], c.values[City] = row.texts.idOf("DE"), row.texts.idOf(fmt.Sprint(i/2))
		row.add(&c)
	}
	f.Add(row.packed)
	f.Add([]byte{recentFormat, 0, 2, 4, 0, 1, 'x', sameMask, 3, 1})
	f.Fuzz(func(t *testing.T, stored []byte) {
		n, last := 0, recentClick{}
		err := readRecent(stored, func(c *recentClick) { n++; last = *c })
		row := recentRow{texts: newTexts()}
		row.clear()
		loaded := row.load(stored)
		if len(stored) > 0 && (err == nil) != (loaded == nil) {
			t.Fatalf("reading: %v, loading: %v", err, loaded)
		}
		if err != nil || loaded != nil {
			return
		}
		if row.mask != last.mask || row.millis != last.millis {
			t.Errorf("loading ended with %x at %d, reading with %x at %d", row.mask, row.millis, last.mask, last.millis)
		}
		c := seenClick{millis: row.millis + 1}
		c.values[Slug] = row.texts.idOf("added")
		row.add(&c)
		if err := readRecent(row.packed, func(c *recentClick) { n--; last = *c }); err != nil || n != -1 || string(last.values[Slug]) != "added" {
			t.Errorf("%v, %d clicks missing, the last is of %q", err, n, last.values[Slug])
		}
	})
}
