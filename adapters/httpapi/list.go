package httpapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Sizes of a page of links.
const (
	DefaultPage = 50
	MaxPage     = 100
)

// listLinks is GET /v1/links: newest first unless asked otherwise, a page at a time.
func (s *Server) listLinks(c echo.Context) error {
	asked, err := parameters(c)
	if err != nil {
		return err
	}
	q, err := parseList(asked, s.clock())
	if err != nil {
		return err
	}
	q.Account = caller(c).Account
	if q.Limit, err = pageSize(c.QueryParam("limit")); err != nil {
		return err
	}
	q.After = c.QueryParam("cursor")
	page, err := s.links.List(c.Request().Context(), q)
	if err != nil {
		return err
	}
	var next *string
	if page.More {
		next = &page.Next
	}
	shown, err := s.shown(c, page.Links)
	if err != nil {
		return err
	}
	search := ""
	if page.Partial {
		search = "partial"
	}
	return answer(c, http.StatusOK, struct {
		Success    bool         `json:"success"`
		Links      []linkAnswer `json:"links"`
		NextCursor *string      `json:"next_cursor"`
		Search     string       `json:"search,omitempty"`
	}{true, shown, next, search})
}

// countLinks is GET /v1/links/count: how many links a list has on all pages.
func (s *Server) countLinks(c echo.Context) error {
	asked, err := parameters(c)
	if err != nil {
		return err
	}
	f, err := parseFilter(asked, s.clock())
	if err != nil {
		return err
	}
	f.Account = caller(c).Account
	n, err := s.links.Count(c.Request().Context(), f)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, struct {
		Success bool `json:"success"`
		Count   int  `json:"count"`
	}{true, n})
}

// getBySlug is GET /v1/links/by-slug/:slug, of the installation's domain or another.
func (s *Server) getBySlug(c echo.Context) error {
	host := s.host
	if raw := c.QueryParam("domain"); raw != "" {
		var err error
		if host, err = parseHost("domain", raw); err != nil {
			return err
		}
	}
	l, err := s.links.BySlug(c.Request().Context(), host, pathValue(c, "slug"))
	if l, err = owned(c, l, err); err != nil {
		return err
	}
	return s.showLink(c, http.StatusOK, l)
}

// getByExternal is GET /v1/links/by-external-id/:external, on the installation's domain or
// another: each has its own such ids.
func (s *Server) getByExternal(c echo.Context) error {
	on := s.host
	if raw := c.QueryParam("domain"); raw != "" {
		host, err := parseHost("domain", raw)
		if err != nil {
			return err
		}
		if on, err = s.shortDomain(c.Request().Context(), host); err != nil {
			return err
		}
	}
	l, err := s.links.ByExternal(c.Request().Context(), caller(c).Account, on, pathValue(c, "external"))
	if l, err = owned(c, l, err); err != nil {
		return err
	}
	return s.showLink(c, http.StatusOK, l)
}

// putByExternal is PUT /v1/links/by-external-id/:external: makes the link, or makes the one that
// is there like this.
func (s *Server) putByExternal(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	w, err := f.wish("custom_slug", "slug")
	if err != nil {
		return err
	}
	w.patch.Set = w.patch.Set.With(domain.FieldExternal)
	if w.patch.To.External, err = domain.ParseExternalID(pathValue(c, "external")); err != nil {
		return err
	}
	if err := s.hashPasswords(c, &w); err != nil {
		return err
	}
	body, on, err := s.creation(c.Request().Context(), &w)
	if err != nil {
		return err
	}
	w.upsert(&body)
	reply, key, err := s.change(c, on, 0, body)
	switch {
	case err != nil:
		return err
	case reply.Version == 1:
		return s.showCreated(c, reply, key)
	}
	return s.showChanged(c, http.StatusOK, reply, key)
}

// pathValue is a parameter of the path as it was meant: the router matches paths as they were
// sent if they hold escapes that matter.
func pathValue(c echo.Context, name string) string {
	value := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return value
	}
	plain, err := url.PathUnescape(value)
	if err != nil {
		return value
	}
	return plain
}

func pageSize(s string) (int, error) {
	if s == "" {
		return DefaultPage, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > MaxPage {
		return 0, domain.Errorf(domain.Validation, "limit", "limit must be a number from 1 to %d", MaxPage)
	}
	return n, nil
}
