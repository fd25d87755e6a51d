package redirect

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/linklog/linklog/domain"
)

func TestLanguages(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"de-CH,en;q=0.5,de;q=0.9": "de-ch de en", "EN": "en", "": "", "*": "", "*;q=0.1, fr ; q=0.2": "fr", "fr;q=0,de": "de",
		"a;q=2,b;q=-1,c;q=x,d;q=NaN,e;q=1.0": "e", "zh-Hant-TW": "zh-hant-tw", "d\xc3\xa9": "", ",,,": "",
		strings.Repeat("en,", 100): strings.TrimSuffix(strings.Repeat("en ", maxLanguages), " "),
	} {
		if got := strings.Join(languages([]byte(raw)), " "); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestHostOf(t *testing.T) {
	t.Parallel()
	for raw, want := range map[domain.Destination]string{
		"https://a.example": "a.example", "http://a.example:8080/x": "a.example", "https://a.example?https://b.example/": "a.example",
		"https://a.example#@b.example": "a.example", "https://[2001:db8::1]:443/": "[2001:db8::1]", "": "",
	} {
		if got := hostOf(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

// FuzzHostOf: for every destination there is, the short way finds the host that the long one does.
func FuzzHostOf(f *testing.F) {
	f.Add("https://a.example:80/x?y#z")
	f.Add("http://[::1]")
	f.Fuzz(func(t *testing.T, raw string) {
		d, err := domain.ParseDestination(raw)
		if err != nil {
			return
		}
		if got := hostOf(d); got != string(d.Host()) {
			t.Errorf("%q: got %q, want %q", d, got, d.Host())
		}
	})
}

func FuzzPath(f *testing.F) {
	f.Add([]byte("/sale/more/x"))
	f.Add([]byte("//sale+/"))
	f.Fuzz(func(t *testing.T, path []byte) {
		slug, more, ok := slugIn(path)
		if ok && (len(slug) == 0 || bytes.ContainsAny(slug, "./")) {
			t.Errorf("%q: slug %q", path, slug)
		}
		if behind := pathBehind(path, bytes.ReplaceAll(path, []byte("%2f"), []byte("/"))); behind != "" && behind[0] != '/' {
			t.Errorf("%q: %q behind, more: %v", path, behind, more)
		}
		for _, tag := range languages(path) {
			if !utf8.ValidString(tag) || len(tag) > maxTag {
				t.Errorf("%q: language %q", path, tag)
			}
		}
	})
}

// FuzzScripts: whatever an owner gives as a script, the page has nothing but scripts with the nonce, images and noscript, and ends
// where it should.
func FuzzScripts(f *testing.F) {
	for _, content := range []string{
		`<script src="x"></script>`, "https://a.example/x.js", "alert('</script>')", `<script>"<!--<script>"</script>`, `<noscript><img src=x onerror=y></noscript>`,
		`<script a"b='c' =d nonce=e>`, `<style><script>x</script></style>`, "<!-- <script>x</script> -->", `</body><script/src=x>`, "<noscript><noscript></noscript>",
		"<scRipt>1</sCript >", "<img src='\"><script>'>", "<textarea><script>x", "<svg><script>a</script>", "<plaintext><script>", "\x00<script>\x00",
	} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		w := scriptWriter{nonce: "n0nce"}
		w.script(content)
		page := "<!doctype html><html><head></head><body><main>" + w.out.String() + `</main><p id="end"></p></body></html>`
		for _, scripting := range []bool{true, false} {
			root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(scripting))
			if err != nil {
				t.Fatal(err)
			}
			ended := false
			for n := range root.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				ended = ended || n.DataAtom == atom.P && n.Parent.DataAtom == atom.Body
				if !expected(n) {
					t.Errorf("%q: %s %v in %s", content, n.Data, n.Attr, page)
				}
			}
			if !ended && !opensComment(content) {
				t.Errorf("%q swallows the page: %s", content, page)
			}
		}
	})
}

// opensComment reports whether a script may hold the end of the page inside: what a script tag had in it was its owner's to close.
func opensComment(content string) bool { return strings.Contains(strings.ToLower(content), "<!--") }

func expected(n *html.Node) bool {
	plain := []atom.Atom{atom.Html, atom.Head, atom.Body, atom.Main, atom.P, atom.Noscript}
	switch n.DataAtom {
	case atom.Script:
		given := 0
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				return false
			}
			if a.Key == "nonce" && a.Val == "n0nce" {
				given++
			}
		}
		return given == 1
	case atom.Img:
		return !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "style" || strings.HasPrefix(a.Key, "on") })
	}
	return slices.Contains(plain, n.DataAtom)
}
