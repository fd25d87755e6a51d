package web

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// changesPerPage is how many changes a page of a link's history has.
const changesPerPage = 50

// changeShown is a change in a link's history.
type changeShown struct {
	Version uint64
	At      time.Time
	Who     author
	What    string // in a word or two
	Lines   []fieldLine
	Now     bool // it is the newest: the link is so
}

// pastOf is a page of a link's history.
type pastOf struct {
	Form    Form // of what takes the link back
	Link    domain.Link
	Short   string
	Changes []changeShown
	Next    string // where the changes before these are; empty: there are none
	Write   bool
}

// getHistory is GET /links/:id/history.
func (s *Server) getHistory(c echo.Context) error {
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	p, err := s.past(c, l, number(c.QueryParam("before")), changesPerPage)
	if err != nil {
		return err
	}
	return s.page(c, "History", historyPage(p), linkFiles...)
}

// past is what happened to a link before a version (0: up to now).
func (s *Server) past(c echo.Context, l domain.Link, before uint64, most int) (pastOf, error) {
	p := pastOf{Form: s.form(c), Link: l, Short: string(l.Host) + "/" + string(l.Slug), Write: may(c, domain.ScopeWrite)}
	all, err := s.Links.History(c.Request().Context(), l.Number, before, most+1)
	if err != nil {
		return p, err
	}
	if len(all) > most {
		all = all[:most]
		p.Next = string(linkPath(l.Number, "history")) + "?before=" + strconv.FormatUint(all[most-1].Version, 10)
	}
	names, err := s.authors(c)
	if err != nil {
		return p, err
	}
	loc := formZone(c, p.Form)
	for _, change := range all {
		p.Changes = append(p.Changes, changeShown{
			Version: change.Version, At: change.At, Who: names.of(change), What: whatHappened(change),
			Lines: changedLines(change, loc), Now: change.Version == l.Version,
		})
	}
	return p, nil
}

// whatHappened is a change in a word or two.
func whatHappened(c links.Change) string {
	_, archived := c.Changes[domain.FieldArchived.String()]
	_, disabled := c.Changes[domain.FieldDisabled.String()]
	on := func(f domain.Field) bool { to, _ := c.Changes[f.String()].To.(bool); return to }
	switch {
	case c.Event == "created":
		return "Made"
	case c.Event == "deleted":
		return "Deleted"
	case c.Event == "unreadable":
		return "Changed in a way that can't be read"
	case len(c.Changes) == 1 && archived && on(domain.FieldArchived):
		return "Archived"
	case len(c.Changes) == 1 && archived:
		return "Restored"
	case len(c.Changes) == 1 && disabled && on(domain.FieldDisabled):
		return "Switched off"
	case len(c.Changes) == 1 && disabled:
		return "Switched on"
	case c.Event == "slug":
		return "Renamed"
	}
	return "Changed"
}

// shownName is how the form calls a field of history.
func shownName(name string) string {
	switch name {
	case "destination":
		return "url"
	case "expires":
		return "expires_at"
	case domain.FieldDisabled.String():
		return "enabled"
	}
	return name
}

// changedLines are the fields of a change, in the order of the form.
func changedLines(c links.Change, loc *time.Location) []fieldLine {
	lines := make([]fieldLine, 0, len(c.Changes))
	for name, x := range c.Changes {
		line := fieldLine{Name: shownName(name), From: inWords(x.From, loc), To: inWords(x.To, loc)}
		switch name {
		case domain.FieldDisabled.String():
			from, _ := x.From.(bool)
			to, _ := x.To.(bool)
			line.From, line.To = inWords(!from, loc), inWords(!to, loc)
		case domain.FieldPassword.String():
			line.From, line.To = passwordWords(x.From), passwordWords(x.To)
		}
		line.Label = labelOf(line.Name)
		lines = append(lines, line)
	}
	place := func(l fieldLine) int {
		return slices.IndexFunc(linkFields, func(f linkField) bool { return f.name == l.Name })
	}
	slices.SortFunc(lines, func(a, b fieldLine) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name)) })
	return lines
}

func passwordWords(v any) string {
	if v == nil {
		return ""
	}
	return "set"
}
