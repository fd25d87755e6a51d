package httpapi

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// What dialects build their answers from: the same commands and queries as the native API.

// Caller is who asks; its account is empty without a valid key, which only open paths let in.
func (*Server) Caller(c echo.Context) domain.Caller { return caller(c) }

// Become makes somebody of a caller without a key, for the rest of a request that an open path
// let in. Whoever becomes the same shares no idempotency keys unless apart is the same, too.
func (*Server) Become(c echo.Context, who domain.Caller, apart string) {
	c.Set(callerKey, who)
	c.Set(apartKey, apart)
}

// Host is the short domain that links are made on if nobody says otherwise.
func (s *Server) Host() domain.Host { return s.host }

// ShortURL is where visitors find a link.
func (s *Server) ShortURL(l domain.Link) string { return s.shortURL(l) }

// Create has a link made for the caller and returns it as it is then.
func (s *Server) Create(c echo.Context, body domain.CreateLink) (domain.Link, error) {
	reply, key, err := s.change(c, s.host, 0, body)
	if err != nil {
		return domain.Link{}, err
	}
	return s.after(c, reply, key)
}

// Update has the caller's link changed and returns it as it is then.
func (s *Server) Update(c echo.Context, l domain.Link, body domain.UpdateLink) (domain.Link, error) {
	body.Link = l.Number
	reply, key, err := s.change(c, l.Domain, 0, body)
	if err != nil {
		return domain.Link{}, unnumbered(err)
	}
	return s.after(c, reply, key)
}

// Delete has the caller's link deleted.
func (s *Server) Delete(c echo.Context, l domain.Link) error {
	_, _, err := s.change(c, l.Domain, 0, domain.DeleteLink{Link: l.Number})
	return unnumbered(err)
}

// Batch has several of the caller's links on one short domain changed, each for itself, and tells
// what became of each, in order.
func (s *Server) Batch(c echo.Context, on domain.Host, items []domain.CommandBody) ([]domain.ItemResult, error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	// A request may have a batch on each of several domains.
	reply, err := s.do(c, key, s.command(c, key+"\x00"+string(on), on, domain.Batch{Items: items}))
	if err == nil && len(reply.Items) != len(items) {
		err = fmt.Errorf("%d items of a batch have %d results", len(items), len(reply.Items))
	}
	return reply.Items, err
}

// after is the link as a command left it, or as it is by now.
func (s *Server) after(c echo.Context, reply domain.Reply, key string) (domain.Link, error) {
	l, err := s.links.Link(c.Request().Context(), reply.Link)
	switch {
	case err != nil:
		return l, doneUnseen(reply, key, err)
	case l.Status == domain.Deleted:
		return l, domain.Errorf(domain.NotFound, "", "link %s was deleted in the meantime", reply.Link)
	}
	return l, nil
}

// Known is the link of that number whoever's it is, for what its owner has made public. It is
// NotFound for a link that is deleted.
func (s *Server) Known(c echo.Context, n domain.LinkNumber) (domain.Link, error) {
	l, err := s.links.Link(c.Request().Context(), n)
	if err == nil && l.Status != domain.Active {
		err = domain.Errorf(domain.NotFound, "", "There is no such link.")
	}
	return l, err
}

// OwnSlug is the caller's link that has a slug of any host, in whatever spelling its domain takes
// for the same. If there are several, it is the one on the installation's domain, or else the
// oldest.
func (s *Server) OwnSlug(c echo.Context, slug string) (domain.Link, error) {
	l, err := s.links.OfSlug(c.Request().Context(), caller(c).Account, s.host, slug)
	return owned(c, l, err)
}

// Links is the caller's page of links, and how many there are on all pages.
func (s *Server) Links(c echo.Context, q links.ListQuery) (links.Page, int, error) {
	ctx := c.Request().Context()
	q.Account = caller(c).Account
	total, err := s.links.Count(ctx, q.Filter)
	if err != nil {
		return links.Page{}, 0, err
	}
	page, err := s.links.List(ctx, q)
	return page, total, err
}

// Visits are the human visits of links.
func (s *Server) Visits(ctx context.Context, of ...domain.Link) (map[domain.LinkNumber]uint64, error) {
	numbers := make([]domain.LinkNumber, len(of))
	for i, l := range of {
		numbers[i] = l.Number
	}
	totals, err := s.clicks.Totals(ctx, numbers)
	if err != nil {
		return nil, err
	}
	visits := make(map[domain.LinkNumber]uint64, len(totals))
	for n, t := range totals {
		visits[n] = t.Human
	}
	return visits, nil
}

// Analyse answers a question about clicks.
func (s *Server) Analyse(ctx context.Context, q clicks.Question) (clicks.Analytics, error) {
	return s.clicks.Analyse(ctx, q)
}

// Answer writes v as JSON.
func (*Server) Answer(c echo.Context, status int, v any) error { return answer(c, status, v) }
