package spotify

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// record is a link.
type record struct {
	ID        string `json:"id"`
	Created   string `json:"created"`
	Updated   string `json:"updated"`
	From      string `json:"from"`
	Slug      string `json:"slug"`
	Subdomain string `json:"subdomain"`
	Views     uint64 `json:"views"`
	ShortURL  string `json:"shortUrl"`
}

func (a *api) record(l domain.Link, views uint64) record {
	return record{
		ID: id(l.Number), Created: stamp(l.Created), Updated: stamp(l.Updated), From: string(l.Destination), Slug: string(l.Slug),
		Subdomain: strings.TrimSuffix(strings.TrimSuffix(string(l.Host), string(l.Domain)), "."), Views: views, ShortURL: a.s.ShortURL(l),
	}
}

// stamp writes a time as PocketBase does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000Z") }

// create is POST /api/links.
func (a *api) create(c echo.Context) error {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return err
	}
	w, err := readWish(f)
	if err != nil {
		return err
	}
	if w.from == nil {
		return domain.Errorf(domain.Validation, fieldFrom, "%s is required", fieldFrom)
	}
	body := domain.CreateLink{Host: a.s.Host(), Destination: *w.from, Traits: domain.Traits{RedirectStatus: http.StatusMovedPermanently}}
	if w.slug != nil {
		body.Slug = *w.slug
	}
	if host, err := w.host(a.s.Host()); err != nil {
		return err
	} else if host != nil {
		body.Host = *host
	}
	if err := a.admit(c, f); err != nil {
		return err
	}
	l, err := a.s.Create(c, body)
	if err != nil {
		return renamed(err)
	}
	c.Response().Header().Set("Location", a.s.Base(c)+"/api/links/"+id(l.Number))
	return a.s.Answer(c, http.StatusCreated, a.record(l, 0))
}

// update is PATCH /api/links/{id}.
func (a *api) update(c echo.Context) error {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return err
	}
	w, err := readWish(f)
	if err != nil {
		return err
	}
	l, err := a.own(c, c.Param("id"))
	if err != nil {
		return err
	}
	host, err := w.host(l.Domain)
	if err != nil {
		return err
	}
	if l, err = a.s.Update(c, l, domain.UpdateLink{Destination: w.from, Slug: w.slug, Host: host}); err != nil {
		return renamed(err)
	}
	views, err := a.s.Visits(c.Request().Context(), l)
	if err != nil {
		return err
	}
	return a.s.Answer(c, http.StatusOK, a.record(l, views[l.Number]))
}

// remove is DELETE /api/links/{id}.
func (a *api) remove(c echo.Context) error {
	l, err := a.own(c, c.Param("id"))
	if err == nil {
		err = a.s.Delete(c, l)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// renamed is a refusal in the words of this API.
func renamed(err error) error {
	return httpapi.Renamed(err, "url", fieldFrom, "domain", fieldSubdomain)
}

// own is the caller's link with an id, to be changed. Unlike other APIs this one tells that a link is another's.
func (a *api) own(c echo.Context, raw string) (domain.Link, error) {
	n, err := parseID(raw)
	if err != nil {
		return domain.Link{}, err
	}
	l, err := a.s.OwnToChange(c, n)
	if domain.CodeOf(err) != domain.NotFound {
		return l, err
	}
	if _, missing := a.s.Known(c, n); missing == nil {
		return l, domain.Errorf(domain.Forbidden, "", "You don't own this link.")
	}
	return l, errNone()
}
