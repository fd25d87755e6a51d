package httpapi

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// lives are the values of the parameter status.
var lives = []links.Life{links.Working, links.Disabled, links.Archived, links.Expired, links.Scheduled, links.Any}

// orders are the values of the parameter sort.
var orders = []links.Sort{links.ByCreated, links.ByUpdated, links.BySlugText, links.ByTitle, links.ByDestination}

// parseList reads the parameters that choose and order links. Account, limit and cursor are not
// among them.
func parseList(q url.Values, now time.Time) (l links.ListQuery, err error) {
	if l.Filter, err = parseFilter(q, now); err != nil {
		return l, err
	}
	if l.Sort, err = choice(q, "sort", orders); err != nil {
		return l, err
	}
	order, err := choice(q, "order", []string{"asc", "desc"})
	l.Ascending = order == "asc"
	return l, err
}

func parseFilter(q url.Values, now time.Time) (f links.Filter, err error) {
	if err := readable(q); err != nil {
		return f, err
	}
	f = links.Filter{Search: q.Get("search"), External: q.Get("external_id"), Now: now}
	if raw := q.Get("tag"); raw != "" {
		if f.Tag, err = parseTag(raw); err != nil {
			return f, err
		}
	}
	if raw := q.Get("domain"); raw != "" {
		if f.Host, err = parseHost("domain", raw); err != nil {
			return f, err
		}
	}
	if raw := q.Get("url"); raw != "" {
		if f.Destination, err = domain.ParseDestination(raw); err != nil {
			return f, domain.Errorf(domain.Validation, "url", "%s", messageOf(err))
		}
	}
	if f.Life, err = choice(q, "status", lives); err != nil {
		return f, err
	}
	if f.CreatedFrom, f.CreatedTo, err = created(q); err != nil {
		return f, err
	}
	f.MetadataKey, f.MetadataValue, err = metadataFilter(q)
	return f, err
}

// narrowing are the parameters that narrow a list, besides metadata.
var narrowing = []string{"search", "external_id", "tag", "domain", "url", "status", "from", "to"}

// readable refuses what would narrow a list otherwise than was meant, or not at all: what is no
// text that a link can have, and all but the first of several values.
func readable(q url.Values) error {
	for name, values := range q {
		for _, v := range append([]string{name}, values...) {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return domain.Errorf(domain.Validation, "", "%s must be UTF-8 without NUL", strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), ""))
			}
		}
		if len(values) > 1 && slices.Contains(narrowing, name) {
			return domain.Errorf(domain.Validation, name, "%s must be given once", name)
		}
	}
	return nil
}

// parameters are those of the request's query, of which none may be left out for being misspelt.
func parameters(c echo.Context) (url.Values, error) {
	q, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, domain.Errorf(domain.Validation, "query", "the query can't be read: %v", err)
	}
	return q, nil
}

// parseTag gives a tag its one spelling.
func parseTag(raw string) (string, error) {
	tags, err := domain.ParseTags([]string{raw})
	if err != nil || len(tags) == 0 {
		return "", domain.Errorf(domain.Validation, "tag", "tag must be one that a link may have")
	}
	return tags[0], nil
}

// created is the range of from and to; a date as to includes that day.
func created(q url.Values) (from, to time.Time, err error) {
	day := false
	if raw := q.Get("from"); raw != "" {
		if from, _, err = parseTime(raw); err != nil {
			return from, to, domain.Errorf(domain.Validation, "from", "from must be an ISO 8601 date or datetime")
		}
	}
	if raw := q.Get("to"); raw != "" {
		if to, day, err = parseTime(raw); err != nil {
			return from, to, domain.Errorf(domain.Validation, "to", "to must be an ISO 8601 date or datetime")
		}
	}
	if day {
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// metadataFilter reads metadata[key]=value; without a value the key alone is asked for.
func metadataFilter(q url.Values) (key, value string, err error) {
	for name, values := range q {
		rest, ok := strings.CutPrefix(name, "metadata")
		if !ok {
			continue
		}
		inner, opened := strings.CutPrefix(rest, "[")
		inner, closed := strings.CutSuffix(inner, "]")
		if !opened || !closed || inner == "" || key != "" || len(values) != 1 {
			return "", "", domain.Errorf(domain.Validation, "metadata", "metadata must be asked for once, as metadata[key]=value")
		}
		key, value = inner, values[0]
	}
	return key, value, nil
}

// choice is a parameter with few values; empty if it isn't there.
func choice[T ~string](q url.Values, name string, all []T) (T, error) {
	raw := T(q.Get(name))
	if raw == "" || slices.Contains(all, raw) {
		return raw, nil
	}
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = string(v)
	}
	return "", domain.Errorf(domain.Validation, name, "%s must be one of %s", name, strings.Join(names, ", "))
}
