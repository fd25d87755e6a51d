package clicks

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountsComeBack(t *testing.T) {
	d := &day{texts: newTexts()}
	add := func(times int, kind Traffic, slot int, country string) {
		for range times {
			v := values{Country: d.texts.idOf(country)}
			d.count(kind, slot, &v)
		}
	}
	add(1, Human, 0, "DE")
	add(300, Human, 95, "DE")
	add(2, Human, 50, "FR")
	add(1, Heads, 4, "US")
	stored := packed(d)
	want := "\n  human at 00:00=1 12:30=2 23:45=300\n  human country \"DE\" 00h=1 23h=300 \"FR\" 12h=2\n  heads at 01:00=1\n  heads country \"US\" 01h=1"
	if got := describe(t, stored.counts, stored.hours); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if err := d.load(&stored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, packed(d), cmp.AllowUnexported(packedDay{})); diff != "" {
		t.Error("reading and writing changed the bytes", diff)
	}
	if got, want := d.totals(), (Counts{Human: 303, Heads: 1}); got != want {
		t.Errorf("totals: got %+v, want %+v", got, want)
	}
}

func TestValuesAreCapped(t *testing.T) {
	d := &day{texts: newTexts()}
	for i := range 3 * maxValues {
		v := values{Country: d.texts.idOf(fmt.Sprint(i)), Language: d.texts.idOf("en")}
		d.count(Human, 0, &v)
		if i%50 == 0 { // what is stored must go on where it stopped
			stored := packed(d)
			if err := d.load(&stored); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := values{Country: d.texts.idOf("7")}
	d.count(Human, 4, &v)
	c := &d.kinds[Human].columns[Country]
	if len(c.ids) != maxValues+1 || c.ids[maxValues] != 0 || c.hours[maxValues][0] != 2*maxValues {
		t.Errorf("%d values, %d over the cap", len(c.ids), c.hours[len(c.ids)-1][0])
	}
	if c.hours[7] != (hourly{0: 1, 1: 1}) {
		t.Error("a value that is kept isn't counted any more")
	}
	if got := len(d.pack().counts); got > 1500 {
		t.Errorf("%d bytes", got)
	}
}

// A reader steps over what it doesn't know, so that sections can be added.
func TestUnknownSectionsAreSteppedOver(t *testing.T) {
	known := appendSection(nil, byte(slots), []byte{3})
	stored := appendSection([]byte{countsFormat}, byte(Human), append(appendSection(nil, 200, []byte("from the future")), known...))
	if got := describe(t, stored, nil); got != "\n  human at 00:45=1" {
		t.Errorf("got %s", got)
	}
}

func TestBrokenCountsAreAnError(t *testing.T) {
	for _, stored := range [][]byte{
		{2}, {countsFormat, 0}, {countsFormat, 9, 0}, {countsFormat, 0, 200}, {countsFormat, 0, 2, 1, 5}, {countsFormat, 0, 4, 1, 2, 9, 9},
		{countsFormat, 0, 3, 0, 1, 97}, {countsFormat, 0, 4, 1, 2, 0, 30}, {countsFormat, 0, 3, 1, 1, 0}, {countsFormat, 0, 4, 1, 2, 1, 0x80},
	} {
		if err := readCounts(stored, nil, &describer{}); !errors.Is(err, errCounts) {
			t.Errorf("%v: %v", stored, err)
		}
	}
	counts := []byte{countsFormat, 0, 5, 1, 3, 3, 'x', 5} // five times, at several hours
	for _, hours := range [][]byte{nil, {2}, {countsFormat, 0, 3, 1, 1, 3}, {countsFormat, 0, 4, 1, 2, 1, 24}, {countsFormat, 0}} {
		if err := readCounts(counts, hours, &describer{}); !errors.Is(err, errCounts) {
			t.Errorf("hours %v: %v", hours, err)
		}
	}
}

// packed is the stored form of a day.
func packed(d *day) packedDay {
	p := d.pack()
	return packedDay{bytes.Clone(p.counts), bytes.Clone(p.hours), bytes.Clone(p.pairs), bytes.Clone(p.sketch)}
}

func FuzzReadCounts(f *testing.F) {
	d := &day{texts: newTexts()}
	v := values{Country: d.texts.idOf("DE")}
	d.count(Bot, 3, &v)
	d.count(Bot, 50, &v)
	f.Add(d.pack().counts, d.pack().hours, d.pack().pairs)
	f.Add([]byte{countsFormat, 0, 4, 1, 2, 9, 9}, []byte{}, []byte{pairsFormat, 0, 5, 0, 3, 1, 1, 1})
	f.Fuzz(func(t *testing.T, counts, hours, pairs []byte) {
		d := &day{texts: newTexts()}
		if d.load(&packedDay{counts: counts, hours: hours, pairs: pairs}) != nil {
			return
		}
		once := packed(d)
		if err := d.load(&once); err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		if diff := cmp.Diff(once, packed(d), cmp.AllowUnexported(packedDay{})); diff != "" {
			t.Error("reading and writing changed the bytes", diff)
		}
	})
}

func describe(t *testing.T, counts, hours []byte) string {
	t.Helper()
	text, err := DescribeCounts(counts, hours)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCacheForgetsTheOldest(t *testing.T) {
	c := newCache[int, int](10)
	for i := range 100 {
		c.put(i, i)
		if v, ok := c.get(0); i < 100 && (!ok || v != 0) {
			t.Fatalf("what is asked for all the time was forgotten after %d", i)
		}
	}
	if n := len(c.young) + len(c.old); n > 20 {
		t.Errorf("%d entries", n)
	}
	if _, ok := c.get(50); ok {
		t.Error("50 should be forgotten")
	}
	if v, ok := c.get(99); !ok || v != 99 {
		t.Error("99 was forgotten")
	}
}
