package spotify

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/projections/links"
)

// Sizes of a page.
const (
	defaultSize = 30
	maxSize     = 50
	maxPage     = 1_000_000
)

// list is GET /api/links?page=1&perPage=30: newest first.
func (a *api) list(c echo.Context) error {
	page, err := httpapi.PageNumber(c, "page", 1, 0)
	if err != nil {
		return err
	}
	size, err := httpapi.PageNumber(c, "perPage", defaultSize, 0)
	if err != nil {
		return err
	}
	page, size = min(page, maxPage), min(size, maxSize) // more is taken for the most there is
	found, total, err := a.s.Links(c, links.ListQuery{Offset: (page - 1) * size, Limit: size})
	if err != nil {
		return err
	}
	views, err := a.s.Visits(c.Request().Context(), found.Links...)
	if err != nil {
		return err
	}
	items := make([]record, 0, len(found.Links))
	for _, l := range found.Links {
		items = append(items, a.record(l, views[l.Number]))
	}
	return a.s.Answer(c, http.StatusOK, struct {
		Items      []record `json:"items"`
		Page       int      `json:"page"`
		PerPage    int      `json:"perPage"`
		TotalPages int      `json:"totalPages"`
		Total      int      `json:"total"`
	}{items, page, size, (total + size - 1) / size, total})
}
