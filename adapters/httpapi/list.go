package httpapi

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// Sizes of a page of links.
const (
	DefaultPage = 50
	MaxPage     = 100
)

// listLinks is GET /v1/links: newest first, a page at a time.
func (s *Server) listLinks(c echo.Context) error {
	limit, err := pageSize(c.QueryParam("limit"))
	if err != nil {
		return err
	}
	after, err := parseCursor(c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.links.List(ctx, links.ListQuery{Filter: links.Filter{Account: caller(c).Account}, After: after, Limit: limit})
	if err != nil {
		return err
	}
	var next *string
	if page.More {
		id := page.Links[len(page.Links)-1].Number.String()
		next = &id
	}
	shown, err := s.shown(c, page.Links)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, struct {
		Success    bool         `json:"success"`
		Links      []linkAnswer `json:"links"`
		NextCursor *string      `json:"next_cursor"`
	}{true, shown, next})
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

// parseCursor reads a next_cursor: the last link of the page before.
func parseCursor(s string) (domain.LinkNumber, error) {
	if s == "" {
		return 0, nil
	}
	n, err := domain.ParseLinkNumber(s)
	if err != nil {
		return 0, domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
	}
	return n, nil
}
