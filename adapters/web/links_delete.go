package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// ending is a link that somebody is about to delete.
type ending struct {
	Form   Form
	Link   domain.Link
	Short  string
	Clicks clicks.Counts
}

// getDeleteLink is GET /links/:id/delete.
func (s *Server) getDeleteLink(c echo.Context) error {
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	p, err := s.ending(c, s.form(c), l)
	if err != nil {
		return err
	}
	return s.page(c, "Delete link", deleteLinkPage(p), linkFiles...)
}

func (s *Server) ending(c echo.Context, f Form, l domain.Link) (ending, error) {
	totals, err := s.Clicks.Totals(c.Request().Context(), []domain.LinkNumber{l.Number})
	return ending{f, l, string(l.Host) + "/" + string(l.Slug), totals[l.Number]}, err
}

// postDeleteLink is POST /links/:id/delete.
func (s *Server) postDeleteLink(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	l, err := s.linkOf(c, c.Param("id"))
	if domain.CodeOf(err) == domain.NotFound {
		return s.deletedAlready(c, err)
	}
	if err != nil {
		return err
	}
	if f.Get("confirm") != string(l.Slug) {
		err = domain.Errorf(domain.Validation, "confirm", "Type %s, as it is written here.", l.Slug)
	} else {
		_, err = s.do(c, s.command(c, f, l.Domain, domain.DeleteLink{Link: l.Number}))
	}
	if err != nil {
		p, missing := s.ending(c, f.refused(explained(err)), l)
		if missing != nil {
			return missing
		}
		return s.again(c, err, "Delete link", deleteLinkPage(p), linkFiles...)
	}
	return s.done(c, "/links", "The link "+string(l.Host)+"/"+string(l.Slug)+" is deleted, and its clicks with it.")
}

// deletedAlready is the end of a deletion that nobody could promise the first time.
func (s *Server) deletedAlready(c echo.Context, missing error) error {
	n, err := domain.ParseLinkNumber(c.Param("id"))
	if err != nil {
		return missing
	}
	l, err := s.Links.Link(c.Request().Context(), n)
	if err != nil || l.Account != account(c) || l.Status != domain.Deleted {
		return missing
	}
	return s.done(c, "/links", "The link is deleted.")
}
