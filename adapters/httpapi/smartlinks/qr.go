package smartlinks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/qr"
	"github.com/linklog/linklog/domain"
)

// picturePath is where a picture lives.
const picturePath = "/v1/qr-codes/:picture"

// maxName is the longest name of a picture, in bytes: addresses must pass through proxies.
const maxName = 6_000

// look is how a code is to look, as a request says it and as a picture's address carries it.
type look struct {
	Size   int    `json:"size"`
	Format string `json:"format"`
	Style  style  `json:"style"`
}

type style struct {
	DotsColor       string `json:"dotsColor"`
	BackgroundColor string `json:"backgroundColor"`
	Logo            string `json:"logo,omitempty"`
}

// qrAnswer is what the document calls a QR code.
type qrAnswer struct {
	ID     string `json:"id"`
	LinkID string `json:"linkId"`
	URL    string `json:"url"`
	look

	Warnings  []string `json:"warnings,omitempty"`
	CreatedAt string   `json:"createdAt"`
}

// createQR is POST /v1/qr-codes. Who would rather have image/png gets the picture itself.
func (a *api) createQR(c echo.Context) error {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return err
	}
	wanted, err := readLook(f)
	if err != nil {
		return err
	}
	if !f.Has("linkId") {
		return domain.Errorf(domain.Validation, "linkId", "linkId is required")
	}
	raw, err := f.Text("linkId")
	if err != nil {
		return err
	}
	l, err := a.own(c, raw)
	if err != nil {
		return err
	}
	options, err := a.options(c.Request().Context(), wanted)
	if err != nil {
		return err
	}
	if accepts(c, options.MediaType()) {
		return a.draw(c, http.StatusCreated, l, options)
	}
	if err := qr.Render(new(bytes.Buffer), a.scanned(l), options); err != nil { // before its address is given away
		return refused(err)
	}
	name := a.name(l.Number, wanted)
	if len(name) > maxName {
		return domain.Errorf(domain.Validation, "style.logo",
			"style.logo is too long for the address of a picture: give its URL, or ask for the picture itself with Accept: %s", options.MediaType())
	}
	return a.s.Answer(c, http.StatusCreated, qrAnswer{
		ID: "qr_" + digest(name), LinkID: id(l.Number), URL: a.s.Base(c) + "/v1/qr-codes/" + url.PathEscape(name), look: wanted,
		Warnings: options.Warnings(a.scanned(l)), CreatedAt: stamp(a.Clock()),
	})
}

// readLook reads a body; what it doesn't say is black on white, 500 pixels, a PNG.
func readLook(f httpapi.Fields) (look, error) {
	l := look{Size: 500, Format: qr.PNG, Style: style{DotsColor: "#000000", BackgroundColor: "#ffffff"}}
	for _, field := range []struct {
		name string
		into any
		must string
	}{{"size", &l.Size, "a whole number"}, {"format", &l.Format, "png or svg"}, {"style", &l.Style, "an object of dotsColor, backgroundColor and logo"}} {
		if !f.Has(field.name) {
			continue
		}
		if err := f.Value(field.name, field.into, field.must); err != nil {
			return l, err
		}
	}
	if l.Size == 0 {
		return l, domain.Errorf(domain.Validation, "size", "size must be from %d to %d", qr.MinSize, qr.MaxSize)
	}
	return l, nil
}

// options are what is drawn, with the logo.
func (a *api) options(ctx context.Context, l look) (qr.Options, error) {
	o := qr.Options{Size: l.Size, Format: l.Format, Style: qr.Style{DotsColor: l.Style.DotsColor, BackgroundColor: l.Style.BackgroundColor}}
	if err := o.Validate(); err != nil {
		return o, refused(err)
	}
	if l.Style.Logo == "" {
		return o, nil
	}
	data, err := a.logo(ctx, l.Style.Logo)
	if err != nil {
		return o, err
	}
	if o.Style.Logo, err = qr.DecodeLogo(data); err != nil {
		return o, refused(err)
	}
	return o, nil
}

// logo is the file in a data URL, or at an address.
func (a *api) logo(ctx context.Context, from string) ([]byte, error) {
	if qr.IsDataURL(from) {
		data, err := qr.ParseDataURL(from)
		return data, refused(err)
	}
	if a.Fetch == nil {
		return nil, domain.Errorf(domain.Validation, "style.logo", "style.logo must be a data URL")
	}
	data, err := a.Fetch(ctx, from)
	if err != nil {
		return nil, errors.Join(domain.Errorf(domain.Validation, "style.logo", "style.logo could not be fetched from its address"), err)
	}
	return data, nil
}

// refused is an error about an option as the domain tells it.
func refused(err error) error {
	if e, ok := errors.AsType[*qr.FieldError](err); ok {
		return domain.Errorf(domain.Validation, e.Field, "%s", e.Message)
	}
	return err
}

// picture is GET /v1/qr-codes/{name}: what createQR gave the address of.
func (a *api) picture(c echo.Context) error {
	raw, err := url.PathUnescape(c.Param("picture"))
	if err != nil {
		raw = ""
	}
	n, wanted, ok := a.named(raw)
	if !ok {
		return domain.Errorf(domain.NotFound, "", "there is no such QR code")
	}
	l, err := a.s.Known(c, n)
	if err != nil {
		return err
	}
	options, err := a.options(c.Request().Context(), wanted)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600") // the link's slug may change
	return a.draw(c, http.StatusOK, l, options)
}

func (a *api) draw(c echo.Context, status int, l domain.Link, o qr.Options) error {
	var b bytes.Buffer
	if err := qr.Render(&b, a.scanned(l), o); err != nil {
		return refused(err)
	}
	return c.Blob(status, o.MediaType(), b.Bytes())
}

// scanned is what a code holds: the short URL, marked as scanned.
func (a *api) scanned(l domain.Link) string { return a.s.ShortURL(l) + "?qr=1" }

// name is a picture's: what it is made of, and a signature.
func (a *api) name(n domain.LinkNumber, l look) string {
	text, _ := json.Marshal(l) //nolint:errchkjson // texts and a number always have an encoding
	content := strconv.FormatUint(uint64(n), 36) + "." + base64.RawURLEncoding.EncodeToString(text)
	return content + "." + a.sign(content) + "." + l.Format
}

// named reads what name writes.
func (a *api) named(name string) (n domain.LinkNumber, l look, ok bool) {
	parts := strings.Split(name, ".")
	if len(parts) != 4 || !hmac.Equal([]byte(parts[2]), []byte(a.sign(parts[0]+"."+parts[1]))) {
		return 0, l, false
	}
	number, err1 := strconv.ParseUint(parts[0], 36, 64)
	text, err2 := base64.RawURLEncoding.DecodeString(parts[1])
	if err1 != nil || err2 != nil || json.Unmarshal(text, &l) != nil {
		return 0, l, false
	}
	return domain.LinkNumber(number), l, true
}

func (a *api) sign(content string) string {
	mac := hmac.New(sha256.New, a.Secret)
	mac.Write([]byte(content))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return strings.ToLower(base64.RawURLEncoding.EncodeToString(sum[:9]))
}

// accepts reports whether the request would rather have a picture than an object about it: it must
// name the picture's type, and like neither JSON as much nor anything at all more.
func accepts(c echo.Context, media string) bool {
	liked := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(c.Request().Header.Values("Accept"), ","), ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		liked[name] = 1
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			liked[name] = q
		}
	}
	picture := liked[media]
	return picture > 0 && picture > max(liked[echo.MIMEApplicationJSON], liked["application/*"]) && picture >= liked["*/*"]
}
