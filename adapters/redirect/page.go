package redirect

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page
	"encoding/base64"
	"fmt"
	"html/template"

	"github.com/valyala/fasthttp"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// page is an answer that is the same for everybody, rendered once.
type page struct {
	status int
	body   []byte
	csp    []byte
}

// pages are all the pages visitors may meet.
type pages struct{ landing, notFound, gone, unavailable, badMethod page }

// words is what one page says.
type words struct{ Brand, Title, Text string }

// newPages renders the pages of an installation called brand.
func newPages(brand string) (*pages, error) {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("parse the page template: %w", err)
	}
	var p pages
	for _, one := range []struct {
		page        *page
		status      int
		title, text string
	}{
		{&p.landing, fasthttp.StatusOK, brand, "Short links are served here. To visit one, open its full address."},
		{&p.notFound, fasthttp.StatusNotFound, "Link not found", "There is no link at this address. Check it for a typing error."},
		{&p.gone, fasthttp.StatusGone, "Link expired", "This link was valid for a limited time, which is over."},
		{&p.unavailable, fasthttp.StatusServiceUnavailable, "Try again in a moment", "We can’t look this link up right now. Please reload the page shortly."},
		{&p.badMethod, fasthttp.StatusMethodNotAllowed, "Method not allowed", "Short links can only be visited."},
	} {
		*one.page, err = render(t, one.status, words{brand, one.title, one.text})
		if err != nil {
			return nil, err
		}
	}
	return &p, nil
}

func render(t *template.Template, status int, w words) (page, error) {
	var body bytes.Buffer
	err := t.Execute(&body, struct {
		words
		Style template.CSS
	}{w, template.CSS(pageStyle)}) //nolint:gosec // our own file
	if err != nil {
		return page{}, fmt.Errorf("render page %q: %w", w.Title, err)
	}
	sum := sha256.Sum256([]byte(pageStyle))
	csp := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return page{status, body.Bytes(), []byte(csp)}, nil
}

var (
	keyCacheControl = []byte(fasthttp.HeaderCacheControl)
	keyLocation     = []byte(fasthttp.HeaderLocation)
	keyCSP          = []byte(fasthttp.HeaderContentSecurityPolicy)
	keyNoSniff      = []byte(fasthttp.HeaderXContentTypeOptions)
	keyRobots       = []byte(fasthttp.HeaderXRobotsTag)
	keyReferrer     = []byte(fasthttp.HeaderReferrerPolicy)
	keyRetryAfter   = []byte(fasthttp.HeaderRetryAfter)
	keyAllow        = []byte(fasthttp.HeaderAllow)

	valPrivate   = []byte("private, no-store")
	valDay       = []byte("public, max-age=86400")
	valNoSniff   = []byte("nosniff")
	valNoIndex   = []byte("noindex")
	valNoRefer   = []byte("no-referrer")
	valSoon      = []byte("1")
	valMethods   = []byte("GET, HEAD")
	typeHTML     = []byte("text/html; charset=utf-8")
	typeText     = []byte("text/plain; charset=utf-8")
	robotsPolicy = []byte("User-agent: *\nAllow: /\n")
)

// send answers with the page.
func (p *page) send(resp *fasthttp.Response) {
	resp.SetStatusCode(p.status)
	h := &resp.Header
	h.SetContentTypeBytes(typeHTML)
	h.SetCanonical(keyCacheControl, valPrivate)
	h.SetCanonical(keyCSP, p.csp)
	h.SetCanonical(keyNoSniff, valNoSniff)
	h.SetCanonical(keyRobots, valNoIndex)
	h.SetCanonical(keyReferrer, valNoRefer)
	switch p.status {
	case fasthttp.StatusServiceUnavailable:
		h.SetCanonical(keyRetryAfter, valSoon)
	case fasthttp.StatusMethodNotAllowed:
		h.SetCanonical(keyAllow, valMethods)
	}
	resp.SetBodyRaw(p.body)
}
