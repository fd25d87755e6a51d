package linkpack

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
)

// Options of the dialect.
type Options struct {
	Clock func() time.Time // nil: time.Now
}

// api is the dialect over a server.
type api struct {
	Options

	s *httpapi.Server
}

// New makes the dialect for a server.
func New(s *httpapi.Server, o Options) httpapi.Dialect {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	a := &api{o, s}
	return httpapi.Dialect{Name: "linkpack", Routes: a.routes, Fail: fail, Burst: httpapi.Burst{Requests: 10, Window: time.Second}}
}

func (a *api) routes(g *echo.Group) {
	g.POST("/api/v1/shorten", a.shorten)
	g.PATCH("/api/v1/link/:id", a.update)
	g.DELETE("/api/v1/link/:id", a.remove)
	g.GET("/api/v1/stats/:shortCode", a.stats)
}

// failure is the body of every error.
type failure struct {
	Error   string   `json:"error"`
	Details []detail `json:"details,omitempty"`
}

// detail is a field that something is wrong with.
type detail struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// fail answers with the statuses of the document's table.
func fail(f httpapi.Failure) (int, any) {
	status := f.Status
	switch status {
	case http.StatusForbidden, http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		status = http.StatusBadRequest
	}
	body := failure{Error: f.Message}
	if status == http.StatusBadRequest && f.Field != "" {
		body.Details = []detail{{f.Field, f.Message}}
	}
	return status, body
}
