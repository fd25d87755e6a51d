package linxly

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// Sizes of a page.
const (
	defaultSize = 10
	maxSize     = 100
	maxPage     = 1_000_000
)

// Defaults of the order.
const (
	defaultColumn = "created_at"
	defaultType   = "desc"
)

// column is what lists are sorted by.
func column(name string) (by links.Sort, known bool) {
	switch name {
	case defaultColumn, "id":
		return links.ByCreated, true
	case "updated_at":
		return links.ByUpdated, true
	case fieldCode:
		return links.BySlugText, true
	case fieldDestination:
		return links.ByDestination, true
	}
	return "", false
}

// list is GET /v1/client/short-links?page=1&per_page=10&sort_column=created_at&sort_type=desc.
func (a *api) list(c echo.Context) error {
	p := pages{path: a.s.Base(c) + path, query: along(c.Request().URL.RawQuery)}
	var err error
	if p.current, err = httpapi.PageNumber(c, "page", 1, maxPage); err != nil {
		return err
	}
	if p.size, err = httpapi.PageNumber(c, "per_page", defaultSize, maxSize); err != nil {
		return err
	}
	q, err := order(c)
	if err != nil {
		return err
	}
	q.Offset, q.Limit = (p.current-1)*p.size, p.size
	found, total, err := a.s.Links(c, q)
	if err != nil {
		return err
	}
	p.total = total
	visits, err := a.s.Visits(c.Request().Context(), found.Links...)
	if err != nil {
		return err
	}
	data := make([]listed, 0, len(found.Links))
	for _, l := range found.Links {
		data = append(data, showListed(l, visits[l.Number]))
	}
	return a.s.Answer(c, http.StatusOK, struct {
		Data  []listed `json:"data"`
		Links ends     `json:"links"`
		Meta  meta     `json:"meta"`
	}{data, p.ends(), p.meta(len(data))})
}

// order reads what the list is sorted by.
func order(c echo.Context) (q links.ListQuery, err error) {
	var known bool
	if q.Sort, known = column(parameter(c, "sort_column", defaultColumn)); !known {
		return q, domain.Errorf(domain.Validation, "sort_column", "sort_column must be created_at, updated_at, short_code, destination_url or id")
	}
	switch strings.ToLower(parameter(c, "sort_type", defaultType)) {
	case "asc":
		q.Ascending = true
	case "desc":
	default:
		return q, domain.Errorf(domain.Validation, "sort_type", "sort_type must be asc or desc")
	}
	return q, nil
}

func parameter(c echo.Context, name, unless string) string {
	if raw := c.QueryParam(name); raw != "" {
		return raw
	}
	return unless
}
