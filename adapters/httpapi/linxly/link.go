package linxly

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// listed is a link as a list shows it.
type listed struct {
	ID             domain.LinkNumber `json:"id"`
	UTMID          *uint64           `json:"utm_id"`
	ShortCode      string            `json:"short_code"`
	Status         bool              `json:"status"`
	DestinationURL string            `json:"destination_url"`
	CreatedAt      string            `json:"created_at"`
	ClicksCount    uint64            `json:"clicks_count"`
	UTM            *utm              `json:"utm"`
}

// alone is a link as everything else shows it.
type alone struct {
	ID             domain.LinkNumber `json:"id"`
	ShortCode      string            `json:"short_code"`
	DestinationURL string            `json:"destination_url"`
	UserID         uint64            `json:"user_id"`
	CreatedAt      string            `json:"created_at"`
	UpdatedAt      string            `json:"updated_at"`
	UTM            *utm              `json:"utm"`
	Schedules      []schedule        `json:"schedules"`
}

// schedule is when a link begins and ends.
type schedule struct {
	StartAt *string `json:"start_at"`
	EndAt   *string `json:"end_at"`
}

func showListed(l domain.Link, visits uint64) listed {
	return listed{
		ID: l.Number, UTMID: utmID(l), ShortCode: string(l.Slug), Status: !l.Disabled && !l.Archived,
		DestinationURL: string(l.Destination), CreatedAt: stamp(l.Created), ClicksCount: visits, UTM: showUTM(l.UTM),
	}
}

func showAlone(l domain.Link) alone {
	a := alone{
		ID: l.Number, ShortCode: string(l.Slug), DestinationURL: string(l.Destination), UserID: stable(string(l.Account)),
		CreatedAt: stamp(l.Created), UpdatedAt: stamp(l.Updated), UTM: showUTM(l.UTM), Schedules: []schedule{},
	}
	if !l.Starts.IsZero() || !l.Expires.IsZero() {
		a.Schedules = append(a.Schedules, schedule{unlessZero(l.Starts), unlessZero(l.Expires)})
	}
	return a
}

// stamp writes a time as the document does, in UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.DateTime) }

func unlessZero(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// create is POST /v1/client/short-links.
func (a *api) create(c echo.Context) error {
	w, err := readWish(c)
	if err != nil {
		return err
	}
	if w.destination == nil {
		return domain.Errorf(domain.Validation, fieldDestination, "%s is required", fieldDestination)
	}
	body := domain.CreateLink{Host: a.s.Host(), Destination: *w.destination, Traits: w.patch.To}
	if w.slug != nil {
		body.Slug = *w.slug
	}
	l, err := a.s.Create(c, body)
	if err != nil {
		return err
	}
	return a.show(c, l)
}

// get is GET /v1/client/short-links/{short_code}.
func (a *api) get(c echo.Context) error {
	l, err := a.s.OwnSlug(c, c.Param("short_code"))
	if err != nil {
		return err
	}
	return a.show(c, l)
}

// update is PUT /v1/client/short-links/{short_code}.
func (a *api) update(c echo.Context) error {
	w, err := readWish(c)
	if err != nil {
		return err
	}
	l, err := a.s.OwnSlugToChange(c, c.Param("short_code"))
	if err != nil {
		return err
	}
	if l, err = a.s.Update(c, l, domain.UpdateLink{Destination: w.destination, Slug: w.slug, Patch: w.patch}); err != nil {
		return err
	}
	return a.show(c, l)
}

// remove is DELETE /v1/client/short-links/{short_code}.
func (a *api) remove(c echo.Context) error {
	l, err := a.s.OwnSlugToChange(c, c.Param("short_code"))
	if err == nil {
		err = a.s.Delete(c, l)
	}
	if err != nil {
		return err
	}
	return a.s.Answer(c, http.StatusOK, struct {
		Message string `json:"message"`
	}{"Short link deleted successfully."})
}

func (a *api) show(c echo.Context, l domain.Link) error {
	return a.s.Answer(c, http.StatusOK, struct {
		Data alone `json:"data"`
	}{showAlone(l)})
}
