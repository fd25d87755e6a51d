package links

import (
	"encoding/json"
	"time"

	"github.com/linklog/linklog/domain"
)

// entry is one row of a link's history.
type entry struct {
	link    domain.LinkNumber
	version uint64
	at      time.Time
	by      domain.KeyID
	event   string
	changes []byte // JSON: field → fromTo
}

// fromTo is how a field changed. What was or is not there is left out.
type fromTo struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// remember adds an event to its link's history. The content of a link that ended is forgotten.
func (c *change) remember(e domain.Event) {
	row := entry{link: e.Link, version: e.Version, at: e.At, by: e.By}
	var changes map[string]fromTo
	switch b := e.Body.(type) {
	case domain.LinkCreated:
		row.event = "created"
		changes = map[string]fromTo{"slug": {"", string(b.Host) + "/" + string(b.Slug)}, "destination": {"", string(b.Destination)}}
		if !b.Expires.IsZero() {
			changes["expires"] = fromTo{"", stamp(b.Expires)}
		}
	case domain.DestinationChanged:
		row.event, changes = "destination", map[string]fromTo{"destination": {string(b.From), string(b.To)}}
	case domain.SlugChanged:
		from, to := string(b.FromKey.Host)+"/"+string(b.From), string(b.ToKey.Host)+"/"+string(b.To)
		row.event, changes = "slug", map[string]fromTo{"slug": {from, to}}
	case domain.ExpiryChanged:
		row.event, changes = "expiry", map[string]fromTo{"expires": {stamp(b.From), stamp(b.To)}}
	case domain.Unreadable:
		row.event = "unreadable"
	case domain.LinkDeleted, domain.Redacted:
		row.event = "deleted"
		c.ended[e.Link] = e.Version
		c.history[e.Link] = nil
	default:
		return
	}
	row.changes = encode(changes)
	c.history[e.Link] = append(c.history[e.Link], row)
}

func encode(changes map[string]fromTo) []byte {
	if len(changes) == 0 {
		return []byte("{}")
	}
	text, err := json.Marshal(changes)
	if err != nil { // a map of strings always has an encoding
		return []byte("{}")
	}
	return text
}

// stamp writes a time; none is nothing.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
