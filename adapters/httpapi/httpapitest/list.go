package httpapitest

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// List implements httpapi.Links.
func (w *World) List(_ context.Context, q links.ListQuery) (links.Page, error) {
	all := w.filtered(q.Filter)
	by := map[links.Sort]func(l domain.Link) string{
		links.ByUpdated: func(l domain.Link) string { return l.Updated.String() }, links.BySlugText: func(l domain.Link) string { return string(l.Slug) },
		links.ByTitle: func(l domain.Link) string { return l.Title }, links.ByDestination: func(l domain.Link) string { return string(l.Destination) },
	}[q.Sort]
	if by != nil {
		slices.SortStableFunc(all, func(a, b domain.Link) int { return cmp.Compare(by(b), by(a)) })
	}
	if q.Ascending {
		slices.Reverse(all)
	}
	if q.After != "" { // the last link's id will do, where no link changes between two pages
		i := slices.IndexFunc(all, func(l domain.Link) bool { return l.Number.String() == q.After })
		if i < 0 {
			return links.Page{}, domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
		}
		all = all[i+1:]
	}
	all = all[min(q.Offset, len(all)):]
	page := links.Page{Links: all[:min(q.Limit, len(all))], More: len(all) > q.Limit}
	if page.More {
		page.Next = page.Links[len(page.Links)-1].Number.String()
	}
	return page, nil
}

// OfSlug implements httpapi.Links.
func (w *World) OfSlug(ctx context.Context, account domain.AccountID, preferred domain.Host, slug string) (domain.Link, error) {
	var found domain.Link
	for _, l := range slices.Backward(w.filtered(links.Filter{Account: account, Life: links.Any})) { // the oldest first
		claim := w.State.Claims[w.State.Domains[l.Domain].Cases.Key(l.Host, domain.Slug(slug))]
		if claim.Link == l.Number && claim.Freed.IsZero() && (found.Number == 0 || l.Host == preferred) {
			found = l
		}
	}
	return w.Link(ctx, found.Number)
}

// Count implements httpapi.Links.
func (w *World) Count(_ context.Context, f links.Filter) (int, error) { return len(w.filtered(f)), nil }

// filtered are an account's links that a filter lets through, newest first.
func (w *World) filtered(f links.Filter) (all []domain.Link) {
	f.Search = strings.ToLower(f.Search)
	for _, l := range w.State.Links {
		if l.Account == f.Account && l.Status == domain.Active && w.lives(l, f.Life) && matches(l, f) {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b domain.Link) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Number, b.Number))
	})
	return all
}

func (w *World) lives(l domain.Link, life links.Life) bool {
	ended := !l.Expires.IsZero() && !w.Now.Before(l.Expires)
	switch life {
	case links.Working:
		return !l.Archived && !l.Disabled && !ended && !w.Now.Before(l.Starts)
	case links.Disabled:
		return l.Disabled && !l.Archived
	case links.Archived:
		return l.Archived
	case links.Expired:
		return ended && !l.Archived
	case links.Scheduled:
		return w.Now.Before(l.Starts) && !l.Archived
	case links.Any:
		return true
	}
	return !l.Archived
}

func matches(l domain.Link, f links.Filter) bool {
	text := strings.ToLower(string(l.Slug) + "\n" + string(l.Destination) + "\n" + l.Title)
	return (f.Tag == "" || slices.Contains(l.Tags, f.Tag)) && (f.Host == "" || f.Host == l.Host) &&
		strings.Contains(text, f.Search) && (f.External == "" || f.External == l.External) &&
		(f.Destination == "" || f.Destination == l.Destination) &&
		(f.CreatedFrom.IsZero() || !l.Created.Before(f.CreatedFrom)) && (f.CreatedTo.IsZero() || l.Created.Before(f.CreatedTo)) &&
		(f.MetadataKey == "" || hasMetadata(l.Metadata, f.MetadataKey, f.MetadataValue))
}

func hasMetadata(m domain.Metadata, key, value string) bool {
	var all map[string]json.RawMessage
	if m == "" || json.Unmarshal([]byte(m), &all) != nil || all[key] == nil {
		return false
	}
	var text string
	if json.Unmarshal(all[key], &text) != nil {
		text = string(all[key])
	}
	return value == "" || value == text
}
