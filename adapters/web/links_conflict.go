package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// overtaken is what somebody else did to a link while its form was being filled in.
type overtaken struct {
	Version uint64 // of the link by now
	Changes []changeLine
	Both    bool // something was changed by both
}

// showConflict shows a form again whose link has changed since it was opened.
func (s *Server) showConflict(c echo.Context, refusal error, f Form, base domain.Link) error {
	now, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	since, err := s.since(c, base)
	if err != nil {
		return err
	}
	loc := formZone(c, f)
	mine, _ := readLink(f, base, loc)
	edited := fieldsBetween(base, mine, loc)
	theirs := &overtaken{Version: now.Version}
	for _, line := range fieldsBetween(base, now, loc) {
		if i := slices.IndexFunc(edited, func(x fieldLine) bool { return x.Name == line.Name }); i >= 0 && edited[i].To != line.To {
			line.Yours, theirs.Both = edited[i].To, true
		}
		theirs.Changes = append(theirs.Changes, changeLine{fieldLine: line, Who: since[line.Name]})
	}
	return s.showLinkForm(c, refusal, linkForm{Form: f, Link: base, Theirs: theirs})
}

// changeLine is a field that somebody changed.
type changeLine struct {
	fieldLine

	Who author
}

// since is who last changed what of a link after a version, by field.
func (s *Server) since(c echo.Context, base domain.Link) (map[string]author, error) {
	all, err := s.Links.History(c.Request().Context(), base.Number, 0, changesPerPage)
	if err != nil {
		return nil, err
	}
	names, err := s.authors(c)
	if err != nil {
		return nil, err
	}
	who := map[string]author{}
	for _, change := range slices.Backward(all) {
		if change.Version > base.Version {
			for name := range change.Changes {
				who[shownName(name)] = names.of(change)
			}
		}
	}
	return who, nil
}
