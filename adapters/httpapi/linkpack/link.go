package linkpack

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// created is a link as its creation shows it.
type created struct {
	ID        string `json:"id"`
	ShortCode string `json:"shortCode"`
	ShortURL  string `json:"shortUrl"`
	LongURL   string `json:"longUrl"`
}

// shown is the whole link.
type shown struct {
	created

	Long        string   `json:"long_url"`
	UTMSource   *string  `json:"utm_source"`
	UTMMedium   *string  `json:"utm_medium"`
	UTMCampaign *string  `json:"utm_campaign"`
	UTMTerm     *string  `json:"utm_term"`
	UTMContent  *string  `json:"utm_content"`
	Routing     []route  `json:"traffic_routing"`
	Scripts     []script `json:"retargeting_scripts"`
	CreatedAt   string   `json:"createdAt"`
	UpdatedAt   string   `json:"updatedAt"`
}

func (a *api) created(l domain.Link) created {
	return created{id(l.Number), string(l.Slug), a.s.ShortURL(l), string(l.Destination)}
}

func (a *api) shown(l domain.Link) shown {
	return shown{
		created: a.created(l), Long: string(l.Destination),
		UTMSource: textOrNil(l.UTM.Source), UTMMedium: textOrNil(l.UTM.Medium), UTMCampaign: textOrNil(l.UTM.Campaign),
		UTMTerm: textOrNil(l.UTM.Term), UTMContent: textOrNil(l.UTM.Content),
		Routing: shownRoutes(l.Rules), Scripts: shownScripts(l.Scripts), CreatedAt: stamp(l.Created), UpdatedAt: stamp(l.Updated),
	}
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// shorten is POST /api/v1/shorten.
func (a *api) shorten(c echo.Context) error {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return err
	}
	long, name, err := readLong(f, "longUrl", "long_url")
	if err != nil {
		return err
	}
	if long == nil {
		return domain.Errorf(domain.Validation, name, "%s is required", name)
	}
	l, err := a.s.Create(c, domain.CreateLink{
		Host: a.s.Host(), Destination: *long, Traits: domain.Traits{RedirectStatus: http.StatusTemporaryRedirect},
	})
	if err != nil {
		return reworded(err, name)
	}
	return a.s.Answer(c, http.StatusOK, a.created(l))
}

// readLong is the destination under either of two names, not under both if they differ; nil: under
// none. name is the one it was given under, or else the first.
func readLong(f httpapi.Fields, names ...string) (long *domain.Destination, name string, err error) {
	name = names[0]
	for _, n := range names {
		if _, given := f[n]; !given {
			continue
		}
		d, err := f.Destination(n)
		if err != nil {
			return nil, n, err
		}
		if long != nil && *long != d {
			return nil, n, domain.Errorf(domain.Validation, n, "%s must be the same as %s", n, name)
		}
		if long == nil {
			long, name = &d, n
		}
	}
	return long, name, nil
}

// update is PATCH /api/v1/link/:id.
func (a *api) update(c echo.Context) error {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return err
	}
	l, err := a.toChange(c)
	if err != nil {
		return err
	}
	long, name, err := readLong(f, "long_url", "longUrl")
	if err != nil {
		return err
	}
	patch, err := readPatch(f, l.Rules)
	if err != nil {
		return err
	}
	if l, err = a.s.Update(c, l, domain.UpdateLink{Destination: long, Patch: patch}); err != nil {
		return reworded(err, name)
	}
	return a.s.Answer(c, http.StatusOK, a.shown(l))
}

// readPatch is what a body asks of a link that has rules now.
func readPatch(f httpapi.Fields, now []domain.Rule) (p domain.Patch, err error) {
	utm := [...]*string{&p.To.UTM.Source, &p.To.UTM.Medium, &p.To.UTM.Campaign, &p.To.UTM.Term, &p.To.UTM.Content}
	for i, at := range utm {
		field := domain.FieldUTMSource + domain.Field(i) //nolint:gosec // five
		if _, given := f[field.String()]; !given {
			continue
		}
		p.Set = p.Set.With(field)
		if *at, err = f.Text(field.String()); err != nil {
			return p, err
		}
	}
	if _, given := f[routing]; given {
		p.Set = p.Set.With(domain.FieldRules)
		if p.To.Rules, err = readRoutes(f, now); err != nil {
			return p, err
		}
	}
	if _, given := f[retargeting]; given {
		p.Set = p.Set.With(domain.FieldScripts)
		if p.To.Scripts, err = readScripts(f); err != nil {
			return p, err
		}
	}
	p, err = p.Normalise()
	return p, reworded(err, "long_url")
}

// remove is DELETE /api/v1/link/:id.
func (a *api) remove(c echo.Context) error {
	l, err := a.toChange(c)
	if err != nil {
		return err
	}
	if err := a.s.Delete(c, l); err != nil {
		return err
	}
	return a.s.Answer(c, http.StatusOK, struct {
		Success bool `json:"success"`
	}{true})
}

// toChange is the caller's link of the path, for a request that changes it.
func (a *api) toChange(c echo.Context) (domain.Link, error) {
	n, err := parseID(c.Param("id"))
	if err != nil {
		return domain.Link{}, err
	}
	return known(a.s.OwnToChange(c, n))
}

// known tells the same of a link that is another account's and of one that isn't there.
func known(l domain.Link, err error) (domain.Link, error) {
	if domain.CodeOf(err) == domain.NotFound {
		err = errNoLink()
	}
	return l, err
}

func errNoLink() error { return domain.Errorf(domain.NotFound, "", "There is no such link.") }
