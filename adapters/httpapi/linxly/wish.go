package linxly

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// The fields of a request.
const (
	fieldDestination = "destination_url"
	fieldCode        = "short_code"
	fieldStatus      = "status"
	fieldUTM         = "utm"
)

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
	if f.Has(fieldDestination) {
		d, err := f.Destination(fieldDestination)
		if err != nil {
			return w, err
		}
		w.destination = &d
	}
	if f.Has(fieldCode) && string(f[fieldCode]) != `""` {
		slug, err := f.Slug(fieldCode)
		if err != nil {
			return w, err
		}
		w.slug = &slug
	}
	if f.Has(fieldStatus) {
		if err := w.status(f); err != nil {
			return w, err
		}
	}
	if _, given := f[fieldUTM]; given {
		w.setUTM()
		w.patch.To.UTM, err = readUTM(f)
	}
	return w, err
}

// status takes whether visitors find the link. What brings a link back brings it back altogether.
func (w *wish) status(f httpapi.Fields) error {
	var on bool
	if err := f.Value(fieldStatus, &on, "true or false"); err != nil {
		return err
	}
	w.patch.Set, w.patch.To.Disabled = w.patch.Set.With(domain.FieldDisabled), !on
	if on {
		w.patch.Set = w.patch.Set.With(domain.FieldArchived)
	}
	return nil
}
