package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// getEditLink is GET /links/:id/edit.
func (s *Server) getEditLink(c echo.Context) error {
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	f := s.form(c)
	return s.showLinkForm(c, nil, linkForm{Form: filledIn(f, l, formZone(c, f)), Link: l})
}

// postEditLink is POST /links/:id/edit. The form says which version it was filled in with; if the
// link has another by now, it is shown again beside what somebody else did.
func (s *Server) postEditLink(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	now, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Has(reworkField) {
		return s.showLinkForm(c, nil, linkForm{Form: f.rework(), Link: now})
	}
	base, err := s.baseOf(c, f, now)
	if err != nil {
		return err
	}
	f, err = s.edit(c, f, base)
	if domain.CodeOf(err) == domain.VersionConflict {
		return s.showConflict(c, err, f, base)
	}
	if err != nil {
		return s.showLinkForm(c, err, linkForm{Form: f, Link: base})
	}
	return s.done(c, string(linkPath(now.Number)), "Saved. Visitors get the new version at once.")
}

// baseOf is the link as the form was filled in with it.
func (s *Server) baseOf(c echo.Context, f Form, now domain.Link) (domain.Link, error) {
	version := number(f.Get("version"))
	if version == now.Version {
		return now, nil
	}
	return s.Links.AtVersion(c.Request().Context(), now.Number, version)
}

// edit has done to a link what somebody changed in its form; if it isn't, the form that comes back
// says why. Who has seen another version meanwhile and wants their own names that.
func (s *Server) edit(c echo.Context, f Form, base domain.Link) (Form, error) {
	l, read := readLink(f, base, formZone(c, f))
	if read.wrong() {
		return read, errTyped
	}
	l, err := s.withPassword(c, f, l)
	if err != nil {
		return f.refused(explained(err)), err
	}
	body, differ := difference(base, l)
	if !differ {
		return f, nil
	}
	command := s.command(c, f, base.Domain, body)
	if command.IfVersion = base.Version; f.Has("onto") {
		command.IfVersion = number(f.Get("onto"))
	}
	if _, err := s.do(c, command); err != nil {
		return f.refused(explained(err)), err
	}
	return f, nil
}

// number reads a version; what is none is 0, which no link has.
func number(raw string) uint64 {
	n, err := strconv.ParseUint(raw, 10, 63)
	if err != nil {
		return 0
	}
	return n
}
