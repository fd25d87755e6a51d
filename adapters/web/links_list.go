package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// linkRow is a link in lists.
type linkRow struct {
	domain.Link

	URL    string // where visitors find it
	Clicks clicks.Counts
	State  linkState
}

// Short is the URL without what all have.
func (r linkRow) Short() string { return string(r.Host) + "/" + string(r.Slug) }

// linkList is what the list of links shows.
type linkList struct {
	linkFilter

	Form    Form // of what is done with several links
	Rows    []linkRow
	Total   int
	Next    string // address of the next page; empty: there is none
	Partial bool   // the search didn't look everywhere
	Most    uint64 // clicks that a row has
	Tags    []links.TagCount
	Hosts   []domain.Host
	Write   bool
}

// getLinks is GET /links.
func (s *Server) getLinks(c echo.Context) error {
	f := linkFilterOf(c)
	l, err := s.linkList(c, f)
	if err != nil {
		return err
	}
	if hx(c.Request()) {
		c.Response().Header().Set("Hx-Push-Url", f.address())
	}
	return s.page(c, "Links", linksPage(l), linkFiles...)
}

func (s *Server) linkList(c echo.Context, f linkFilter) (linkList, error) {
	ctx, of := c.Request().Context(), account(c)
	q := f.query(of, s.clock())
	page, err := s.Links.List(ctx, q)
	if err != nil {
		return linkList{}, err
	}
	l := linkList{linkFilter: f, Form: s.form(c), Partial: page.Partial, Write: may(c, domain.ScopeWrite)}
	if page.More {
		l.Next = f.page(page.Next).address()
	}
	if l.Rows, err = s.linkRows(ctx, page.Links); err != nil {
		return linkList{}, err
	}
	for _, r := range l.Rows {
		l.Most = max(l.Most, r.Clicks.Human)
	}
	if l.Total, err = s.Links.Count(ctx, q.Filter); err != nil {
		return linkList{}, err
	}
	if l.Tags, err = s.Links.Tags(ctx, of); err != nil {
		return linkList{}, err
	}
	l.Hosts, err = s.hosts(ctx, of)
	if host := domain.Host(f.Host); host != "" && !slices.Contains(l.Hosts, host) {
		l.Hosts = append(l.Hosts, host)
	}
	return l, err
}

// linkRows are links with their clicks.
func (s *Server) linkRows(ctx context.Context, all []domain.Link) ([]linkRow, error) {
	numbers := make([]domain.LinkNumber, len(all))
	for i, l := range all {
		numbers[i] = l.Number
	}
	totals, err := s.Clicks.Totals(ctx, numbers)
	if err != nil {
		return nil, err
	}
	rows := make([]linkRow, len(all))
	for i, l := range all {
		n := totals[l.Number]
		rows[i] = linkRow{Link: l, URL: s.shortURL(l.Host, l.Slug), Clicks: n, State: stateOf(l, n, s.clock())}
	}
	return rows, nil
}

// hosts are the short domains that an account can make links on: the installation's, and its own.
func (s *Server) hosts(ctx context.Context, of domain.AccountID) ([]domain.Host, error) {
	own, err := s.Links.DomainsOf(ctx, of)
	if err != nil {
		return nil, err
	}
	all := []domain.Host{s.host}
	for _, d := range own {
		if d.Verified && d.Host != s.host {
			all = append(all, d.Host)
		}
	}
	return all, nil
}

// linkState is what becomes of visitors of a link, in a word.
type linkState struct{ Name, Kind string } // Kind is that of the badge

// stateOf is the state of a link that so many came to.
func stateOf(l domain.Link, n clicks.Counts, now time.Time) linkState {
	switch {
	case l.Status == domain.Parked:
		return linkState{"Unreadable", "bad"}
	case l.Archived:
		return linkState{"Archived", ""}
	case l.Disabled:
		return linkState{"Off", "bad"}
	case !l.Expires.IsZero() && !now.Before(l.Expires):
		return linkState{"Expired", "warn"}
	case l.ClickLimit > 0 && n.Human >= l.ClickLimit:
		return linkState{"Limit reached", "warn"}
	case now.Before(l.Starts):
		return linkState{"Scheduled", "accent"}
	}
	return linkState{"Active", "good"}
}

// plain is a URL without its protocol, for eyes.
func plain[T ~string](u T) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(string(u), "https://"), "http://"), "/")
}

// label is the choice's name.
func label(all []Choice, value string) string {
	i := slices.IndexFunc(all, func(x Choice) bool { return x.Value == value })
	if i < 0 {
		return value
	}
	return all[i].Label
}
