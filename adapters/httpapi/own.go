package httpapi

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Own is the caller's link of that number: NotFound if there is none or it is another account's,
// and deleted ones are none.
func (s *Server) Own(c echo.Context, n domain.LinkNumber) (domain.Link, error) {
	l, err := s.links.Link(c.Request().Context(), n)
	return owned(c, l, err)
}

// OwnToChange is the caller's link of that number, for a request that changes it. A link that is
// deleted already may be the doing of this very request's first attempt: with an idempotency key
// that question goes to the decider.
func (s *Server) OwnToChange(c echo.Context, n domain.LinkNumber) (domain.Link, error) {
	l, err := s.links.Link(c.Request().Context(), n)
	if l, err = theirs(c, l, err); err == nil && l.Status == domain.Deleted && !mayRepeat(c) {
		return domain.Link{}, errNoLink()
	}
	return l, err
}

// OwnSlugToChange is OwnSlug for a request that changes the link. If the request has been here
// before, that may have been the end of the slug, so what it changed is asked for.
func (s *Server) OwnSlugToChange(c echo.Context, slug string) (domain.Link, error) {
	l, missing := s.OwnSlug(c, slug)
	if domain.CodeOf(missing) != domain.NotFound || !mayRepeat(c) {
		return l, missing
	}
	ctx := c.Request().Context()
	key, err := idempotencyKey(c)
	if err != nil {
		return l, err
	}
	reply, done, err := s.links.Outcome(ctx, commandID(caller(c).Account, key))
	if err != nil || !done || reply.Link == 0 {
		return l, anyOf(err, missing)
	}
	if l, err = s.links.Link(ctx, reply.Link); err != nil || l.Account != caller(c).Account {
		return domain.Link{}, anyOf(err, missing)
	}
	if l.Status == domain.Deleted && l.Version == reply.Version {
		return l, nil
	}
	// The decider may have forgotten the key: then it must at least be about the same link.
	was, err := s.links.AtVersion(ctx, l.Number, reply.Version-1)
	if domain.CodeOf(err) == domain.NotFound || err == nil && !strings.EqualFold(string(was.Slug), slug) {
		err = missing
	}
	return l, err
}

func anyOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// mayRepeat reports whether the request may be one that was here before.
func mayRepeat(c echo.Context) bool { return c.Request().Header.Get(idempotencyHeader) != "" }

// owned is a link that was looked up, if the caller has it and can use it.
func owned(c echo.Context, l domain.Link, err error) (domain.Link, error) {
	l, err = theirs(c, l, err)
	switch {
	case err != nil:
		return domain.Link{}, err
	case l.Status == domain.Deleted:
		return domain.Link{}, errNoLink()
	case l.Status == domain.Parked:
		return domain.Link{}, domain.Errorf(domain.Unavailable, "", "link %s is being repaired by the operator", l.Number)
	}
	return l, nil
}

// theirs is a link that was looked up if it is the caller's, whatever its status.
func theirs(c echo.Context, l domain.Link, err error) (domain.Link, error) {
	if err == nil && l.Account != caller(c).Account {
		return domain.Link{}, errNoLink()
	}
	return l, err
}

func errNoLink() error { return domain.Errorf(domain.NotFound, "", "There is no such link.") }

// unnumbered is a decision that there is no such link, for dialects, which have other ids.
func unnumbered(err error) error {
	if domain.CodeOf(err) == domain.NotFound {
		return errNoLink()
	}
	return err
}
