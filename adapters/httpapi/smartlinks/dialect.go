package smartlinks

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// Options of the dialect. Secret and Logos are required.
type Options struct {
	Secret []byte           // signs the addresses of pictures
	Logos  Logos            // that come in data URLs
	Clock  func() time.Time // nil: time.Now
}

// Logos keeps pictures by their SHA-256: addresses would be too long with them.
type Logos interface {
	// KeepLogo keeps an account's picture, perhaps in place of others that nobody asks for.
	KeepLogo(ctx context.Context, account domain.AccountID, picture []byte) ([32]byte, error)
	// Logo is a picture that was kept; otherwise a domain.NotFound error.
	Logo(ctx context.Context, account domain.AccountID, sum [32]byte) ([]byte, error)
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
	return httpapi.Dialect{
		Name: "smartlinks", Routes: a.routes, Fail: fail, Open: []string{"GET " + picturePath},
		Scopes: map[string]domain.Scopes{"POST /v1/qr-codes": domain.ScopeRead, "GET " + picturePath: 0}, // draws, and changes no link
	}
}

func (a *api) routes(g *echo.Group) {
	g.POST("/v1/links", a.create)
	g.GET("/v1/links", a.list)
	g.GET("/v1/links/:id", a.get)
	g.PATCH("/v1/links/:id", a.update)
	g.DELETE("/v1/links/:id", a.remove)
	g.POST("/v1/qr-codes", a.createQR)
	g.GET(picturePath, a.picture)
	g.GET("/v1/analytics/:id", a.analytics)
}

// failure is the body of every error.
type failure struct {
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Field   string `json:"field,omitempty"`
	} `json:"error"`
}

// fail answers with the statuses of the document's table.
func fail(f httpapi.Failure) (int, any) {
	status := f.Status
	switch f.Code {
	case domain.InvalidURL, domain.Validation, domain.SlugTaken, domain.ExternalTaken, domain.KeyReused, domain.VersionConflict, domain.TooLarge:
		status = http.StatusBadRequest
	default:
	}
	if f.Code == domain.SlugTaken { // the decision's word for it
		f.Field, f.Message = "shortCode", strings.Replace(f.Message, "slug", "shortCode", 1)
	}
	var body failure
	body.Error.Code, body.Error.Message, body.Error.Field = status, f.Message, f.Field
	return status, body
}
