package web

import (
	"context"
	"crypto/sha256"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// shortDomain is the registered domain that links on a host belong to. It must be one that the
// account can make links on.
func (s *Server) shortDomain(ctx context.Context, of domain.AccountID, host domain.Host) (domain.Host, error) {
	hosts, err := s.hosts(ctx, of)
	if err != nil {
		return "", err
	}
	best := domain.Host("")
	for _, h := range hosts {
		if (domain.Domain{Host: h}).Holds(host) && len(h) > len(best) {
			best = h
		}
	}
	if best == "" {
		return "", domain.Errorf(domain.Validation, "domain", "domain %s is no short domain that this account can make links on; add it in the settings first", host)
	}
	return best, nil
}

// withPassword is the link with the password that the form asks for: another one, none, or the one
// it had. The salt comes of the form's key, so that sending it twice asks for the same.
func (s *Server) withPassword(c echo.Context, f Form, l domain.Link) (domain.Link, error) {
	switch password := f.Raw("password"); {
	case f.Has("password_off"):
		l.Password = ""
	case password != "" && s.HashPassword == nil:
		return l, domain.Errorf(domain.Validation, "password", "password: this installation can't protect links")
	case password != "":
		sum := sha256.Sum256([]byte("password salt " + commandID(account(c), f.Key)))
		hash, err := s.HashPassword(c.Request().Context(), password, [16]byte(sum[:]))
		if err != nil {
			return l, err
		}
		l.Password = hash
	}
	return l, nil
}

// difference is what makes of one link another: only what somebody has changed, so that what somebody
// else did to other parts of it stays.
func difference(from, to domain.Link) (u domain.UpdateLink, differ bool) {
	u = domain.UpdateLink{Link: from.Number, Patch: to.Differences(from.Traits)}
	if to.Destination != from.Destination {
		u.Destination = &to.Destination
	}
	if to.Host != from.Host {
		u.Host = &to.Host
	}
	if to.Slug != from.Slug {
		u.Slug = &to.Slug
	}
	if !to.Expires.Equal(from.Expires) {
		u.Expires = &to.Expires
	}
	return u, u.Patch.Set != 0 || u.Destination != nil || u.Host != nil || u.Slug != nil || u.Expires != nil
}
