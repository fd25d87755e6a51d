package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// linkView is what the page of a link shows.
type linkView struct {
	linkRow

	Form    Form
	Facts   []fieldLine
	Days    []uint64 // human clicks of the last days, today last
	Past    pastOf
	Code    qrCode
	Write   bool
	Counted bool // who looks may see clicks
}

// How much of its clicks and its past the page of a link shows.
const (
	daysOnPage    = 30
	changesOnPage = 5
)

// getLink is GET /links/:id.
func (s *Server) getLink(c echo.Context) error {
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	rows, err := s.linkRows(ctx, []domain.Link{l})
	if err != nil {
		return err
	}
	p := linkView{linkRow: rows[0], Form: s.form(c), Code: qrCodeOf(c.QueryParams()), Write: may(c, domain.ScopeWrite), Counted: may(c, domain.ScopeAnalytics)}
	loc := formZone(c, p.Form)
	p.Facts = facts(l, loc, "url", "slug", "title", "tags", "note", "archived")
	if p.Past, err = s.past(c, l, 0, changesOnPage); err != nil {
		return err
	}
	if p.Counted {
		if p.Days, err = s.daysOf(c, l, loc); err != nil {
			return err
		}
	}
	return s.page(c, p.Short(), linkPage(p), linkFiles...)
}

// daysOf are the human clicks of a link's last days.
func (s *Server) daysOf(c echo.Context, l domain.Link, loc *time.Location) ([]uint64, error) {
	now := s.clock().In(loc)
	to := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, loc)
	a, err := s.Clicks.Analyse(c.Request().Context(), clicks.Question{
		Links: []domain.LinkNumber{l.Number}, From: to.AddDate(0, 0, -daysOnPage), To: to, Granularity: clicks.Day, Location: loc,
	})
	if err != nil {
		return nil, err
	}
	days := make([]uint64, len(a.Series))
	for i, p := range a.Series {
		days[i] = p.Human
	}
	return days, nil
}

// sparkline is a line through numbers, as the points of an SVG of 100 by 30.
func sparkline(numbers []uint64) string {
	most := max(1, slices.Max(append([]uint64{0}, numbers...)))
	points := make([]string, len(numbers))
	for i, n := range numbers {
		x := 100 * float64(i) / float64(max(1, len(numbers)-1))
		y := 29 - 28*float64(n)/float64(most)
		points[i] = strconv.FormatFloat(x, 'f', 1, 64) + "," + strconv.FormatFloat(y, 'f', 1, 64)
	}
	return strings.Join(points, " ")
}

func sum(numbers []uint64) (n uint64) {
	for _, x := range numbers {
		n += x
	}
	return n
}

// qrCode is how somebody wants a QR code to look.
type qrCode struct{ Size, Format, Color, Background, Level, Margin string }

// The choices that the form for a code has.
var (
	qrFormats = []Choice{{Value: "png", Label: "PNG"}, {Value: "svg", Label: "SVG"}}
	qrLevels  = []Choice{{Value: "L", Label: "Low (7 %)"}, {Value: "M", Label: "Medium (15 %)"}, {Value: "Q", Label: "Good (25 %)"}, {Value: "H", Label: "High (30 %)"}}
)

// qrCodeOf reads an address; what can't be used is as if it weren't there.
func qrCodeOf(q url.Values) qrCode {
	number := func(name string, least, most int, otherwise string) string {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n >= least && n <= most {
			return strconv.Itoa(n)
		}
		return otherwise
	}
	choice := func(name string, all []Choice, otherwise string) string {
		if slices.ContainsFunc(all, func(x Choice) bool { return x.Value == q.Get(name) }) {
			return q.Get(name)
		}
		return otherwise
	}
	code := qrCode{
		Size: number("size", 64, 4096, "500"), Margin: number("margin", 0, 32, "4"),
		Format: choice("format", qrFormats, "png"), Level: choice("level", qrLevels, "M"),
		Color: color(q.Get("color"), "#000000"), Background: color(q.Get("background"), "#ffffff"),
	}
	if q.Has("transparent") {
		code.Background = "transparent"
	}
	return code
}

// color is one as browsers' fields for colours write it.
func color(raw, otherwise string) string {
	if len(raw) != 7 || raw[0] != '#' || strings.Trim(strings.ToLower(raw[1:]), "0123456789abcdef") != "" {
		return otherwise
	}
	return strings.ToLower(raw)
}

// values are the parameters of the API's code.
func (q qrCode) values() url.Values {
	return url.Values{
		"size": {q.Size}, "format": {q.Format}, "color": {q.Color}, "background": {q.Background}, "level": {q.Level}, "margin": {q.Margin},
	}
}

// picture is where the API has the code of a link.
func (q qrCode) picture(n domain.LinkNumber) string {
	return "/v1/links/" + n.String() + "/qr?" + q.values().Encode()
}

// solid is the colour of the background, or white behind a transparent one.
func (q qrCode) solid() string { return color(q.Background, "#ffffff") }

// file is what a download is called.
func (q qrCode) file(slug domain.Slug) string { return string(slug) + "." + q.Format }
