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

// fields is a JSON object not looked into yet.
type fields map[string]json.RawMessage

// readFields is the request's body; none at all is an object without fields.
func readFields(c echo.Context) (fields, error) { return readFieldsUpTo(c, MaxBody) }

func readFieldsUpTo(c echo.Context, limit int64) (fields, error) {
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
	host        *domain.Host
	slug        *domain.Slug
	expires     *time.Time // zero: never
	patch       domain.Patch
}

// wish reads the fields of a link. The slug may be under any of the names, not under two that
// differ.
func (f fields) wish(slugNames ...string) (wish, error) {
	return f.wishWith(domain.ParseSlug, slugNames)
}

// foreignWish is wish for a link whose slug another shortener gave out.
func (f fields) foreignWish(slugNames ...string) (wish, error) {
	return f.wishWith(domain.ParseForeignSlug, slugNames)
}

// parseSlug is a rule for slugs.
type parseSlug func(raw string) (domain.Slug, error)

func (f fields) wishWith(parse parseSlug, slugNames []string) (w wish, err error) {
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
func (f fields) anySlug(parse parseSlug, names []string) (slug *domain.Slug, err error) {
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

func (f fields) host(name string) (*domain.Host, error) {
	if !f.has(name) {
		return nil, nil //nolint:nilnil // not mentioned
	}
	raw, err := f.text(name)
	if err != nil {
		return nil, err
	}
	h, err := parseHost(name, raw)
	return &h, err
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

func (f fields) slug(parse parseSlug, name string) (*domain.Slug, error) {
	if !f.has(name) {
		return nil, nil //nolint:nilnil // not mentioned
	}
	raw, err := f.text(name)
	if err != nil {
		return nil, err
	}
	s, err := parse(raw)
	return &s, Renamed(err, "slug", name)
}

// parseHost reads the host in a field or parameter.
func parseHost(name, raw string) (domain.Host, error) {
	h, err := domain.ParseHost(raw)
	return h, Renamed(err, "host", name)
}

func (f fields) expires() (*time.Time, error) {
	if _, given := f["expires_at"]; !given {
		return nil, nil //nolint:nilnil // not mentioned
	}
	if !f.has("expires_at") {
		return new(time.Time), nil
	}
	at, err := f.time("expires_at")
	return &at, err
}

// time is a field that has to be a datetime.
func (f fields) time(name string) (time.Time, error) {
	raw, err := f.text(name)
	if err != nil {
		return time.Time{}, err
	}
	at, _, err := parseTime(raw)
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Validation, name, "%s must be an ISO 8601 datetime, as in 2030-09-01T00:00:00Z", name)
	}
	return at, nil
}
