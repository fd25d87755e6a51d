package spotify

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// final is where Spotify's own short links end.
const final domain.Host = "open.spotify.com"

// expanded is the answer about an address.
type expanded struct {
	URL         string `json:"url"`
	OriginalURL string `json:"originalUrl"`
	Expanded    bool   `json:"expanded"`
}

// expand is POST /api/expand. What can't be expanded is no error of ours, so the log doesn't hear
// of it here.
func (a *api) expand(c echo.Context) error {
	raw, short, err := readShort(c)
	if err != nil {
		return err
	}
	if !short {
		return a.s.Answer(c, http.StatusOK, expanded{raw, raw, false})
	}
	end, err := a.Resolve(c.Request().Context(), raw, isFinal)
	if err != nil || !isFinal(end) {
		return a.s.Answer(c, http.StatusInternalServerError, failure{http.StatusInternalServerError, "Failed to expand URL.", map[string]fault{}})
	}
	return a.s.Answer(c, http.StatusOK, expanded{end.String(), raw, true})
}

// readShort reads the address of a request; short is false if it is where others end.
func readShort(c echo.Context) (raw string, short bool, err error) {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return "", false, err
	}
	d, err := f.Destination("url")
	if err != nil {
		return "", false, err
	}
	raw, _ = f.Text("url") // it is one
	switch d.Host() {
	case final:
		return raw, false, nil
	case "spotify.link", "spotify.app.link":
		return raw, true, nil
	}
	return "", false, domain.Errorf(domain.Validation, "url", "url has an unsupported domain: it must be at spotify.link, spotify.app.link or %s", final)
}

func isFinal(u *url.URL) bool {
	h, err := domain.ParseHost(u.Host)
	return err == nil && h == final
}
