package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// frame is what surrounds a page.
type frame struct {
	Title    string
	Path     string
	Who      identity.Session // zero: nobody
	Accounts []identity.Membership
	Operator bool
	Dev      bool
	Token    string
	Flash    flash
	Styles   []string
	Scripts  []string
	Icon     string
}

// on reports whether the page is one of those below a path.
func (f frame) on(path string) bool { return f.Path == path || strings.HasPrefix(f.Path, path+"/") }

// page answers with a page around body. Assets are those it needs beside everybody's, by their
// names in the folder.
func (s *Server) page(c echo.Context, title string, body templ.Component, assets ...string) error {
	return s.show(c, http.StatusOK, title, body, assets...)
}

// again answers with a page whose form was refused.
func (s *Server) again(c echo.Context, err error, title string, body templ.Component, assets ...string) error {
	code := statusOf(err)
	s.report(c, code, err)
	return s.show(c, code, title, body, assets...)
}

// part answers htmx with a piece of a page.
func (s *Server) part(c echo.Context, body templ.Component) error {
	return s.render(c, http.StatusOK, body)
}

// done tells that something was done, on the page that comes next.
func (s *Server) done(c echo.Context, to, message string) error {
	s.setFlash(c, flash{Kind: "good", Text: message})
	return s.redirect(c, to)
}

func (s *Server) show(c echo.Context, code int, title string, body templ.Component, extra ...string) error {
	f := frame{
		Title: title, Path: c.Request().URL.Path, Who: session(c), Dev: s.options.Dev, Flash: s.takeFlash(c),
		Styles: []string{s.assets.url("app.css")}, Scripts: []string{s.assets.url("htmx.js"), s.assets.url("app.js")}, Icon: s.assets.url("icon.svg"),
	}
	for _, name := range extra {
		if strings.HasSuffix(name, ".css") {
			f.Styles = append(f.Styles, s.assets.url(name))
		} else {
			f.Scripts = append(f.Scripts, s.assets.url(name))
		}
	}
	if f.Who.ID != "" {
		accounts, err := s.People.Memberships(c.Request().Context(), f.Who.Person.ID)
		if err != nil {
			s.log.WarnContext(c.Request().Context(), "the accounts of a person are not shown", "error", err)
		}
		f.Accounts, f.Operator, f.Token = accounts, s.operates(f.Who.Person), f.Who.CSRF
	}
	return s.render(c, code, layout(f, body))
}

// worthPacking is from how many bytes on compressing saves a packet.
const worthPacking = 1 << 10

// render answers with all of body or with an error, never with a half.
func (s *Server) render(c echo.Context, code int, body templ.Component) error {
	var b bytes.Buffer
	if err := body.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Hx-Request")
	page := b.Bytes()
	if len(page) >= worthPacking && packs(c.Request()) {
		packed, err := pack(page, gzip.BestSpeed)
		if err != nil {
			return fmt.Errorf("compress the page: %w", err)
		}
		h.Set("Content-Encoding", "gzip")
		page = packed
	}
	return c.HTMLBlob(code, page)
}

// getHome is GET /: where people begin.
func (s *Server) getHome(c echo.Context) error { return s.redirect(c, "/links") }

// postSwitch is POST /account/switch: looks at another account of the person.
func (s *Server) postSwitch(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	if err := s.People.Switch(c.Request().Context(), sessionToken(c.Request()), domain.AccountID(f.Get("account"))); err != nil {
		return err
	}
	return s.redirect(c, "/")
}

// isoTime is a time as <time datetime> wants it.
func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// plainTime is a time for those whose browser runs no scripts; app.js puts it into their zone.
func plainTime(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }
