package spotify

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
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
	page, err := number(c, "page", 1, maxPage)
	if err != nil {
		return err
	}
	size, err := number(c, "perPage", defaultSize, maxSize)
	if err != nil {
		return err
	}
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

// number is a parameter from 1 on; more than most is most.
func number(c echo.Context, name string, unless, most int) (int, error) {
	raw := c.QueryParam(name)
	if raw == "" {
		return unless, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 {
		return 0, domain.Errorf(domain.Validation, name, "%s must be a number from 1 on", name)
	}
	return min(n, most), nil
}
