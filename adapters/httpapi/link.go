package httpapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// createLink is POST /v1/links.
func (s *Server) createLink(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	w, err := f.wish("custom_slug")
	if err != nil {
		return err
	}
	if err := s.hashPasswords(c, &w); err != nil {
		return err
	}
	body, on, err := s.creation(c.Request().Context(), &w)
	if err != nil {
		return err
	}
	reply, key, err := s.change(c, on, 0, body)
	if err != nil {
		return err
	}
	return s.showCreated(c, reply, key)
}

func (s *Server) showCreated(c echo.Context, reply domain.Reply, key string) error {
	c.Response().Header().Set("Location", "/v1/links/"+reply.Link.String())
	return s.showChanged(c, http.StatusCreated, reply, key)
}

// creation is the command for a wish, and the short domain that it concerns.
func (s *Server) creation(ctx context.Context, w *wish) (domain.CreateLink, domain.Host, error) {
	if w.destination == nil {
		return domain.CreateLink{}, "", domain.Errorf(domain.Validation, "url", "url is required")
	}
	body := domain.CreateLink{Host: s.host, Destination: *w.destination, Traits: w.patch.On(domain.Traits{})}
	if w.host != nil {
		body.Host = *w.host
	}
	if w.slug != nil {
		body.Slug = *w.slug
	}
	if w.expires != nil {
		body.Expires = *w.expires
	}
	on, err := s.shortDomain(ctx, body.Host)
	return body, on, err
}

// upsert makes a creation change the link with its external id instead, if there is one: what the
// wish mentions of it.
func (w *wish) upsert(body *domain.CreateLink) {
	body.Upsert, body.Set, body.SetEnd = true, w.patch.Set.With(domain.FieldExternal), w.expires != nil
}

// getLink is GET /v1/links/:id.
func (s *Server) getLink(c echo.Context) error {
	if c.QueryParam("as_of") != "" || c.QueryParam("version") != "" {
		return s.getPast(c)
	}
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	return s.showLink(c, http.StatusOK, l)
}

// updateLink is PATCH /v1/links/:id.
func (s *Server) updateLink(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	w, err := f.wish("custom_slug", "slug")
	if err != nil {
		foreign, other := f.foreignWish("custom_slug", "slug")
		if other != nil || !s.hasSlug(c, *foreign.slug) {
			return err
		}
		w = foreign
	}
	if err := s.hashPasswords(c, &w); err != nil {
		return err
	}
	return s.update(c, w.update())
}

// hasSlug reports whether the caller's link of the path has that very slug, which may be one that
// we don't give out.
func (s *Server) hasSlug(c echo.Context, slug domain.Slug) bool {
	l, err := s.ofPath(c, s.OwnToChange)
	return err == nil && l.Slug == slug
}

// update has the caller's link of the path changed, and answers with it.
func (s *Server) update(c echo.Context, body domain.UpdateLink) error {
	reply, key, err := s.changeLink(c, func(n domain.LinkNumber) domain.CommandBody {
		body.Link = n
		return body
	})
	if err != nil {
		return err
	}
	return s.showChanged(c, http.StatusOK, reply, key)
}

// update is the command for a wish.
func (w *wish) update() domain.UpdateLink {
	return domain.UpdateLink{Destination: w.destination, Host: w.host, Slug: w.slug, Expires: w.expires, Patch: w.patch}
}

// deleteLink is DELETE /v1/links/:id.
func (s *Server) deleteLink(c echo.Context) error {
	_, _, err := s.changeLink(c, func(n domain.LinkNumber) domain.CommandBody { return domain.DeleteLink{Link: n} })
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// archiveLink is POST /v1/links/:id/archive: visitors don't find the link until it is restored.
func (s *Server) archiveLink(c echo.Context) error { return s.update(c, archival(true)) }

// restoreLink is POST /v1/links/:id/restore.
func (s *Server) restoreLink(c echo.Context) error { return s.update(c, archival(false)) }

func archival(on bool) domain.UpdateLink {
	return domain.UpdateLink{Patch: domain.Patch{Set: domain.Fields(0).With(domain.FieldArchived), To: domain.Traits{Archived: on}}}
}

// changeLink has the caller's link of the path changed.
func (s *Server) changeLink(c echo.Context, body func(domain.LinkNumber) domain.CommandBody) (domain.Reply, string, error) {
	l, err := s.ofPath(c, s.OwnToChange)
	if err != nil {
		return domain.Reply{}, "", err
	}
	version, err := ifMatch(c, l.Version)
	if err != nil {
		return domain.Reply{}, "", err
	}
	return s.change(c, l.Domain, version, body(l.Number))
}

// ownLink is the caller's link of the path.
func (s *Server) ownLink(c echo.Context) (domain.Link, error) { return s.ofPath(c, s.Own) }

// anyLink is the caller's link of the path, whatever its status.
func (s *Server) anyLink(c echo.Context) (domain.Link, error) {
	return s.ofPath(c, func(c echo.Context, n domain.LinkNumber) (domain.Link, error) {
		l, err := s.links.Link(c.Request().Context(), n)
		return theirs(c, l, err)
	})
}

// ofPath looks up the link of the path.
func (*Server) ofPath(c echo.Context, look func(echo.Context, domain.LinkNumber) (domain.Link, error)) (domain.Link, error) {
	n, err := domain.ParseLinkNumber(c.Param("id"))
	if err != nil {
		return domain.Link{}, noSuchLink(c)
	}
	l, err := look(c, n)
	if domain.CodeOf(err) == domain.NotFound {
		err = noSuchLink(c)
	}
	return l, err
}

func noSuchLink(c echo.Context) error {
	return domain.Errorf(domain.NotFound, "", "no link has the id %q", c.Param("id"))
}
