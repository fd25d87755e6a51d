package imports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRecord is how long a record may be, in bytes.
const maxRecord = 1 << 20

var errTooLong = fmt.Errorf("a record is longer than %d bytes: is a quote not closed?", maxRecord)

// layout is how a table's columns are called: by each field, all its names in the spelling of
// plain.
type layout struct {
	columns map[string][]string
	needs   []string // fields without which a row means nothing
}

// plain is a column's name without what people write differently.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, name)
}

// in finds the fields' columns in a header; missing are the needed ones that aren't there.
func (l *layout) in(header []string) (places map[string]int, missing []string) {
	places = map[string]int{}
	for field, names := range l.columns {
		for _, name := range names { // the first name that is there counts
			if i := slices.IndexFunc(header, func(h string) bool { return plain(h) == name }); i >= 0 {
				places[field] = i
				break
			}
		}
	}
	for _, field := range l.needs {
		if _, ok := places[field]; !ok {
			missing = append(missing, l.columns[field][0])
		}
	}
	return places, missing
}

// row is one record of a table.
type row struct {
	places map[string]int
	values []string
	zone   *time.Location
	line   int // in the file; 0: not known
}

// get is a field's text, empty if it has none.
func (r *row) get(field string) string {
	if i, ok := r.places[field]; ok && i < len(r.values) && r.values[i] != null {
		return r.values[i]
	}
	return ""
}

// null is how database clients write that there is no value.
const null = `\N`

// count is a number of clicks; what isn't one is none.
func (r *row) count(field string) uint64 {
	n, _ := strconv.ParseUint(strings.NewReplacer(",", "", " ", "", "'", "").Replace(r.get(field)), 10, 64)
	return n
}

// time is a field's time, zero without one.
func (r *row) time(field string) (time.Time, error) {
	at, err := parseTime(r.get(field), r.zone)
	if err != nil {
		return at, fmt.Errorf("%s: %w", field, err)
	}
	return at, nil
}

// yes reads a field that is true or false.
func (r *row) yes(field string) bool {
	switch strings.ToLower(strings.TrimSpace(r.get(field))) {
	case "1", "true", "t", "yes", "y":
		return true
	}
	return false
}

// at says where an error is.
func (r *row) at(err error) error {
	if err == nil || r.line == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", r.line, err)
}

// table is one of a format's tables.
type table struct {
	layout

	link  func(r *row) Link  // what a row is: one of these is set
	click func(r *row) Click //
}

// tables are all of a format.
type tables []table

// find is the table that has such a header, best the one that understands most of it.
func (t tables) find(header []string) (*table, map[string]int, error) {
	var best *table
	var where map[string]int
	var lacks []string
	for i := range t {
		places, missing := t[i].in(header)
		if len(missing) > 0 {
			if lacks == nil || len(missing) < len(lacks) {
				lacks = missing
			}
			continue
		}
		if best == nil || len(places) > len(where) {
			best, where = &t[i], places
		}
	}
	if best == nil {
		return nil, nil, fmt.Errorf("the column %s is missing; there are %s", strings.Join(lacks, ", "), shortened(strings.Join(header, ", ")))
	}
	return best, where, nil
}

// reading is what one pass over files is for: links or clicks.
type reading struct {
	link  func(Link) error
	click func(Click) error
}

// wants reports whether a table is asked for.
func (g reading) wants(t *table) bool {
	return t.link != nil && g.link != nil || t.click != nil && g.click != nil
}

// take hands on what a row is.
func (g reading) take(t *table, r *row) error {
	if t.link != nil {
		l := t.link(r)
		l.Err = r.at(l.Err)
		return g.link(l)
	}
	c := t.click(r)
	c.Err = r.at(c.Err)
	return g.click(c)
}
