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

// MaxBody is the longest request body, in bytes: a link with all its scripts, escaped where they
// need it, and no more than a command may take in the log.
const MaxBody = MaxCommand

// Fields is a request's JSON object, not looked into yet. Fields that nobody asks for are ignored.
type Fields map[string]json.RawMessage

// ReadFields is the request's body; none at all is an object without fields.
func ReadFields(c echo.Context) (Fields, error) { return readFieldsUpTo(c, MaxBody) }

func readFieldsUpTo(c echo.Context, limit int64) (Fields, error) {
	r := c.Request()
	body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, r.Body, limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, domain.Errorf(domain.TooLarge, "body", "The request body must be at most %d bytes long.", limit)
	}
	if err != nil {
		return nil, domain.Errorf(domain.Validation, "body", "the request body did not arrive completely")
	}
	return parseFields(body)
}

func parseFields(body []byte) (Fields, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Fields{}, nil
	}
	var f Fields
	if err := json.Unmarshal(body, &f); err != nil || f == nil {
		return nil, domain.Errorf(domain.Validation, "body", "the request body must be a JSON object")
	}
	return f, nil
}

// Has reports whether the field was given, which null is not.
func (f Fields) Has(name string) bool { return f[name] != nil && string(f[name]) != "null" }

// Text is a field that has to be a string.
func (f Fields) Text(name string) (string, error) {
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

// Value decodes a field into v; the refusal says what it must be, as in "a number".
func (f Fields) Value(name string, v any, must string) error {
	if err := json.Unmarshal(f[name], v); err != nil {
		return domain.Errorf(domain.Validation, name, "%s must be %s", name, must)
	}
	if !utf8.Valid(f[name]) { // the decoder puts the replacement character where there was no text
		return domain.Errorf(domain.Validation, name, "%s must be valid UTF-8", name)
	}
	return nil
}

// Destination is a field that has to be a URL to link to.
func (f Fields) Destination(name string) (domain.Destination, error) {
	raw, err := f.Text(name)
	if err != nil {
		return "", err
	}
	d, err := domain.ParseDestination(raw)
	return d, Renamed(err, "url", name)
}

// Slug is a field that has to be a custom slug.
func (f Fields) Slug(name string) (domain.Slug, error) {
	return f.slugBy(domain.ParseSlug, name)
}

func (f Fields) slugBy(parse parseSlug, name string) (domain.Slug, error) {
	raw, err := f.Text(name)
	if err != nil {
		return "", err
	}
	slug, err := parse(raw)
	return slug, Renamed(err, "slug", name)
}

// wish is what a body asks for; nil is not mentioned.
type wish struct {
	destination *domain.Destination
	host        *domain.Host
	slug        *domain.Slug
	expires     *time.Time // zero: never
	patch       domain.Patch
}

// wish reads the fields of a link. The slug may be under any of the names, not under two that
// differ.
func (f Fields) wish(slugNames ...string) (wish, error) {
	return f.wishWith(domain.ParseSlug, slugNames)
}

// foreignWish is wish for a link whose slug another shortener gave out.
func (f Fields) foreignWish(slugNames ...string) (wish, error) {
	return f.wishWith(domain.ParseForeignSlug, slugNames)
}

// parseSlug is a rule for slugs.
type parseSlug func(raw string) (domain.Slug, error)

func (f Fields) wishWith(parse parseSlug, slugNames []string) (w wish, err error) {
	if w.destination, err = f.destination(); err != nil {
		return wish{}, err
	}
	if w.slug, err = f.anySlug(parse, slugNames); err != nil {
		return wish{}, err
	}
	if w.host, err = f.host("domain"); err != nil {
		return wish{}, err
	}
	if w.expires, err = f.expires(); err != nil {
		return wish{}, err
	}
	if w.patch, err = f.patch(); err != nil {
		return wish{}, err
	}
	return w, nil
}

// anySlug is the slug under any of the names.
func (f Fields) anySlug(parse parseSlug, names []string) (slug *domain.Slug, err error) {
	for _, name := range names {
		s, err := f.slug(parse, name)
		if err != nil {
			return nil, err
		}
		if s != nil && slug != nil && *s != *slug {
			return nil, domain.Errorf(domain.Validation, name, "%s must ask for the same slug", strings.Join(names, " and "))
		}
		if s != nil {
			slug = s
		}
	}
	return slug, nil
}

func (f Fields) host(name string) (*domain.Host, error) {
	if !f.Has(name) {
		return nil, nil //nolint:nilnil // not mentioned
	}
	raw, err := f.Text(name)
	if err != nil {
		return nil, err
	}
	h, err := parseHost(name, raw)
	return &h, err
}

func (f Fields) destination() (*domain.Destination, error) {
	if _, given := f["url"]; !given {
		return nil, nil //nolint:nilnil // not mentioned
	}
	if !f.Has("url") {
		return nil, domain.Errorf(domain.Validation, "url", "url must be a string")
	}
	d, err := f.Destination("url")
	return &d, err
}

func (f Fields) slug(parse parseSlug, name string) (*domain.Slug, error) {
	if !f.Has(name) {
		return nil, nil //nolint:nilnil // not mentioned
	}
	slug, err := f.slugBy(parse, name)
	return &slug, err
}

// parseHost reads the host in a field or parameter.
func parseHost(name, raw string) (domain.Host, error) {
	h, err := domain.ParseHost(raw)
	return h, Renamed(err, "host", name)
}

func (f Fields) expires() (*time.Time, error) {
	if _, given := f["expires_at"]; !given {
		return nil, nil //nolint:nilnil // not mentioned
	}
	if !f.Has("expires_at") {
		return new(time.Time), nil
	}
	at, err := f.time("expires_at")
	return &at, err
}

// time is a field that has to be a datetime.
func (f Fields) time(name string) (time.Time, error) {
	raw, err := f.Text(name)
	if err != nil {
		return time.Time{}, err
	}
	at, _, err := parseTime(raw)
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be an ISO 8601 datetime, as in 2030-09-01T00:00:00Z", name)
	}
	return at, nil
}
