package linxly

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// api is the dialect over a server.
type api struct{ s *httpapi.Server }

// New makes the dialect for a server.
func New(s *httpapi.Server) httpapi.Dialect {
	a := &api{s}
	return httpapi.Dialect{Name: "linxly", Routes: a.routes, Fail: fail}
}

// path is where links live.
const path = "/v1/client/short-links"

func (a *api) routes(g *echo.Group) {
	g.GET(path, a.list)
	g.POST(path, a.create)
	g.GET(path+"/:short_code", a.get)
	g.PUT(path+"/:short_code", a.update)
	g.DELETE(path+"/:short_code", a.remove)
}

// failure is the body of every error.
type failure struct {
	Message string              `json:"message"`
	Errors  map[string][]string `json:"errors,omitempty"`
}

// fail answers with the statuses of the document, and 422 for whatever is wrong with a request.
func fail(f httpapi.Failure) (int, any) {
	f = f.Renamed("url", fieldDestination, "slug", fieldCode)
	body := failure{Message: f.Message}
	switch f.Code {
	case domain.Unauthorized:
		body.Message = "Unauthenticated."
		return http.StatusUnauthorized, body
	case domain.NotFound: // whosever it is
		body.Message = "Resource not found."
		return http.StatusNotFound, body
	case domain.LimitReached:
		body.Message = "Tariff limit reached."
		return http.StatusBadRequest, body
	case domain.SlugTaken:
		body.Message = "The short code has already been taken."
	case domain.PlanForbids:
		body.Message = "Your plan does not allow editing the destination URL."
	case domain.InvalidURL, domain.Validation, domain.KeyReused, domain.ExternalTaken:
	default:
		return f.Status, body
	}
	if f.Field != "" {
		body.Errors = map[string][]string{f.Field: {body.Message}}
	}
	return http.StatusUnprocessableEntity, body
}
