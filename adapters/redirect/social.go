package redirect

import (
	"bytes"
	"html/template"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// socialPage tells programs that show previews what the link's owner wants to be shown.
type socialPage struct{ tree *template.Template }

func (p *socialPage) send(resp *fasthttp.Response, shown domain.Preview, to domain.Destination) {
	sendRendered(resp, p.tree, []byte("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"), struct {
		domain.Preview

		Link template.HTMLAttr
	}{shown, attribute("href", to)})
}

// sendLook answers with a page that shows where a link leads.
func (p *pages) sendLook(resp *fasthttp.Response, w words) {
	body, err := p.render(w)
	if err != nil { // an answer half written
		p.unavailable.send(resp)
		return
	}
	(&page{fasthttp.StatusOK, body, pagePolicy(false)}).send(resp)
}

// sendRendered answers with a page that is made for this visitor.
func sendRendered(resp *fasthttp.Response, t *template.Template, csp []byte, data any) {
	var body bytes.Buffer
	if err := t.Execute(&body, data); err != nil { // a template that doesn't fit its data: a test would have seen it
		resp.SetStatusCode(fasthttp.StatusInternalServerError)
		return
	}
	resp.Header.SetContentTypeBytes(typeHTML)
	resp.Header.SetCanonical(keyCacheControl, valPrivate)
	resp.Header.SetCanonical(keyCSP, csp)
	resp.Header.SetCanonical(keyNoSniff, valNoSniff)
	resp.SetBody(body.Bytes())
}

// attribute is a destination as an attribute of HTML, as it was written: the template would re-encode it.
func attribute(name string, to domain.Destination) template.HTMLAttr {
	return template.HTMLAttr(name + `="` + template.HTMLEscapeString(string(to)) + `"`) //nolint:gosec // escaped
}
