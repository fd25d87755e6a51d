package smartlinks

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// created is a link as a creation shows it: the document's five fields.
type created struct {
	ID        string `json:"id"`
	ShortCode string `json:"shortCode"`
	ShortURL  string `json:"shortUrl"`
	URL       string `json:"url"`
	CreatedAt string `json:"createdAt"`
}

// shown is a link as everything else shows it.
type shown struct {
	created

	UpdatedAt string          `json:"updatedAt"`
	Title     *string         `json:"title"`
	Metadata  json.RawMessage `json:"metadata"`
	Clicks    uint64          `json:"clicks"`
}

func (a *api) created(l domain.Link) created {
	return created{id(l.Number), string(l.Slug), a.s.ShortURL(l), string(l.Destination), stamp(l.Created)}
}

func (a *api) shown(l domain.Link, visits uint64) shown {
	s := shown{created: a.created(l), UpdatedAt: stamp(l.Updated), Metadata: json.RawMessage("{}"), Clicks: visits}
	if l.Title != "" {
		s.Title = &l.Title
	}
	if l.Metadata != "" {
		s.Metadata = json.RawMessage(l.Metadata)
	}
	return s
}

// stamp writes a time as the document does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// wish is what a body asks for; what is not in it stays as it is.
type wish struct {
	destination *domain.Destination
	slug        *domain.Slug
	patch       domain.Patch
}

func readWish(c echo.Context) (w wish, err error) {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return w, err
	}
	if f.Has("url") {
		d, err := f.Destination("url")
		if err != nil {
			return w, err
		}
		w.destination = &d
	}
	if f.Has("shortCode") {
		slug, err := f.Slug("shortCode")
		if err != nil {
			return w, err
		}
		w.slug = &slug
	}
	if _, given := f["title"]; given {
		if err := w.title(f); err != nil {
			return w, err
		}
	}
	if _, given := f["metadata"]; given {
		w.patch.Set = w.patch.Set.With(domain.FieldMetadata)
		if f.Has("metadata") {
			w.patch.To.Metadata, err = domain.ParseMetadata(string(f["metadata"]))
		}
	}
	return w, err
}

// title takes the title; null is none.
func (w *wish) title(f httpapi.Fields) error {
	w.patch.Set = w.patch.Set.With(domain.FieldTitle)
	if !f.Has("title") {
		return nil
	}
	raw, err := f.Text("title")
	if err == nil {
		w.patch.To.Title, err = domain.ParseTitle(raw)
	}
	return err
}

// create is POST /v1/links.
func (a *api) create(c echo.Context) error {
	w, err := readWish(c)
	if err != nil {
		return err
	}
	if w.destination == nil {
		return domain.Errorf(domain.Validation, "url", "url is required")
	}
	body := domain.CreateLink{Host: a.s.Host(), Destination: *w.destination, Traits: w.patch.To}
	if w.slug != nil {
		body.Slug = *w.slug
	}
	l, err := a.s.Create(c, body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", a.s.Base(c)+"/v1/links/"+id(l.Number))
	return a.s.Answer(c, http.StatusCreated, a.created(l))
}

// get is GET /v1/links/{linkId}.
func (a *api) get(c echo.Context) error {
	l, err := a.own(c, c.Param("id"))
	if err != nil {
		return err
	}
	return a.show(c, l)
}

// update is PATCH /v1/links/{linkId}.
func (a *api) update(c echo.Context) error {
	w, err := readWish(c)
	if err != nil {
		return err
	}
	l, err := a.toChange(c, c.Param("id"))
	if err != nil {
		return err
	}
	if l, err = a.s.Update(c, l, domain.UpdateLink{Destination: w.destination, Slug: w.slug, Patch: w.patch}); err != nil {
		return err
	}
	return a.show(c, l)
}

// remove is DELETE /v1/links/{linkId}.
func (a *api) remove(c echo.Context) error {
	l, err := a.toChange(c, c.Param("id"))
	if err == nil {
		err = a.s.Delete(c, l)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// own is the caller's link with an id.
func (a *api) own(c echo.Context, raw string) (domain.Link, error) {
	n, err := parseID(raw)
	if err != nil {
		return domain.Link{}, err
	}
	return a.s.Own(c, n)
}

// toChange is own for a request that changes the link.
func (a *api) toChange(c echo.Context, raw string) (domain.Link, error) {
	n, err := parseID(raw)
	if err != nil {
		return domain.Link{}, err
	}
	return a.s.OwnToChange(c, n)
}

func (a *api) show(c echo.Context, l domain.Link) error {
	visits, err := a.s.Visits(c.Request().Context(), l)
	if err != nil {
		return err
	}
	return a.s.Answer(c, http.StatusOK, a.shown(l, visits[l.Number]))
}
