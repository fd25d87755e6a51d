package redirect

import (
	"crypto/rand"
	"encoding/base64"
	"html/template"
	"regexp"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/linklog/linklog/domain"
)

// scriptPatience is how long scripts may keep a visitor.
const scriptPatience = time.Second

// scriptsPage runs a link's scripts in the visitor's browser and sends them on.
type scriptsPage struct{ tree *template.Template }

// send answers with the page. It leaves as soon as everything on it has loaded: so browsers treat a refresh after no seconds, with or
// without JavaScript. A script of ours sees to it that a slow server can't hold the visitor.
func (p *scriptsPage) send(resp *fasthttp.Response, scripts []domain.Script, to domain.Destination) {
	nonce := newNonce()
	var head, body scriptWriter
	head.nonce, body.nonce = nonce, nonce
	for _, s := range scripts {
		if s.InBody {
			body.script(s.Content)
		} else {
			head.script(s.Content)
		}
	}
	sendRendered(resp, p.tree, scriptPolicy(nonce), struct {
		Nonce, To     string
		Patience      int64
		Refresh, Link template.HTMLAttr
		Head, Body    template.HTML
	}{
		Nonce: nonce, To: string(to), Patience: scriptPatience.Milliseconds(),
		Refresh: attribute("content", "0;url="+to), Link: attribute("href", to),
		Head: template.HTML(head.out.String()), Body: template.HTML(body.out.String()), //nolint:gosec // written tag by tag
	})
}

// scriptPolicy lets the page's own scripts run and what those load themselves, which is all that pixels do; and their reports out.
func scriptPolicy(nonce string) []byte {
	return []byte("default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; img-src https:; connect-src https:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

// newNonce is a text that nobody can foresee.
func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// scriptWriter writes scripts as HTML.
type scriptWriter struct {
	nonce string
	out   strings.Builder
}

// script writes what an owner gave: HTML with script tags, the URL of a script, or JavaScript.
func (w *scriptWriter) script(content string) {
	content = strings.TrimSpace(content)
	switch {
	case content == "":
	case content[0] == '<':
		w.html(content)
	case isURL(content):
		w.tag([]html.Attribute{{Key: "src", Val: content}, {Key: "async"}}, "")
	default:
		w.tag(nil, content)
	}
}

func isURL(s string) bool {
	lower := strings.ToLower(s[:min(len(s), len("https://"))])
	return (strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://") || strings.HasPrefix(s, "//")) &&
		!strings.ContainsAny(s, " \t\r\n\"'<>`")
}

// html writes the scripts of some HTML, and the images, which pixels fall back to. The rest of it nobody would get to see.
func (w *scriptWriter) html(content string) {
	z := html.NewTokenizer(strings.NewReader(content))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		switch t := z.Token(); t.DataAtom {
		case atom.Script:
			w.tag(t.Attr, textOf(z))
		case atom.Noscript:
			w.out.WriteString("<noscript>")
			w.images(textOf(z))
			w.out.WriteString("</noscript>\n")
		case atom.Img:
			w.image(t.Attr)
		}
	}
}

// textOf is the text of the element that z has just entered. Its inside is no HTML to the tokenizer.
func textOf(z *html.Tokenizer) string {
	if z.Next() == html.TextToken {
		return z.Token().Data
	}
	return ""
}

func (w *scriptWriter) images(content string) {
	z := html.NewTokenizer(strings.NewReader(content))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if t := z.Token(); t.DataAtom == atom.Img && t.Type != html.EndTagToken {
			w.image(t.Attr)
		}
	}
}

func (w *scriptWriter) image(attributes []html.Attribute) {
	w.out.WriteString("<img")
	for _, a := range attributes {
		switch a.Key {
		case "src", "width", "height", "alt", "referrerpolicy":
			w.attribute(a)
		}
	}
	w.out.WriteString(">\n")
}

// tag writes one script with the page's nonce.
func (w *scriptWriter) tag(attributes []html.Attribute, code string) {
	w.out.WriteString(`<script nonce="` + w.nonce + `"`)
	for _, a := range attributes {
		if a.Key != "nonce" && !strings.HasPrefix(a.Key, "on") {
			w.attribute(a)
		}
	}
	w.out.WriteString(">" + inTag.ReplaceAllString(code, `<\$1`) + "</script>\n")
}

// inTag is what JavaScript in a tag must not contain. A backslash more means the same to it.
var inTag = regexp.MustCompile(`(?i)<(/script|!--)`)

func (w *scriptWriter) attribute(a html.Attribute) {
	if strings.Trim(a.Key, "abcdefghijklmnopqrstuvwxyz0123456789-_") == "" {
		w.out.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
	}
}
