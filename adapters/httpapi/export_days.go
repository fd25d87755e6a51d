package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/projections/clicks"
)

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
	e := dayExport{Context: c, server: s, asCSV: asCSV}
	if name := c.QueryParam("dimension"); name != "" {
		if e.dimension, err = parseDimension(name); err != nil {
			return err
		}
	}
	of, err := s.accountScope(c)
	if err != nil {
		return err
	}
	err = s.clicks.Days(c.Request().Context(), of.links, q.from, q.to, e.dimension, e.write)
	if err == nil {
		err = e.end()
	}
	if err != nil && c.Response().Committed {
		s.fail(c, err)
		panic(http.ErrAbortHandler) // or the reader would take what there is for all there was
	}
	return err
}

// dayExport writes days to the answer. It begins with the first: until then, an error can
// still be told.
type dayExport struct {
	echo.Context

	server    *Server
	asCSV     bool
	dimension clicks.Dimension
	table     *table        // as CSV
	lines     *json.Encoder // as JSON lines
}

func (e *dayExport) begin() (err error) {
	switch {
	case e.table != nil || e.lines != nil:
	case e.asCSV:
		e.table, err = newTable(e.Context, "days", "link_id", "date", "dimension", "value", "human", "bot", "head", "unique_visitors")
	default:
		e.Response().Header().Set(echo.HeaderContentType, "application/x-ndjson")
		e.Response().WriteHeader(http.StatusOK)
		e.lines = json.NewEncoder(e.Response())
		e.lines.SetEscapeHTML(false)
	}
	return err
}

// write writes the lines of a day, and gives the reader time to take them.
func (e *dayExport) write(day clicks.DayCounts) error {
	if err := e.begin(); err != nil {
		return err
	}
	for _, l := range dayLines(day, e.dimension) {
		var err error
		if e.asCSV {
			err = e.table.row(l.cells()...)
		} else {
			err = e.lines.Encode(l)
		}
		if err != nil {
			return fmt.Errorf("write line of export: %w", err)
		}
	}
	err := http.NewResponseController(e.Response()).SetWriteDeadline(time.Now().Add(exportPatience)) // the connection knows no other clock
	if err != nil && e.server.listener != nil {                                                      // a recorder has none
		return fmt.Errorf("give the reader time: %w", err)
	}
	return nil
}

func (e *dayExport) end() error {
	if err := e.begin(); err != nil || !e.asCSV {
		return err
	}
	return e.table.end()
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

func (l *dayLine) cells() []string {
	visitors := ""
	if l.UniqueVisitors != nil {
		visitors = number(*l.UniqueVisitors)
	}
	return []string{l.LinkID, l.Date, l.Dimension, l.Value, number(l.Human), number(l.Bot), number(l.Head), visitors}
}
