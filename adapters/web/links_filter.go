package web

import (
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// linkFilter is what a list of links is asked for, as its address says it.
type linkFilter struct {
	Search, Tag, Host, State, Sort string
	Cursor                         string // empty: the first page
}

// linkStates are the states that a list may be narrowed to.
var linkStates = []Choice{
	{Value: "", Label: "All but archived"},
	{Value: string(links.Working), Label: "Active"},
	{Value: string(links.Disabled), Label: "Switched off"},
	{Value: string(links.Scheduled), Label: "Scheduled"},
	{Value: string(links.Expired), Label: "Expired"},
	{Value: string(links.Archived), Label: "Archived"},
	{Value: string(links.Any), Label: "All"},
}

// linkSort is an order of the list.
type linkSort struct {
	Choice

	by        links.Sort
	ascending bool
}

var linkSorts = []linkSort{
	{Choice{Value: "", Label: "Newest first"}, links.ByCreated, false},
	{Choice{Value: "oldest", Label: "Oldest first"}, links.ByCreated, true},
	{Choice{Value: "changed", Label: "Changed last"}, links.ByUpdated, false},
	{Choice{Value: "slug", Label: "By slug"}, links.BySlugText, true},
	{Choice{Value: "title", Label: "By title"}, links.ByTitle, true},
	{Choice{Value: "destination", Label: "By destination"}, links.ByDestination, true},
}

// linkFilterOf reads an address. What it doesn't know is as if it weren't there.
func linkFilterOf(c echo.Context) linkFilter {
	f := linkFilter{
		Search: c.QueryParam("search"), Tag: c.QueryParam("tag"), Host: c.QueryParam("domain"),
		State: c.QueryParam("state"), Sort: c.QueryParam("sort"), Cursor: c.QueryParam("cursor"),
	}
	if !slices.ContainsFunc(linkStates, func(x Choice) bool { return x.Value == f.State }) {
		f.State = ""
	}
	if !slices.ContainsFunc(linkSorts, func(x linkSort) bool { return x.Value == f.Sort }) {
		f.Sort = ""
	}
	return f
}

// narrow reports whether links may be missing that another filter would show.
func (f linkFilter) narrow() bool {
	return f.Search != "" || f.Tag != "" || f.Host != "" || f.State != "" && f.State != string(links.Any)
}

// address is where the list is, without what says nothing.
func (f linkFilter) address() string {
	q := url.Values{}
	for name, value := range map[string]string{
		"search": f.Search, "tag": f.Tag, "domain": f.Host, "state": f.State, "sort": f.Sort, "cursor": f.Cursor,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/links"
	}
	return "/links?" + q.Encode()
}

// page is the list behind a cursor.
func (f linkFilter) page(cursor string) linkFilter {
	f.Cursor = cursor
	return f
}

// filter is what the model is asked for.
func (f linkFilter) filter(account domain.AccountID, now time.Time) links.Filter {
	return links.Filter{
		Account: account, Host: domain.Host(f.Host), Tag: f.Tag, Search: f.Search, Life: links.Life(f.State), Now: now,
	}
}

// query is the page that the model is asked for.
func (f linkFilter) query(account domain.AccountID, now time.Time) links.ListQuery {
	i := slices.IndexFunc(linkSorts, func(x linkSort) bool { return x.Value == f.Sort })
	return links.ListQuery{
		Filter: f.filter(account, now), Sort: linkSorts[i].by, Ascending: linkSorts[i].ascending, After: f.Cursor, Limit: linksPerPage,
	}
}

// linksPerPage is how many links a page of the list has.
const linksPerPage = 50
