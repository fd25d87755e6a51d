package httpapi

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// wantsCSV reports whether the answer is to be a table: by the parameter format, or else by
// the Accept header.
func wantsCSV(c echo.Context) (bool, error) {
	switch f := c.QueryParam("format"); f {
	case "csv":
		return true, nil
	case "json":
		return false, nil
	case "":
		return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/csv"), nil
	default:
		return false, domain.Errorf(domain.Validation, "format", "format must be json or csv")
	}
}

// table writes rows of a CSV file to the answer as they come.
type table struct {
	echo.Context

	csv *csv.Writer
}

// newTable begins a table.
func newTable(c echo.Context, name string, columns ...string) (*table, error) {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	t := &table{c, csv.NewWriter(c.Response())}
	return t, t.csv.Write(columns)
}

// row writes cells. Visitors choose some of them, so none may look like a formula to the
// program that the file is opened with.
func (t *table) row(cells ...string) error {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return t.csv.Write(cells)
}

func (t *table) end() error {
	t.csv.Flush()
	return t.csv.Error()
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// analyticsCSV is an answer about clicks as one long table.
func analyticsCSV(c echo.Context, q *analyticsQuery, a *clicks.Analytics) error {
	t, err := newTable(c, "analytics", "what", "value", "clicks")
	if err != nil {
		return err
	}
	for _, p := range q.series(a.Series) {
		if err := t.row("time", p.Date, number(p.Clicks)); err != nil {
			return err
		}
	}
	for i := range a.Breakdowns {
		if err := t.breakdown(&a.Breakdowns[i]); err != nil {
			return err
		}
	}
	return t.end()
}

func (t *table) breakdown(b *clicks.Breakdown) error {
	name := b.Dimension.String()
	for _, r := range b.Rows {
		if err := t.row(name, r.Value, number(r.Clicks)); err != nil {
			return err
		}
	}
	if rest := b.Rest + b.Over; rest > 0 {
		if err := t.row(name, other, number(rest)); err != nil {
			return err
		}
	}
	if b.Without > 0 {
		return t.row(name, "", number(b.Without))
	}
	return nil
}

// breakdownCSV is a breakdown as a table.
func breakdownCSV(c echo.Context, b *clicks.Breakdown) error {
	t, err := newTable(c, b.Dimension.String(), "dimension", "value", "clicks")
	if err == nil {
		err = t.breakdown(b)
	}
	if err != nil {
		return err
	}
	return t.end()
}
