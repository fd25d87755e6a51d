package smartlinks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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
	ctx := c.Request().Context()
	logo, err := a.logo(ctx, wanted)
	if err != nil {
		return err
	}
	options, err := httpapi.QROptions(wanted.options(), logo)
	if err != nil {
		return err
	}
	drawn, warnings, err := a.s.Draw(l, options) // before its address is given away
	if err != nil {
		return err
	}
	if accepts(c, options.MediaType()) {
		return c.Blob(http.StatusCreated, options.MediaType(), drawn)
	}
	named := wanted
	if qr.IsDataURL(wanted.Style.Logo) {
		if named.Style.Logo, err = a.keep(ctx, l, logo); err != nil {
			return err
		}
	}
	name := a.name(l.Number, named)
	if len(name) > maxName {
		return domain.Errorf(domain.Validation, "style.logo", "style.logo is too long an address")
	}
	return a.s.Answer(c, http.StatusCreated, qrAnswer{
		ID: "qr_" + digest(name), LinkID: id(l.Number), URL: a.s.Base(c) + "/v1/qr-codes/" + url.PathEscape(name), look: wanted,
		Warnings: warnings, CreatedAt: stamp(a.Clock()),
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

// options are what is drawn, without the logo.
func (l look) options() qr.Options {
	return qr.Options{Size: l.Size, Format: l.Format, Style: qr.Style{DotsColor: l.Style.DotsColor, BackgroundColor: l.Style.BackgroundColor}}
}

// logo is the picture that a request wants in the middle, nil for none. What else is wrong is told
// before anybody is asked for it.
func (a *api) logo(ctx context.Context, l look) ([]byte, error) {
	if _, err := httpapi.QROptions(l.options(), nil); err != nil || l.Style.Logo == "" {
		return nil, err
	}
	return a.s.Picture(ctx, l.Style.Logo)
}

// kept begins what stands in a picture's address for a logo that came in a data URL.
const kept = "kept:"

// keep keeps a logo for the link's account, and is how addresses call it.
func (a *api) keep(ctx context.Context, l domain.Link, logo []byte) (string, error) {
	sum, err := a.Logos.KeepLogo(ctx, l.Account, logo)
	return kept + base64.RawURLEncoding.EncodeToString(sum[:]), err
}

// logoOf is the logo that an address of ours names.
func (a *api) logoOf(ctx context.Context, l domain.Link, wanted look) ([]byte, error) {
	text, found := strings.CutPrefix(wanted.Style.Logo, kept)
	if !found {
		return a.logo(ctx, wanted)
	}
	sum, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return nil, errNoPicture()
	}
	logo, err := a.Logos.Logo(ctx, l.Account, [sha256.Size]byte(sum))
	if domain.CodeOf(err) == domain.NotFound {
		err = errNoPicture()
	}
	return logo, err
}

func errNoPicture() error { return domain.Errorf(domain.NotFound, "", "there is no such QR code") }

// picture is GET /v1/qr-codes/{name}: what createQR gave the address of.
func (a *api) picture(c echo.Context) error {
	raw, err := url.PathUnescape(c.Param("picture"))
	if err != nil {
		raw = ""
	}
	n, wanted, ok := a.named(raw)
	if !ok {
		return errNoPicture()
	}
	l, err := a.s.Known(c, n)
	if err != nil {
		return err
	}
	logo, err := a.logoOf(c.Request().Context(), l, wanted)
	if err != nil {
		return err
	}
	options, err := httpapi.QROptions(wanted.options(), logo)
	if err != nil {
		return err
	}
	drawn, _, err := a.s.Draw(l, options)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600") // the link's slug may change
	return c.Blob(http.StatusOK, options.MediaType(), drawn)
}

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
