package redirect_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/linklog/linklog/domain"
)

// policy is an answer's Content-Security-Policy by directive.
func policy(a answer) map[string]string {
	directives := map[string]string{}
	for d := range strings.SplitSeq(a.Header.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
		directives[name] = value
	}
	return directives
}

// elements are all elements of a page by their names, as a browser with or without JavaScript reads it.
func elements(t *testing.T, page string, scripting bool) map[atom.Atom][]*html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(scripting))
	if err != nil {
		t.Fatal(err)
	}
	found := map[atom.Atom][]*html.Node{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			found[n.DataAtom] = append(found[n.DataAtom], n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func code(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

const pixel = `<!-- Pixel --><script async nonce="theirs" onload="alert(1)" src="https://pixel.example/p.js?a=1&b=2" data-id='"7"'></script>
<script>window.pixel = window.pixel || []; pixel.push("</div>");</script>
<noscript><img height="1" width="1" style="display:none" src="https://pixel.example/tr?id=7&amp;noscript=1"/></noscript><h1>not shown</h1><iframe src="https://evil.example"></iframe>`

func scripted(to domain.Destination) domain.Link {
	l := with("sale", domain.Traits{Scripts: []domain.Script{
		{ID: "1", Content: pixel}, {ID: "2", Content: " https://tag.example/tag.js?x=1&y=2 ", InBody: true},
		{ID: "3", Content: `var s = "</script><script>alert(1)</script><!--";`, InBody: true}, {ID: "4"},
	}})
	l.Destination = to
	return l
}

// TestScripts: the page runs exactly the owner's scripts, and sends everybody on.
func TestScripts(t *testing.T) {
	t.Parallel()
	const to = `https://own.example/it's?a=1&b=(2)&c=;url=x#"frag`
	r := start(t, setup{links: []domain.Link{scripted(to)}, change: behindProxy})
	a := r.get("/sale", "User-Agent: "+browser)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/html; charset=utf-8" || a.Header.Get("Location") != "" ||
		a.Header.Get("X-Robots-Tag") != "noindex" || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	csp := policy(a)
	nonce, ok := strings.CutPrefix(csp["script-src"], "'nonce-")
	nonce, ok2 := strings.CutSuffix(nonce, "' 'strict-dynamic'")
	if !ok || !ok2 || len(nonce) < 22 || csp["default-src"] != "'none'" || csp["img-src"] != "https:" || csp["connect-src"] != "https:" ||
		csp["base-uri"] != "'none'" || csp["form-action"] != "'none'" || csp["frame-ancestors"] != "'none'" || len(csp) != 7 {
		t.Errorf("policy %v", csp)
	}
	page := elements(t, a.body, true)
	scripts := page[atom.Script]
	if len(scripts) != 5 {
		t.Fatalf("%d scripts in %s", len(scripts), a.body)
	}
	for _, s := range scripts {
		if attr(s, "nonce") != nonce || attr(s, "onload") != "" {
			t.Errorf("script %v", s.Attr)
		}
	}
	if c := code(scripts[0]); !strings.HasPrefix(c, `setTimeout(function(){location.replace("https://own.example/it's?a=1\u0026b=(2)\u0026c=;url=x#\"frag")},`) {
		t.Errorf("ours: %s", c)
	}
	if s := scripts[1]; attr(s, "src") != "https://pixel.example/p.js?a=1&b=2" || attr(s, "data-id") != `"7"` || s.Parent.DataAtom != atom.Head {
		t.Errorf("their tag: %v", s.Attr)
	}
	if c := code(scripts[2]); c != `window.pixel = window.pixel || []; pixel.push("</div>");` {
		t.Errorf("their code: %s", c)
	}
	if s := scripts[3]; attr(s, "src") != "https://tag.example/tag.js?x=1&y=2" || s.Parent.DataAtom != atom.Body {
		t.Errorf("their address: %v", s.Attr)
	}
	if c := code(scripts[4]); c != `var s = "<\/script><script>alert(1)<\/script><\!--";` {
		t.Errorf("their JavaScript: %s", c)
	}
	if len(page[atom.Iframe])+len(page[atom.H1]) != 0 {
		t.Error("more than scripts got in")
	}
	if links := page[atom.A]; len(links) != 1 || attr(links[0], "href") != to {
		t.Errorf("the way on: %v", links)
	}
	if c := r.click(); c.Link != 1 || len(r.clicks) != 0 {
		t.Error("not one click")
	}
}

// TestScriptsWithoutScripting: without JavaScript the page sends on just as well, and the pixel's image counts.
func TestScriptsWithoutScripting(t *testing.T) {
	t.Parallel()
	const to = `https://own.example/it's?a=1&b=(2)&c=;url=x#"frag`
	r := start(t, setup{links: []domain.Link{scripted(to)}, change: behindProxy})
	page := elements(t, r.get("/sale", "User-Agent: "+browser).body, false)
	refresh := page[atom.Meta][slices.IndexFunc(page[atom.Meta], func(n *html.Node) bool { return attr(n, "http-equiv") == "refresh" })]
	if attr(refresh, "content") != "0;url="+to {
		t.Errorf("refresh: %s", attr(refresh, "content"))
	}
	if img := page[atom.Img]; len(img) != 1 || attr(img[0], "src") != "https://pixel.example/tr?id=7&noscript=1" || attr(img[0], "style") != "" {
		t.Errorf("images: %v", img)
	}
}

// TestScriptsForPeople: programs are sent on at once, and each answer has a nonce of its own.
func TestScriptsForPeople(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{scripted("https://own.example/")}, change: behindProxy})
	for _, raw := range []string{
		request("GET", "/sale", "User-Agent: Twitterbot/1.0"), request("GET", "/sale", "User-Agent: curl/8"), request("HEAD", "/sale", "User-Agent: "+browser),
	} {
		if a := r.send(raw); a.StatusCode != http.StatusFound || a.Header.Get("Location") != "https://own.example/" || a.body != "" {
			t.Errorf("%q: %s %s", raw, a.Status, a.body)
		}
		r.click()
	}
	first, second := r.get("/sale", "User-Agent: "+browser), r.get("/sale", "User-Agent: "+browser)
	if policy(first)["script-src"] == policy(second)["script-src"] {
		t.Error("a nonce was used twice")
	}
}

func TestSocialPreview(t *testing.T) {
	t.Parallel()
	shown := with("sale", domain.Traits{
		Preview: domain.Preview{Title: `Sale "now" <b>`, Description: "50 % & more", Image: "https://own.example/i.png?a=1&b=2"},
		Scripts: []domain.Script{{ID: "1", Content: "alert(1)"}},
	})
	text := with("text", domain.Traits{Preview: domain.Preview{Description: "only words"}})
	text.Number = 2
	r := start(t, setup{links: []domain.Link{shown, text, link(3, "plain", "https://own.example/")}, change: behindProxy})
	tags := func(target string) map[string]string {
		a := r.get(target, "User-Agent: Twitterbot/1.0")
		if csp := policy(a); a.StatusCode != http.StatusOK || csp["default-src"] != "'none'" || csp["script-src"] != "" {
			t.Errorf("%s %v", a.Status, csp)
		}
		page, all := elements(t, a.body, true), map[string]string{}
		for _, m := range page[atom.Meta] {
			all[attr(m, "property")+attr(m, "name")] = attr(m, "content")
		}
		if len(page[atom.Script]) != 0 || attr(page[atom.A][0], "href") != "https://own.example/" {
			t.Error(a.body)
		}
		return all
	}
	for name, want := range map[string]string{
		"og:title": `Sale "now" <b>`, "og:description": "50 % & more", "og:image": "https://own.example/i.png?a=1&b=2", "og:type": "website",
		"twitter:title": `Sale "now" <b>`, "twitter:description": "50 % & more", "twitter:card": "summary_large_image",
		"twitter:image": "https://own.example/i.png?a=1&b=2",
	} {
		if got := tags("/sale")[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if c := r.click(); c.UserAgent != "Twitterbot/1.0" {
			t.Errorf("recorded %+v", c)
		}
	}
	if got := tags("/text"); got["og:description"] != "only words" || got["og:title"] != "" || got["twitter:card"] != "summary" {
		t.Errorf("tags %v", got)
	}
	for target, agent := range map[string]string{"/text": browser, "/text?": "curl/8", "/plain": "Twitterbot"} {
		if a := r.get(target, "User-Agent: "+agent); a.StatusCode != http.StatusFound {
			t.Errorf("%s by %s: %s", target, agent, a.Status)
		}
	}
}
