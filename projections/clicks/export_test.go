package clicks

import (
	"fmt"
	"strings"

	"github.com/linklog/linklog/domain"
)

// MaxValues is the cap of values of a dimension.
const MaxValues = maxValues

// NewFoldWith makes a fold with another bot list.
func NewFoldWith(bots string) *Fold { return newFold(bots) }

// DescribeCounts writes stored counts as lines of text.
func DescribeCounts(counts, hours []byte) (string, error) {
	var d describer
	if err := readCounts(counts, hours, &d); err != nil {
		return "", err
	}
	return d.String(), nil
}

type describer struct {
	strings.Builder

	kind Traffic
	last Dimension
}

var trafficNames = [...]string{"human", "bot", "heads"}

func (d *describer) wants(Traffic, Dimension) bool { return true }

func (d *describer) slot(t Traffic, slot int, n uint32) {
	d.section(t, slots, "at")
	fmt.Fprintf(d, " %02d:%02d=%d", slot/4, slot%4*15, n)
}

func (d *describer) value(t Traffic, dim Dimension, text []byte, stored storedHours) error {
	d.section(t, dim, dim.String())
	fmt.Fprintf(d, " %q", text)
	var h hourly
	if err := stored.hourly(&h); err != nil {
		return err
	}
	for hour, n := range h {
		if n > 0 {
			fmt.Fprintf(d, " %02dh=%d", hour, n)
		}
	}
	return nil
}

func (d *describer) section(t Traffic, dim Dimension, name string) {
	if d.Len() == 0 || d.kind != t || d.last != dim {
		fmt.Fprintf(d, "\n  %s %s", trafficNames[t], name)
	}
	d.kind, d.last = t, dim
}

// DescribePairs writes stored pairs as lines of text, with the values that stored counts have.
func DescribePairs(counts, hours, pairs []byte) (string, error) {
	d := &day{texts: newTexts()}
	if err := d.load(&packedDay{counts: counts, hours: hours, pairs: pairs}); err != nil {
		return "", err
	}
	var out strings.Builder
	for t := range d.kinds {
		for i, p := range pairings {
			c := &d.kinds[t].pairs[i]
			if len(c.keys) == 0 {
				continue
			}
			fmt.Fprintf(&out, "\n  %s %s and %s", trafficNames[t], p[0], p[1])
			for n, key := range c.keys {
				columns := &d.kinds[t].columns
				fmt.Fprintf(&out, " %q+%q=%d", d.texts.text(columns[p[0]].ids[key.first()]), d.texts.text(columns[p[1]].ids[key.second()]), c.counts[n])
			}
			if c.over > 0 {
				fmt.Fprintf(&out, " over %d", c.over)
			}
		}
	}
	return out.String(), nil
}

// ValuesOf is what a click counts as.
func ValuesOf(c *domain.Click) (Traffic, map[Dimension]string) {
	f := newFacts(newClassifier(botList))
	var v values
	t := f.of(c, &v)
	texts := map[Dimension]string{}
	for d, id := range v {
		if id != 0 {
			texts[Dimension(d)] = f.texts.text(id)
		}
	}
	return t, texts
}
