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
	via     string
	event   string
	changes []byte // JSON: field → fromTo
}

// Names of what happened to a link.
const (
	eventCreated     = "created"
	eventDestination = "destination"
	eventSlug        = "slug"
	eventExpiry      = "expiry"
	eventChanged     = "changed"
	eventUnreadable  = "unreadable"
	eventDeleted     = "deleted"
)

// Fields that are not traits.
const (
	fieldDestination = "destination"
	fieldSlug        = "slug" // with its host
	fieldExpires     = "expires"
)

// remember adds an event to its link's history. Its creation is told by the link's row. The
// content of a link that ended is forgotten.
func (c *change) remember(e domain.Event) {
	row := entry{link: e.Link, version: e.Version, at: e.At, by: e.By, via: e.Via}
	var changes map[string]fromTo
	switch b := e.Body.(type) {
	case domain.DestinationChanged:
		row.event, changes = eventDestination, map[string]fromTo{fieldDestination: {text(b.From), text(b.To)}}
	case domain.SlugChanged:
		row.event = eventSlug
		changes = map[string]fromTo{fieldSlug: {text(place(b.FromKey.Host, b.From)), text(place(b.ToKey.Host, b.To))}}
	case domain.ExpiryChanged:
		row.event, changes = eventExpiry, map[string]fromTo{fieldExpires: {stamp(b.From), stamp(b.To)}}
	case domain.LinkChanged:
		row.event, changes = eventChanged, difference(b.Set, &b.From, &b.To)
	case domain.Unreadable:
		row.event = eventUnreadable
	case domain.LinkDeleted, domain.Redacted:
		row.event = eventDeleted
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
	if err != nil { // texts in a map always have an encoding
		return []byte("{}")
	}
	return text
}

// place is a slug with its host.
func place(host domain.Host, slug domain.Slug) string { return string(host) + "/" + string(slug) }

// text is a text as JSON; none is nothing.
func text[S ~string](s S) json.RawMessage {
	if s == "" {
		return nil
	}
	encoded, err := json.Marshal(string(s))
	if err != nil { // a text always has an encoding
		return nil
	}
	return encoded
}

// stamp is a time as JSON; none is nothing.
func stamp(t time.Time) json.RawMessage {
	if t.IsZero() {
		return nil
	}
	return text(t.UTC().Format(time.RFC3339Nano))
}
