package smartlinks

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/projections/links"
)

// Sizes of a page.
const (
	defaultSize = 20
	maxSize     = 100
	maxPage     = 1_000_000
)

// list is GET /v1/links?page=1&pageSize=20: newest first.
func (a *api) list(c echo.Context) error {
	page, err := httpapi.PageNumber(c, "page", 1, maxPage)
	if err != nil {
		return err
	}
	size, err := httpapi.PageNumber(c, "pageSize", defaultSize, maxSize)
	if err != nil {
		return err
	}
	found, total, err := a.s.Links(c, links.ListQuery{Offset: (page - 1) * size, Limit: size})
	if err != nil {
		return err
	}
	visits, err := a.s.Visits(c.Request().Context(), found.Links...)
	if err != nil {
		return err
	}
	data := make([]shown, 0, len(found.Links))
	for _, l := range found.Links {
		data = append(data, a.shown(l, visits[l.Number]))
	}
	return a.s.Answer(c, http.StatusOK, struct {
		Data       []shown `json:"data"`
		Page       int     `json:"page"`
		PageSize   int     `json:"pageSize"`
		Total      int     `json:"total"`
		TotalPages int     `json:"totalPages"`
	}{data, page, size, total, (total + size - 1) / size})
}
