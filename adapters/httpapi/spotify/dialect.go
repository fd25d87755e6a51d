package spotify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// Options of the dialect. Resolve is required.
type Options struct {
	// Resolve follows redirects from an address to the first that arrived says is the end.
	Resolve func(ctx context.Context, address string, arrived func(*url.URL) bool) (*url.URL, error)
	// Human tells whether a token of Turnstile's stands for a person at an address; nil: nobody can
	// tell, so links are made with a key only.
	Human func(ctx context.Context, token, address string) (bool, error)
	// Maintenance tells whether writes are to be refused; nil: never.
	Maintenance func(ctx context.Context) (bool, error)
}

// api is the dialect over a server.
type api struct {
	Options

	s *httpapi.Server
}

// New makes the dialect for a server.
func New(s *httpapi.Server, o Options) httpapi.Dialect {
	a := &api{o, s}
	return httpapi.Dialect{
		Name: "spotify", Routes: a.routes, Fail: fail, BareKeys: true, Open: []string{"POST /api/links", "POST /api/expand"},
		Scopes: map[string]domain.Scopes{"POST /api/expand": 0}, // asks about others' links, whoever asks
	}
}

func (a *api) routes(g *echo.Group) {
	g.GET("/api/links", a.list)
	g.POST("/api/links", a.create, a.unlessMaintained)
	g.PATCH("/api/links/:id", a.update, a.unlessMaintained)
	g.DELETE("/api/links/:id", a.remove, a.unlessMaintained)
	g.POST("/api/links/bulk-delete", a.removeSeveral, a.unlessMaintained)
	g.POST("/api/expand", a.expand)
}

// unlessMaintained refuses what writes in maintenance mode.
func (a *api) unlessMaintained(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if a.Maintenance == nil {
			return next(c)
		}
		on, err := a.Maintenance(c.Request().Context())
		switch {
		case err != nil:
			return fmt.Errorf("ask for maintenance mode: %w", err)
		case on:
			return domain.Errorf(domain.Unavailable, "", "Maintenance mode is active: links can't be created, changed or deleted at the moment.")
		}
		return next(c)
	}
}

// failure is the body of every error.
type failure struct {
	Status  int              `json:"status"`
	Message string           `json:"message"`
	Data    map[string]fault `json:"data"`
}

// fault is what is wrong with a field.
type fault struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// pocketBase is PocketBase's word for what is wrong with a field.
func pocketBase(code domain.Code) string {
	switch code { //nolint:exhaustive // of the others it says nothing more
	case domain.InvalidURL:
		return "validation_is_url"
	case domain.SlugTaken:
		return "validation_not_unique"
	}
	return "validation_invalid_value"
}

// fail answers with the statuses of the document's tables.
func fail(f httpapi.Failure) (int, any) {
	body := failure{Status: f.Status, Message: words(f.Code, f.Message), Data: map[string]fault{}}
	switch f.Code {
	case domain.InvalidURL, domain.Validation, domain.KeyReused, domain.ExternalTaken, domain.TooLarge:
		body.Status = http.StatusBadRequest
	case domain.SlugTaken:
	default:
		return body.Status, body
	}
	if f.Field != "" {
		body.Data[f.Field] = fault{pocketBase(f.Code), body.Message}
	}
	return body.Status, body
}

// words are the document's for what went wrong, if it has some.
func words(code domain.Code, otherwise string) string {
	switch code {
	case domain.Unauthorized:
		return "Authentication required."
	case domain.SlugTaken:
		return "Slug already taken."
	}
	return otherwise
}
