package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi/qr"
	"github.com/linklog/linklog/domain"
)

// headerWarning tells why a phone might not be able to read a code; there may be several.
const headerWarning = "X-Qr-Warning"

// getQR is GET /v1/links/:id/qr: a picture of the short URL, marked so that scans are counted
// as such.
func (s *Server) getQR(c echo.Context) error {
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	o, err := s.qrOptions(c)
	if err != nil {
		return inParameters(err)
	}
	picture, warnings, err := s.Draw(l, o)
	if err != nil {
		return inParameters(err)
	}
	h := c.Response().Header()
	sum := sha256.Sum256(picture)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age=3600")
	for _, w := range warnings {
		h.Add(headerWarning, w)
	}
	if strings.Contains(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, o.MediaType(), picture)
}

func (s *Server) qrOptions(c echo.Context) (o qr.Options, err error) {
	if _, err := url.ParseQuery(c.Request().URL.RawQuery); err != nil { // else what can't be read isn't there
		return o, domain.Errorf(domain.Validation, "logo", "logo and all other parameters must be percent-encoded, as in data:image/png%%3Bbase64,…")
	}
	o = qr.Options{Format: c.QueryParam("format"), ErrorCorrection: c.QueryParam("level")}
	o.Style.DotsColor, o.Style.BackgroundColor = c.QueryParam("color"), c.QueryParam("background")
	if raw := c.QueryParam("size"); raw != "" {
		if o.Size, err = wholeNumber("size", raw); err != nil {
			return o, err
		}
	}
	if raw := c.QueryParam("margin"); raw != "" {
		margin, err := wholeNumber("margin", raw)
		if err != nil {
			return o, err
		}
		o.Margin = &margin
	}
	if o, err = QROptions(o, nil); err != nil || c.QueryParam("logo") == "" { // before anything is fetched
		return o, err
	}
	picture, err := s.Picture(c.Request().Context(), c.QueryParam("logo"))
	if err != nil {
		return o, err
	}
	return QROptions(o, picture)
}

func wholeNumber(name, raw string) (int, error) {
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || name == "size" && n == 0 {
		return 0, domain.Errorf(domain.Validation, name, "%s must be a whole number", name)
	}
	return n, nil
}

// inParameters is a refusal about an option in the words of the parameters.
func inParameters(err error) error {
	return Renamed(err, "errorCorrection", "level", "style.dotsColor", "color", "style.backgroundColor", "background", "style.logo", "logo")
}
