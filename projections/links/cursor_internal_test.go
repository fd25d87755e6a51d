package links

import (
	"testing"

	"github.com/linklog/linklog/domain"
)

// FuzzCursor: whatever is taken for a cursor is in a form that Postgres takes, and reads the same
// once it is written again.
func FuzzCursor(f *testing.F) {
	c := cursor{Sort: ByTitle, Ascending: true, Text: "über <sale>", At: -1, Number: 7}
	f.Add(c.String(), "title", true)
	f.Add("e30", "", false)
	f.Add("12", "created_at", false)
	f.Fuzz(func(t *testing.T, s, by string, ascending bool) {
		c, err := parseCursor(s, Sort(by), ascending)
		switch {
		case err != nil:
			if domain.CodeOf(err) != domain.Validation {
				t.Error(err)
			}
			return
		case c == nil:
			return
		case c.at().UnixMicro() != c.At || clean(c.Text) != c.Text:
			t.Errorf("%+v", c)
		}
		again, err := parseCursor(c.String(), Sort(by), ascending)
		if err != nil || *again != *c {
			t.Errorf("%+v became %+v: %v", c, again, err)
		}
	})
}
