package spotify

import (
	"net/url"
	"slices"
	"strings"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// The fields of a request.
const (
	fieldFrom      = "from"
	fieldSlug      = "slug"
	fieldSubdomain = "subdomain"
	fieldToken     = "turnstileToken"
)

// wish is what a body asks for; nil is not mentioned.
type wish struct {
	from      *domain.Destination
	slug      *domain.Slug
	subdomain *string // empty: none
}

func readWish(f httpapi.Fields) (w wish, err error) {
	if f.Has(fieldFrom) {
		from, err := readFrom(f)
		if err != nil {
			return w, err
		}
		w.from = &from
	}
	if f.Has(fieldSlug) && string(f[fieldSlug]) != `""` {
		slug, err := readSlug(f)
		if err != nil {
			return w, err
		}
		w.slug = &slug
	}
	if _, given := f[fieldSubdomain]; given {
		label, err := readSubdomain(f)
		if err != nil {
			return w, err
		}
		w.subdomain = &label
	}
	return w, nil
}

// spotify is where links may lead, and what is below.
var spotify = []domain.Host{"spotify.com", "spotify.link", "spotify.app.link"}

func readFrom(f httpapi.Fields) (domain.Destination, error) {
	from, err := f.Destination(fieldFrom)
	if err != nil {
		return "", err
	}
	host := from.Host()
	// A port or a scheme of its own wouldn't be Spotify's, whatever the host.
	if u, err := url.Parse(string(from)); err != nil || u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return "", domain.Errorf(domain.InvalidURL, fieldFrom, "%s must be a Spotify URL with https and no other port, as in https://open.spotify.com/track/…", fieldFrom)
	}
	if !slices.ContainsFunc(spotify, func(h domain.Host) bool { return host == h || strings.HasSuffix(string(host), "."+string(h)) }) {
		return "", domain.Errorf(domain.InvalidURL, fieldFrom, "%s must be a Spotify URL, as in https://open.spotify.com/track/…", fieldFrom)
	}
	return from, nil
}

func readSlug(f httpapi.Fields) (domain.Slug, error) {
	slug, err := f.Slug(fieldSlug)
	if err == nil && strings.Contains(string(slug), "-") {
		err = domain.Errorf(domain.Validation, fieldSlug, "%s may contain only letters and digits", fieldSlug)
	}
	return slug, err
}

const (
	maxLabel   = 63
	labelBytes = "abcdefghijklmnopqrstuvwxyz0123456789-"
)

// readSubdomain reads one label of a host name, or null or nothing for none.
func readSubdomain(f httpapi.Fields) (string, error) {
	if !f.Has(fieldSubdomain) {
		return "", nil
	}
	raw, err := f.Text(fieldSubdomain)
	label := strings.ToLower(raw)
	switch {
	case err != nil:
		return "", err
	case len(label) > maxLabel, strings.Trim(label, labelBytes) != "", strings.Trim(label, "-") != label:
		return "", domain.Errorf(domain.Validation, fieldSubdomain, "%s must be 1 to %d letters, digits and hyphens, with no hyphen at an end", fieldSubdomain, maxLabel)
	}
	return label, nil
}

// host is where on a domain the link is wished to be; nil: not mentioned.
func (w wish) host(on domain.Host) (*domain.Host, error) {
	if w.subdomain == nil || *w.subdomain == "" {
		if w.subdomain == nil {
			return nil, nil //nolint:nilnil // not mentioned
		}
		return &on, nil
	}
	h, err := domain.ParseHost(*w.subdomain + "." + string(on))
	if err != nil {
		return nil, domain.Errorf(domain.Validation, fieldSubdomain, "%s: %s can have none of that name", fieldSubdomain, on)
	}
	return &h, nil
}
