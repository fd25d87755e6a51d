package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// livePage is what the page of clicks as they come shows before there are any.
type livePage struct {
	Link  domain.Link // zero: all of the account's
	Short string
	From  string // where the clicks come from
}

// getLive is GET /live: clicks as they come, of the account or of one link. A script reads them
// from the native API, which lets sessions read, too.
func (s *Server) getLive(c echo.Context) error {
	p := livePage{From: "/v1/clicks/stream"}
	if id := c.QueryParam("link"); id != "" {
		l, err := s.linkOf(c, id)
		if err != nil {
			return err
		}
		p.Link, p.Short = l, s.shortURL(l.Host, l.Slug)
		p.From += "?" + url.Values{"link": {l.Number.String()}}.Encode()
	}
	return s.page(c, "Live", liveView(p), "live.js")
}
