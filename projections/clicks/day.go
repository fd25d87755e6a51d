package clicks

import "slices"

// day is one row while it is being counted: what was stored, and what a batch adds. It is
// used for one row after another, to spare the allocations.
type day struct {
	texts    *texts
	kinds    [traffic]tally
	visitors sketch
	packed   packedDay

	body, sections, hourBody, hourSections []byte // scratch of pack
}

// packedDay is the packed columns of a row.
type packedDay struct{ counts, hours, pairs, sketch []byte }

// tally is what one kind of traffic did on that day.
type tally struct {
	used    bool
	total   uint64 // the sum of slots
	slots   [slotsPerDay]uint32
	columns [dimensions]column
	pairs   [len(pairings)]pairCounts
}

// column is the values of one dimension by first appearance, and how often each came when.
type column struct {
	ids   []uint32
	hours []hourly
	used  []uint32 // the hours in which something was counted, a bit each
}

// values are the ids of a click's texts by dimension; 0 where it has none.
type values [dimensions]uint32

// load replaces what d holds by a stored row; its parts may be empty.
func (d *day) load(stored *packedDay) error {
	for i := range d.kinds {
		d.kinds[i].clear()
	}
	if err := d.visitors.load(stored.sketch); err != nil {
		return err
	}
	if err := readCounts(stored.counts, stored.hours, d); err != nil {
		return err
	}
	err := readPairSections(stored.pairs, func(t Traffic, pairing int, body []byte) error {
		if !d.kinds[t].used {
			return errCounts
		}
		return d.kinds[t].pairs[pairing].load(body)
	})
	for i := range d.kinds {
		d.kinds[i].pairAlone()
	}
	return err
}

// pairAlone makes the pairs of a kind that has had one click: they are not stored.
func (t *tally) pairAlone() {
	if !t.used || t.total != 1 {
		return
	}
	for i, p := range pairings {
		if len(t.columns[p[0]].ids) > 0 && len(t.columns[p[1]].ids) > 0 {
			t.pairs[i].clear()
			t.pairs[i].add(pairOf(0, 0), 1)
		}
	}
}

func (t *tally) clear() {
	if !t.used {
		return
	}
	t.used, t.total = false, 0
	t.slots = [slotsPerDay]uint32{}
	for i := range t.columns {
		c := &t.columns[i]
		c.ids, c.hours, c.used = c.ids[:0], c.hours[:0], c.used[:0]
	}
	for i := range t.pairs {
		t.pairs[i].clear()
	}
}

func (d *day) wants(Traffic, Dimension) bool { return true }

func (d *day) slot(t Traffic, slot int, n uint32) {
	d.kinds[t].used = true
	d.kinds[t].total += uint64(n)
	d.kinds[t].slots[slot] = n
}

func (d *day) value(t Traffic, dim Dimension, text []byte, h storedHours) error {
	d.kinds[t].used = true
	c := &d.kinds[t].columns[dim]
	i := c.append(d.texts.id(text))
	err := h.hourly(&c.hours[i])
	for hour, n := range c.hours[i] {
		if n > 0 {
			c.used[i] |= 1 << hour
		}
	}
	return err
}

// count adds a click.
func (d *day) count(t Traffic, slot int, v *values) {
	k := &d.kinds[t]
	k.used = true
	k.slots[slot]++
	k.total++
	hour := slot / slotsPerHour
	var places [dimensions]int
	for i := int(slots) + 1; i < int(dimensions); i++ {
		if v[i] != 0 {
			places[i] = k.columns[i].count(v[i], hour)
		}
	}
	for i, p := range &pairings {
		if v[p[0]] != 0 && v[p[1]] != 0 {
			k.pairs[i].count(pairOf(places[p[0]], places[p[1]]))
		}
	}
}

// count counts a value in an hour and returns its place in the column.
func (c *column) count(id uint32, hour int) int {
	i := slices.Index(c.ids, id)
	switch {
	case i >= 0:
	case len(c.ids) < maxValues:
		i = c.append(id)
	case len(c.ids) == maxValues:
		i = c.append(0) // the rest
	default:
		i = maxValues
	}
	c.hours[i][hour]++
	c.used[i] |= 1 << hour
	return i
}

func (c *column) append(id uint32) int {
	c.ids = append(c.ids, id)
	c.hours = append(c.hours, hourly{})
	c.used = append(c.used, 0)
	return len(c.ids) - 1
}

// totals is how many clicks the day has.
func (d *day) totals() Counts {
	var c Counts
	for t := range traffic {
		if d.kinds[t].used {
			c.add(t, d.kinds[t].total)
		}
	}
	return c
}

// pack returns the stored form, which is valid until d is packed again. The same clicks in
// the same order give the same bytes, however they were cut into batches.
func (d *day) pack() *packedDay {
	p := &d.packed
	p.counts, p.hours, p.pairs = append(p.counts[:0], countsFormat), append(p.hours[:0], countsFormat), append(p.pairs[:0], pairsFormat)
	for t := range d.kinds {
		k, tag := &d.kinds[t], byte(t) //nolint:gosec // below 3
		if !k.used {
			continue
		}
		d.packCounts(k)
		p.counts = appendSection(p.counts, tag, d.sections)
		if len(d.hourSections) > 0 {
			p.hours = appendSection(p.hours, tag, d.hourSections)
		}
		if d.packPairs(k); len(d.sections) > 0 {
			p.pairs = appendSection(p.pairs, tag, d.sections)
		}
	}
	if len(p.hours) == 1 {
		p.hours = p.hours[:0]
	}
	if len(p.pairs) == 1 {
		p.pairs = p.pairs[:0]
	}
	p.sketch = d.visitors.append(p.sketch[:0])
	return p
}

// packCounts makes the sections of a kind's counts and hours.
func (d *day) packCounts(t *tally) {
	d.body = appendSlots(d.body[:0], &t.slots)
	d.sections, d.hourSections = appendSection(d.sections[:0], byte(slots), d.body), d.hourSections[:0]
	for dim := range t.columns {
		c := &t.columns[dim]
		if len(c.ids) == 0 {
			continue
		}
		d.body, d.hourBody = d.body[:0], d.hourBody[:0]
		for i, id := range c.ids {
			d.body, d.hourBody = appendValue(d.body, d.hourBody, d.texts.text(id), &c.hours[i], c.used[i])
		}
		d.sections = appendSection(d.sections, byte(dim), d.body) //nolint:gosec // below 256
		if len(d.hourBody) > 0 {
			d.hourSections = appendSection(d.hourSections, byte(dim), d.hourBody) //nolint:gosec // below 256
		}
	}
}

// packPairs makes the sections of a kind's pairs: none if there are none to store.
func (d *day) packPairs(t *tally) {
	d.sections = d.sections[:0]
	if t.total <= 1 {
		return
	}
	for i := range t.pairs {
		if len(t.pairs[i].keys) > 0 {
			d.body = t.pairs[i].append(d.body[:0])
			d.sections = appendSection(d.sections, byte(i), d.body) //nolint:gosec // below 256
		}
	}
}
