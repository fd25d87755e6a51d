package httpapi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

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

// exportPatience is how long a reader of an export may stand still.
const exportPatience = time.Minute

// exportDays is GET /v1/analytics/export: a row per link and UTC day, or, with a dimension,
// per value too. It is written as it is read: a file of years is nothing to either side.
func (s *Server) exportDays(c echo.Context) error {
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	q, err := parseAnalytics(c.QueryParams(), s.clock())
	if err != nil {
		return err
	}
	var d clicks.Dimension
	if name := c.QueryParam("dimension"); name != "" {
		if d, err = parseDimension(name); err != nil {
			return err
		}
	}
	of, err := s.accountScope(c)
	if err != nil {
		return err
	}
	write, end, err := s.dayWriter(c, asCSV, d)
	if err != nil {
		return err
	}
	if err := s.clicks.Days(c.Request().Context(), of.links, q.from, q.to, d, write); err != nil {
		return err
	}
	return end()
}

// dayWriter begins an export.
func (s *Server) dayWriter(c echo.Context, asCSV bool, d clicks.Dimension) (write func(clicks.DayCounts) error, end func() error, err error) {
	deadline := func() error {
		err := http.NewResponseController(c.Response()).SetWriteDeadline(s.clock().Add(exportPatience))
		if err != nil && s.listener != nil { // a recorder has none
			return fmt.Errorf("give the reader time: %w", err)
		}
		return nil
	}
	if !asCSV {
		c.Response().Header().Set(echo.HeaderContentType, "application/x-ndjson")
		c.Response().WriteHeader(http.StatusOK)
		e := json.NewEncoder(c.Response())
		e.SetEscapeHTML(false)
		return func(day clicks.DayCounts) error {
			for _, l := range dayLines(day, d) {
				if err := e.Encode(l); err != nil {
					return err
				}
			}
			return deadline()
		}, func() error { return nil }, nil
	}
	t, err := newTable(c, "days", "link_id", "date", "dimension", "value", "human", "bot", "head", "unique_visitors")
	if err != nil {
		return nil, nil, err
	}
	return func(day clicks.DayCounts) error {
		for _, l := range dayLines(day, d) {
			visitors := ""
			if l.UniqueVisitors != nil {
				visitors = number(*l.UniqueVisitors)
			}
			if err := t.row(l.LinkID, l.Date, l.Dimension, l.Value, number(l.Human), number(l.Bot), number(l.Head), visitors); err != nil {
				return err
			}
		}
		return deadline()
	}, t.end, nil
}

// dayLine is a line of an export.
type dayLine struct {
	LinkID         string  `json:"link_id"`
	Date           string  `json:"date"`
	Dimension      string  `json:"dimension,omitempty"`
	Value          string  `json:"value,omitempty"`
	Human          uint64  `json:"human"`
	Bot            uint64  `json:"bot"`
	Head           uint64  `json:"head"`
	UniqueVisitors *uint64 `json:"unique_visitors,omitempty"`
}

func dayLines(day clicks.DayCounts, d clicks.Dimension) []dayLine {
	line := dayLine{LinkID: day.Link.String(), Date: day.Day.Format(time.DateOnly), Human: day.Human, Bot: day.Bot, Head: day.Heads}
	if d == 0 {
		line.UniqueVisitors = &day.Visitors
		return []dayLine{line}
	}
	lines := make([]dayLine, len(day.Values))
	for i, v := range day.Values {
		line.Dimension, line.Value, line.Human, line.Bot, line.Head = d.String(), v.Value, v.Human, v.Bot, v.Heads
		if v.Value == "" {
			line.Value = other
		}
		lines[i] = line
	}
	return lines
}
