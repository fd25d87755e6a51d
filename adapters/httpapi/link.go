package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// linkAnswer is a link as callers see it.
type linkAnswer struct {
	ID        string  `json:"id"`
	ShortURL  string  `json:"short_url"`
	LongURL   string  `json:"long_url"`
	Slug      string  `json:"slug"`
	Clicks    uint64  `json:"clicks"`
	CreatedAt string  `json:"created_at"`
	ExpiresAt *string `json:"expires_at"`
}

// createLink is POST /v1/links.
func (s *Server) createLink(c echo.Context) error {
	f, err := readFields(c)
	if err != nil {
		return err
	}
	w, err := f.wish("custom_slug")
	if err != nil {
		return err
	}
	if w.destination == nil {
		return domain.Errorf(domain.Validation, "url", "url is required")
	}
	body := domain.CreateLink{Host: s.host, Destination: *w.destination}
	if w.slug != nil {
		body.Slug = *w.slug
	}
	if w.expires != nil {
		body.Expires = *w.expires
	}
	reply, key, err := s.change(c, s.host, 0, body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/v1/links/"+reply.Link.String())
	return s.showChanged(c, http.StatusCreated, reply, key)
}

// getLink is GET /v1/links/:id.
func (s *Server) getLink(c echo.Context) error {
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	return s.showLink(c, http.StatusOK, l)
}

// updateLink is PATCH /v1/links/:id.
func (s *Server) updateLink(c echo.Context) error {
	f, err := readFields(c)
	if err != nil {
		return err
	}
	w, err := f.wish("custom_slug", "slug")
	if err != nil {
		return err
	}
	reply, key, err := s.changeLink(c, func(n domain.LinkNumber) domain.CommandBody {
		return domain.UpdateLink{Link: n, Destination: w.destination, Slug: w.slug, Expires: w.expires}
	})
	if err != nil {
		return err
	}
	return s.showChanged(c, http.StatusOK, reply, key)
}

// deleteLink is DELETE /v1/links/:id.
func (s *Server) deleteLink(c echo.Context) error {
	_, _, err := s.changeLink(c, func(n domain.LinkNumber) domain.CommandBody { return domain.DeleteLink{Link: n} })
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// changeLink has the caller's link of the path changed. A link that is deleted already may be
// the doing of this very request's first attempt, so that question goes to the decider.
func (s *Server) changeLink(c echo.Context, body func(domain.LinkNumber) domain.CommandBody) (domain.Reply, string, error) {
	l, err := s.readLink(c)
	if err != nil {
		return domain.Reply{}, "", err
	}
	if l.Status == domain.Deleted && c.Request().Header.Get(idempotencyHeader) == "" {
		return domain.Reply{}, "", noSuchLink(c)
	}
	version, err := ifMatch(c, l.Version)
	if err != nil {
		return domain.Reply{}, "", err
	}
	return s.change(c, l.Domain, version, body(l.Number))
}

// showChanged answers with the link as a command left it, or as it is by now.
func (s *Server) showChanged(c echo.Context, code int, reply domain.Reply, key string) error {
	l, err := s.links.Link(c.Request().Context(), reply.Link)
	switch {
	case err != nil:
		return doneUnseen(reply, key, err)
	case l.Status == domain.Deleted:
		return domain.Errorf(domain.NotFound, "", "link %s was deleted in the meantime", reply.Link)
	case code == http.StatusCreated && s.clock().Sub(l.Created) < domain.Skew:
		return s.writeLink(c, code, l, s.shownWith(l, 0)) // nobody knew it yet: no need to ask
	}
	if err := s.showLink(c, code, l); err != nil {
		return doneUnseen(reply, key, err)
	}
	return nil
}

// ownLink is the caller's link of the path.
func (s *Server) ownLink(c echo.Context) (domain.Link, error) {
	l, err := s.readLink(c)
	switch {
	case err != nil:
		return domain.Link{}, err
	case l.Status == domain.Deleted:
		return domain.Link{}, noSuchLink(c)
	case l.Status == domain.Parked:
		return domain.Link{}, domain.Errorf(domain.Unavailable, "", "link %s is being repaired by the operator", l.Number)
	}
	return l, nil
}

// readLink is the caller's link of the path, whatever its status.
func (s *Server) readLink(c echo.Context) (domain.Link, error) {
	n, err := domain.ParseLinkNumber(c.Param("id"))
	if err != nil {
		return domain.Link{}, noSuchLink(c)
	}
	l, err := s.links.Link(c.Request().Context(), n)
	if err == nil && l.Account != caller(c).Account {
		err = noSuchLink(c)
	}
	return l, err
}

func noSuchLink(c echo.Context) error {
	return domain.Errorf(domain.NotFound, "", "no link has the id %q", c.Param("id"))
}

func (s *Server) showLink(c echo.Context, code int, l domain.Link) error {
	shown, err := s.shown(c.Request().Context(), []domain.Link{l})
	if err != nil {
		return err
	}
	return s.writeLink(c, code, l, shown[0])
}

func (s *Server) writeLink(c echo.Context, code int, l domain.Link, shown linkAnswer) error {
	c.Response().Header().Set("ETag", etag(l.Version))
	return answer(c, code, struct {
		Success bool       `json:"success"`
		Link    linkAnswer `json:"link"`
	}{true, shown})
}

// shown is the links with their clicks.
func (s *Server) shown(ctx context.Context, all []domain.Link) ([]linkAnswer, error) {
	numbers := make([]domain.LinkNumber, len(all))
	for i, l := range all {
		numbers[i] = l.Number
	}
	totals, err := s.clicks.Totals(ctx, numbers)
	if err != nil {
		return nil, err
	}
	answers := make([]linkAnswer, len(all))
	for i, l := range all {
		answers[i] = s.shownWith(l, totals[l.Number].Human)
	}
	return answers, nil
}

func (s *Server) shownWith(l domain.Link, visits uint64) linkAnswer {
	a := linkAnswer{
		ID: l.Number.String(), ShortURL: s.shortURL(l), LongURL: string(l.Destination), Slug: string(l.Slug),
		Clicks: visits, CreatedAt: l.Created.UTC().Format(time.RFC3339),
	}
	if !l.Expires.IsZero() {
		expires := l.Expires.UTC().Format(time.RFC3339Nano)
		a.ExpiresAt = &expires
	}
	return a
}
