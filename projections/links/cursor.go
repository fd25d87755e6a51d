package links

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// cursor is where a list goes on: behind a link, as what it was sorted by when it was seen. What
// has become of the link since doesn't matter.
type cursor struct {
	Sort      Sort   `json:"sort"`
	Ascending bool   `json:"asc,omitempty"`
	Text      string `json:"text,omitempty"` // slug, title or destination, as they are sorted
	At        int64  `json:"at,omitempty"`   // of its creation or change, in microseconds since 1970
	Number    int64  `json:"n"`
}

// Times from year 1 to 9999, in microseconds: Postgres and the program both have them.
const (
	firstTime = -62_135_596_800_000_000
	lastTime  = 253_402_300_799_999_999
)

func (c *cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil { // texts and numbers always have an encoding
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func (c *cursor) at() time.Time { return time.UnixMicro(c.At).UTC() }

// parseCursor reads the cursor of a list in that order; nil for none. Whoever makes one up gets
// another part of the same list.
func parseCursor(s string, by Sort, ascending bool) (*cursor, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // from the start
	}
	var c cursor
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	switch {
	case err != nil, clean(c.Text) != c.Text, c.At < firstTime, c.At > lastTime:
		return nil, domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
	case c.Sort != by, c.Ascending != ascending:
		return nil, domain.Errorf(domain.Validation, "cursor", "cursor is of a list in another order")
	}
	return &c, nil
}

// keys are the columns that cursors are made of.
func (o order) keys() string {
	at, text := "l.created", map[Sort]string{BySlugText: slugKey, ByTitle: "l.title", ByDestination: linkAddress}[o.sort]
	if o.sort == ByUpdated {
		at = "l.updated"
	}
	if text == "" {
		text = "''"
	}
	return text + ", coalesce(" + at + ", to_timestamp(0))"
}

// placed is a link and its place in a list.
type placed struct {
	link domain.Link
	at   cursor
}

func (o order) scan(row pgx.CollectableRow) (p placed, err error) {
	var l linkRow
	var at time.Time
	if err = row.Scan(append([]any{&p.at.Text, &at}, l.dest()...)...); err != nil {
		return p, err
	}
	if p.link, err = l.link(); err != nil {
		return p, fmt.Errorf("read link %d: %w", l.number, err)
	}
	p.at.Sort, p.at.Ascending, p.at.At, p.at.Number = o.sort, o.dir == "ASC", at.UnixMicro(), signed(p.link.Number)
	return p, nil
}
