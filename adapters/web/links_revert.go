package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// allFields are all that a patch can set.
func allFields() (set domain.Fields) {
	for f := domain.FieldTitle; f.String() != ""; f++ {
		set = set.With(f)
	}
	return set
}

// postRevert is POST /links/:id/revert: another change, to what the link was at a version.
func (s *Server) postRevert(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	was, err := s.Links.AtVersion(c.Request().Context(), l.Number, number(f.Get("version")))
	if err != nil {
		return err
	}
	command := s.command(c, f, l.Domain, domain.UpdateLink{
		Link: l.Number, Destination: &was.Destination, Host: &was.Host, Slug: &was.Slug, Expires: &was.Expires,
		Patch: domain.Patch{Set: allFields(), To: was.Traits}, Revert: true,
	})
	command.IfVersion = number(f.Get("now"))
	if _, err := s.do(c, command); err != nil {
		return s.retry(c, l, f, err, "Undo", "/links/"+l.Number.String()+"/revert", "Take the link back to what it was.")
	}
	return s.done(c, string(linkPath(l.Number)), "The link is again what it was. This can be undone, too.")
}
