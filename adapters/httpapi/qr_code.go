package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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

// qrParameters are how the parameters of codes are called here, by the names of their fields.
var qrParameters = map[string]string{
	"errorCorrection": "level", "style.dotsColor": "color", "style.backgroundColor": "background", "style.logo": "logo",
}

// getQR is GET /v1/links/:id/qr: a picture of the short URL, marked so that scans are counted
// as such.
func (s *Server) getQR(c echo.Context) error {
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	o, err := s.qrOptions(c)
	if err != nil {
		return err
	}
	text := s.shortURL(l) + "?qr=1"
	var picture bytes.Buffer
	if err := qr.Render(&picture, text, o); err != nil {
		return qrRefusal(err)
	}
	h := c.Response().Header()
	sum := sha256.Sum256(picture.Bytes())
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age=3600")
	for _, w := range o.Warnings(text) {
		h.Add(headerWarning, w)
	}
	if strings.Contains(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, o.MediaType(), picture.Bytes())
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
	if err := o.Validate(); err != nil { // before anything is fetched
		return o, qrRefusal(err)
	}
	if raw := c.QueryParam("logo"); raw != "" {
		data, err := s.logo(c, raw)
		if err != nil {
			return o, err
		}
		if o.Style.Logo, err = qr.DecodeLogo(data); err != nil {
			return o, qrRefusal(err)
		}
	}
	return o, nil
}

func wholeNumber(name, raw string) (int, error) {
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || name == "size" && n == 0 {
		return 0, domain.Errorf(domain.Validation, name, "%s must be a whole number", name)
	}
	return n, nil
}

// logo is a picture from a data URL, or from elsewhere.
func (s *Server) logo(c echo.Context, raw string) ([]byte, error) {
	if qr.IsDataURL(raw) {
		data, err := qr.ParseDataURL(raw)
		return data, qrRefusal(err)
	}
	if s.fetchImage == nil {
		return nil, domain.Errorf(domain.Validation, "logo", "logo must be a data URL here")
	}
	data, err := s.fetchImage(c.Request().Context(), raw)
	if err != nil {
		s.log.DebugContext(c.Request().Context(), "logo not fetched", "error", err)
		return nil, domain.Errorf(domain.Validation, "logo", "logo could not be fetched: it must be the public address of a picture")
	}
	return data, nil
}

// qrRefusal is what is wrong with an option of a code, in the words of the parameters.
func qrRefusal(err error) error {
	e, ok := errors.AsType[*qr.FieldError](err)
	if !ok {
		return err
	}
	name, known := qrParameters[e.Field]
	if !known {
		name = e.Field
	}
	return domain.Errorf(domain.Validation, name, "%s", name+strings.TrimPrefix(e.Message, e.Field))
}
