package httpapitest

import (
	"context"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// events are those of a link, oldest first.
func (w *World) events(n domain.LinkNumber) (all []domain.Event) {
	for _, e := range w.log {
		if _, idle := e.Body.(domain.NothingChanged); e.Link == n && !idle {
			all = append(all, e)
		}
	}
	return all
}

// History implements httpapi.Links with the names of fields and the destinations alone.
func (w *World) History(_ context.Context, n domain.LinkNumber, before uint64, limit int) (all []links.Change, err error) {
	for _, e := range slices.Backward(w.events(n)) {
		if before != 0 && e.Version >= before || len(all) == limit {
			continue
		}
		c := links.Change{Version: e.Version, At: e.At, By: e.By, Via: e.Via, Changes: map[string]links.FromTo{}}
		switch b := e.Body.(type) {
		case domain.LinkCreated:
			c.Event = "created"
			c.Changes["destination"] = links.FromTo{To: string(b.Destination)}
			c.Changes["slug"] = links.FromTo{To: string(b.Host) + "/" + string(b.Slug)}
		case domain.DestinationChanged:
			c.Event, c.Changes["destination"] = "destination", links.FromTo{From: string(b.From), To: string(b.To)}
		case domain.SlugChanged:
			c.Event = "slug"
			c.Changes["slug"] = links.FromTo{From: b.FromKey.String(), To: b.ToKey.String()}
		case domain.ExpiryChanged:
			c.Event, c.Changes["expires"] = "expiry", links.FromTo{From: b.From, To: b.To}
		case domain.LinkChanged:
			c.Event = "changed"
			for f := range b.Set.Each {
				c.Changes[f.String()] = traitChange(f, &b)
			}
		case domain.LinkDeleted:
			return []links.Change{{Version: e.Version, At: e.At, By: e.By, Via: e.Via, Event: "deleted"}}, nil
		}
		all = append(all, c)
	}
	return all, nil
}

// Outcome implements httpapi.Links.
func (w *World) Outcome(_ context.Context, id domain.CommandID) (domain.Reply, bool, error) {
	done, ok := w.State.Outcomes[id]
	return domain.Reply{Command: id, Link: done.Link, Version: done.Version}, ok && done.Rejection == nil, nil
}

// traitChange is how one of a few traits changed; of the others it is only told that they did.
func traitChange(f domain.Field, b *domain.LinkChanged) links.FromTo {
	switch f { //nolint:exhaustive // enough for the tests
	case domain.FieldTitle:
		return links.FromTo{From: b.From.Title, To: b.To.Title}
	case domain.FieldMetadata:
		return links.FromTo{From: b.From.Metadata, To: b.To.Metadata}
	case domain.FieldDisabled:
		return links.FromTo{From: b.From.Disabled, To: b.To.Disabled}
	case domain.FieldRules:
		return links.FromTo{From: b.From.Rules, To: b.To.Rules}
	case domain.FieldScripts:
		return links.FromTo{From: b.From.Scripts, To: b.To.Scripts}
	case domain.FieldStarts:
		return links.FromTo{From: b.From.Starts, To: b.To.Starts}
	}
	return links.FromTo{}
}

// AtVersion implements httpapi.Links.
func (w *World) AtVersion(_ context.Context, n domain.LinkNumber, version uint64) (l domain.Link, err error) {
	return w.past(n, func(e domain.Event) bool { return e.Version <= version }, version)
}

// AsOf implements httpapi.Links.
func (w *World) AsOf(_ context.Context, n domain.LinkNumber, at time.Time) (domain.Link, error) {
	return w.past(n, func(e domain.Event) bool { return !e.At.After(at) }, 0)
}

func (w *World) past(n domain.LinkNumber, before func(domain.Event) bool, version uint64) (l domain.Link, err error) {
	for _, e := range w.events(n) {
		if before(e) {
			l = l.Apply(e)
		}
	}
	if l.Number == 0 || version != 0 && l.Version != version {
		return l, domain.Errorf(domain.NotFound, "", "link %s has no such past", n)
	}
	return l, nil
}
