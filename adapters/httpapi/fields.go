package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// MaxBody is the longest request body, in bytes.
const MaxBody = 64 << 10

// fields is a JSON object not looked into yet.
type fields map[string]json.RawMessage

// readFields is the request's body; none at all is an object without fields.
func readFields(c echo.Context) (fields, error) {
	r := c.Request()
	body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, r.Body, MaxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, domain.Errorf(domain.TooLarge, "body", "The request body must be at most %d bytes long.", MaxBody)
	}
	if err != nil {
		return nil, domain.Errorf(domain.Validation, "body", "the request body did not arrive completely")
	}
	return parseFields(body)
}

func parseFields(body []byte) (fields, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return fields{}, nil
	}
	var f fields
	if err := json.Unmarshal(body, &f); err != nil || f == nil {
		return nil, domain.Errorf(domain.Validation, "body", "the request body must be a JSON object")
	}
	return f, nil
}

// has reports whether the field was given, which null is not.
func (f fields) has(name string) bool { return f[name] != nil && string(f[name]) != "null" }

// text is a field that has to be a string.
func (f fields) text(name string) (string, error) {
	var s string
	if err := json.Unmarshal(f[name], &s); err != nil {
		return "", domain.Errorf(domain.Validation, name, "%s must be a string", name)
	}
	// The decoder puts the replacement character where there was no text.
	if !utf8.Valid(f[name]) || strings.ContainsRune(s, utf8.RuneError) {
		return "", domain.Errorf(domain.Validation, name, "%s must be valid UTF-8", name)
	}
	return s, nil
}

// wish is what a body asks for; nil is not mentioned.
type wish struct {
	destination *domain.Destination
	slug        *domain.Slug
	expires     *time.Time // zero: never
}

// wish reads the fields of a link. The slug may be under any of the names, not under two that
// differ.
func (f fields) wish(slugNames ...string) (w wish, err error) {
	if w.destination, err = f.destination(); err != nil {
		return wish{}, err
	}
	for _, name := range slugNames {
		s, err := f.slug(name)
		if err != nil {
			return wish{}, err
		}
		if s != nil && w.slug != nil && *s != *w.slug {
			return wish{}, domain.Errorf(domain.Validation, name, "%s must ask for the same slug", strings.Join(slugNames, " and "))
		}
		if s != nil {
			w.slug = s
		}
	}
	if w.expires, err = f.expires(); err != nil {
		return wish{}, err
	}
	return w, nil
}

func (f fields) destination() (*domain.Destination, error) {
	if _, given := f["url"]; !given {
		return nil, nil //nolint:nilnil // not mentioned
	}
	if !f.has("url") {
		return nil, domain.Errorf(domain.Validation, "url", "url must be a string")
	}
	raw, err := f.text("url")
	if err != nil {
		return nil, err
	}
	d, err := domain.ParseDestination(raw)
	return &d, err
}

func (f fields) slug(name string) (*domain.Slug, error) {
	if !f.has(name) {
		return nil, nil //nolint:nilnil // not mentioned
	}
	raw, err := f.text(name)
	if err != nil {
		return nil, err
	}
	s, err := domain.ParseSlug(raw)
	return &s, renamed(err, "slug", name)
}

// renamed is a refusal of a field the domain calls otherwise than the request does.
func renamed(err error, from, to string) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok || e.Field != from {
		return err
	}
	message := e.Message
	if rest, ok := strings.CutPrefix(message, from+" "); ok {
		message = to + " " + rest
	}
	return &domain.Error{Code: e.Code, Field: to, Message: message}
}

func (f fields) expires() (*time.Time, error) {
	if _, given := f["expires_at"]; !given {
		return nil, nil //nolint:nilnil // not mentioned
	}
	if !f.has("expires_at") {
		return new(time.Time), nil
	}
	raw, err := f.text("expires_at")
	if err != nil {
		return nil, err
	}
	at, _, err := parseTime(raw)
	if err != nil {
		return nil, domain.Errorf(domain.Validation, "expires_at", "expires_at must be an ISO 8601 datetime, as in 2030-09-01T00:00:00Z")
	}
	return &at, nil
}
