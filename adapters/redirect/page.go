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

//go:embed page_social.html
var socialText string

//go:embed page_scripts.html
var scriptsText string

// page is an answer that is the same for everybody, rendered once.
type page struct {
	status int
	body   []byte
	csp    []byte
}

// pages are all the pages visitors may meet.
type pages struct {
	landing, notFound, gone, disabled, unavailable, badMethod, tooMany, locked, wrong page

	brand   string
	frame   *template.Template // of all of these
	social  socialPage
	scripts scriptsPage
}

// words is what one page says.
type words struct {
	Brand, Title, Text string
	Form               bool   // asks for a password
	To                 string // where a link leads
	Visit              string // the link, for going there
}

// newPages renders the pages of an installation called brand.
func newPages(brand string) (*pages, error) {
	p := pages{brand: brand}
	for _, one := range []struct {
		tree *(*template.Template)
		text string
	}{{&p.frame, pageText}, {&p.social.tree, socialText}, {&p.scripts.tree, scriptsText}} {
		var err error
		if *one.tree, err = template.New("page").Parse(one.text); err != nil {
			return nil, fmt.Errorf("parse a page template: %w", err)
		}
	}
	for _, one := range []struct {
		page        *page
		status      int
		title, text string
	}{
		{&p.landing, fasthttp.StatusOK, brand, "Short links are served here. To visit one, open its full address."},
		{&p.notFound, fasthttp.StatusNotFound, "Link not found", "There is no link at this address. Check it for a typing error."},
		{&p.gone, fasthttp.StatusGone, "Link expired", "This link was valid for a limited time, which is over."},
		{&p.disabled, fasthttp.StatusGone, "Link disabled", "This link was taken out of use because of where it leads, or of who made it."},
		{&p.unavailable, fasthttp.StatusServiceUnavailable, "Try again in a moment", "We can’t look this link up right now. Please reload the page shortly."},
		{&p.badMethod, fasthttp.StatusMethodNotAllowed, "Method not allowed", "Short links can only be visited."},
		{&p.tooMany, fasthttp.StatusTooManyRequests, "Please wait a moment", "There were too many tries from your network. Please come back a little later."},
		{&p.locked, fasthttp.StatusUnauthorized, "Password needed", "This link is protected. Enter its password to go on."},
		{&p.wrong, fasthttp.StatusUnauthorized, "Wrong password", "That was not the password. Try again."},
	} {
		form := one.status == fasthttp.StatusUnauthorized
		body, err := p.render(words{Brand: brand, Title: one.title, Text: one.text, Form: form})
		if err != nil {
			return nil, err
		}
		*one.page = page{one.status, body, pagePolicy(form)}
	}
	return &p, nil
}

func (p *pages) render(w words) ([]byte, error) {
	var body bytes.Buffer
	err := p.frame.Execute(&body, struct {
		words

		Style template.CSS
	}{w, template.CSS(pageStyle)}) //nolint:gosec // our own file
	if err != nil {
		return nil, fmt.Errorf("render page %q: %w", w.Title, err)
	}
	return body.Bytes(), nil
}

// pagePolicy lets nothing but our style in. Where a form may be sent includes where its answer redirects to, in some browsers;
// to name that would tell where a locked link leads.
func pagePolicy(form bool) []byte {
	action := "'none'"
	if form {
		action = "'self' https: http:"
	}
	sum := sha256.Sum256([]byte(pageStyle))
	return []byte("default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action " + action + "; frame-ancestors 'none'")
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
	keyFetchSite    = []byte("Sec-Fetch-Site")

	valPrivate   = []byte("private, no-store")
	valBriefly   = []byte("public, max-age=300") // a domain's owner may change it
	valNoSniff   = []byte("nosniff")
	valNoIndex   = []byte("noindex")
	valNoRefer   = []byte("no-referrer")
	valSoon      = []byte("1")
	valMethods   = []byte("GET, HEAD")
	typeHTML     = []byte("text/html; charset=utf-8")
	typeText     = []byte("text/plain; charset=utf-8")
	typeJSON     = []byte("application/json")
	robotsPolicy = "User-agent: *\nAllow: /\n"
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
