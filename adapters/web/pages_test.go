package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/linklog/linklog/domain/identity"
)

// mostBytes is what a page may weigh when it is opened for the first time, files included.
const mostBytes = 100 << 10

// visited is a page with what has to be there first.
type visited struct {
	path  string             // may end in a made-up token
	guest bool               // nobody has signed in
	setup func(*desk) string // the path, if it is another one; nil: nothing to do
}

func (p visited) open(d *desk) string {
	if p.setup != nil {
		if path := p.setup(d); path != "" {
			return path
		}
	}
	return p.path
}

// pages are all there are.
var pages = slices.Concat(doorPages, linksPages, analyticsPages, settingsPages)

var doorPages = []visited{
	{path: "/sign-in", guest: true},
	{path: "/sign-up", guest: true},
	{path: "/forgotten", guest: true},
	{path: "/reset/token", guest: true},
	{path: "/verify/token"},
	{path: "/invitation/guest", guest: true, setup: invitation},
	{path: "/invitation/member", setup: invitation},
	{path: "/dev/mail", setup: func(d *desk) string {
		_ = d.Send(d.t.Context(), "ann@example.com", "A new password for Linklog", "Open this:\n\nhttps://app.example.com/reset/x\n\nIt works once.\n")
		return ""
	}},
	{path: "/nowhere"},
}

// analyticsPages are those about clicks.
var analyticsPages = []visited{
	{path: "/analytics"},
	{path: "/analytics", setup: oneLink},
	{path: "/analytics?filter=country:US&range=dates", setup: oneLink},
	{path: "/analytics?filter=colour:red"},
	{path: "/analytics/country", setup: oneLink},
	{path: "/live"},
}

func oneLink(d *desk) string {
	d.link("spring", "sale")
	return ""
}

func invitation(d *desk) string {
	token, _, err := d.house.Invite(d.t.Context(), "acc_ann", "usr_ann", "eve@example.com", identity.Editor)
	if err != nil {
		d.t.Fatal(err)
	}
	return "/invitation/" + token
}

// TestPages looks at what every page has to keep to.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, p := range pages {
		t.Run(strings.Trim(p.path, "/"), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if p.guest {
				d = newDoor(t)
			}
			s := d.get(p.open(d))
			checkHeaders(t, s)
			checkWeight(t, s)
			checkTree(t, s)
		})
	}
}

func checkHeaders(t *testing.T, s *shown) {
	t.Helper()
	policy := s.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if got := s.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// checkWeight adds up the page and what it loads, as they come over the wire.
func checkWeight(t *testing.T, s *shown) {
	t.Helper()
	sum, loaded := s.Wire, 0
	for n := range s.tree.Descendants() {
		path := attr(n, "src")
		if n.Data == "link" {
			path = attr(n, "href")
		}
		if path == "" || strings.HasPrefix(path, "data:") || !strings.HasPrefix(path, "/assets/") {
			if n.Data == "script" && path != "" {
				t.Errorf("a script comes from %s", path)
			}
			continue
		}
		a := s.d.get(path).want(200)
		if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s may be kept %q", path, a.Header.Get("Cache-Control"))
		}
		sum += a.Wire
		loaded++
	}
	if loaded < 3 {
		t.Errorf("only %d files are loaded", loaded)
	}
	if sum > mostBytes {
		t.Errorf("%d bytes the first time", sum)
	}
	t.Logf("%s: %d bytes the first time, %d of them the page", s.path, sum, s.Wire)
}

var unrendered = regexp.MustCompile(`@[a-zA-Z]+\(`)

var inlineHandler = regexp.MustCompile(`^on[a-z]+$`)

// checkTree looks for what the policy forbids, and for what screen readers and keyboards need.
func checkTree(t *testing.T, s *shown) {
	t.Helper()
	if raw := unrendered.FindString(s.text()); raw != "" {
		t.Errorf("a part of the page stands there as %s…", raw)
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	headings, title, mains := 0, "", 0
	for n := range s.tree.Descendants() {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %s", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "label":
			labels[attr(n, "for")] = true
		case "h1":
			headings++
		case "main":
			mains++
		case "title":
			if title == "" && n.FirstChild != nil {
				title = n.FirstChild.Data
			}
		case "script":
			if attr(n, "src") == "" && attr(n, "type") != "application/json" {
				t.Error("a script stands in the page")
			}
		case "style":
			t.Error("a style stands in the page")
		}
		for _, a := range n.Attr {
			if a.Key == "style" || inlineHandler.MatchString(a.Key) || strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
		}
	}
	if headings != 1 || mains != 1 || !strings.HasSuffix(title, " · Linklog") {
		t.Errorf("%d headings, %d mains, title %q", headings, mains, title)
	}
	for n := range s.tree.Descendants() {
		checkElement(t, n, ids, labels)
	}
}

func checkElement(t *testing.T, n *html.Node, ids, labels map[string]bool) {
	t.Helper()
	named := attr(n, "aria-label") != "" || ids[attr(n, "aria-labelledby")]
	switch n.Data {
	case "input", "select", "textarea":
		if attr(n, "type") == "hidden" || named || labels[attr(n, "id")] && attr(n, "id") != "" || below(n, "label") {
			break
		}
		t.Errorf("the field %q has no label", attr(n, "name"))
	case "button", "a", "summary":
		if !named && strings.TrimSpace(words1(n)) == "" {
			t.Errorf("a <%s> says nothing", n.Data)
		}
	case "img":
		if !has(n, "alt") {
			t.Errorf("the picture %s has no words", attr(n, "src"))
		}
	case "th":
		if strings.TrimSpace(words1(n)) == "" && !named {
			t.Error("a column has no name")
		}
	case "form":
		checkForm(t, n)
	}
	for _, name := range []string{"aria-describedby", "aria-labelledby", "aria-controls", "for"} {
		for id := range strings.FieldsSeq(attr(n, name)) {
			if !ids[id] {
				t.Errorf("%s names %s, which isn't there", name, id)
			}
		}
	}
	if tab := attr(n, "tabindex"); tab != "" && tab != "0" && tab != "-1" {
		t.Errorf("<%s> jumps the queue of the keyboard", n.Data)
	}
}

// checkForm sees that what changes something can't be sent by another site.
func checkForm(t *testing.T, form *html.Node) {
	t.Helper()
	if attr(form, "method") != "post" && !has(form, "hx-post") {
		return
	}
	for n := range form.Descendants() {
		if attr(n, "name") == tokenField && attr(n, "value") != "" {
			return
		}
	}
	t.Errorf("the form to %s has no token", attr(form, "action"))
}

func below(n *html.Node, name string) bool {
	for a := range n.Ancestors() {
		if a.Data == name {
			return true
		}
	}
	return false
}

// words1 is the text of an element, and of pictures in it.
func words1(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
		b.WriteString(attr(x, "alt") + attr(x, "aria-label"))
	}
	return b.String()
}
