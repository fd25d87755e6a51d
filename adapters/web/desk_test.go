package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/domain"
)

// desk is a browser without a screen in front of a dashboard, with everything behind it in memory:
// real decisions (World), and a house of people.
type desk struct {
	*httpapitest.World

	t       *testing.T
	house   *house
	mails   []Mail
	erased  []domain.AccountID
	logged  *strings.Builder
	server  *Server
	cookies map[string]string
	plain   bool // http, not https
}

// newDesk is one where Ann has signed in, who owns the account acc_ann.
func newDesk(t *testing.T, change ...func(*Options)) *desk {
	t.Helper()
	d := newDoor(t, change...)
	entry, err := d.house.Enter(t.Context(), "usr_ann", "test")
	if err != nil {
		t.Fatal(err)
	}
	d.cookies[sessionCookie] = entry.Token
	return d
}

// newDoor is one where nobody has signed in.
func newDoor(t *testing.T, change ...func(*Options)) *desk {
	t.Helper()
	d := &desk{t: t, World: httpapitest.New(), logged: new(strings.Builder), cookies: map[string]string{}}
	d.house = newHouse(func() time.Time { return d.Now })
	o := Options{
		URL: "https://app.example.com", PublicURL: "https://" + string(httpapitest.Host), SignUp: Open, Dev: true,
		Plans: map[domain.Plan]Plan{
			domain.Free: {Requests: 1000, Domains: 1, Limits: domain.Limits{Links: 10_000}},
			domain.Pro:  {Requests: 10_000, Domains: 10, Limits: domain.Limits{Links: 1_000_000}},
		},
		Secret: []byte("secret"), Clock: func() time.Time { return d.Now }, Log: slog.New(slog.NewTextHandler(d.logged, nil)),
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	d.server, err = New(o, Parts{
		Commands: d.World, Links: d.World, Clicks: d.World, People: d.house, Members: d.house, Keys: d.house, Mailer: d,
		DomainSecret: []byte("secret"), LookupTXT: func(_ context.Context, name string) ([]string, error) { return d.Records[name], nil },
		Mails: func() []Mail { return d.mails },
		HashPassword: func(_ context.Context, password string, salt [16]byte) (string, error) {
			return fmt.Sprintf("hash-of-%s-%x", password, salt[:2]), nil
		},
		Erase: func(_ context.Context, account domain.AccountID) error {
			d.erased = append(d.erased, account)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Send implements Mailer.
func (d *desk) Send(_ context.Context, to, subject, text string) error {
	d.mails = append([]Mail{{To: to, Subject: subject, Text: text, At: d.Now}}, d.mails...)
	return nil
}

// shown is an answer as a browser has it.
type shown struct {
	d      *desk
	Status int
	Header http.Header
	Body   string
	Wire   int // bytes of the body as they came
	tree   *html.Node
	path   string
}

// get goes to a path, and on where it is sent.
func (d *desk) get(path string) *shown {
	d.t.Helper()
	return d.follow(d.do(httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, path, nil)))
}

// hx asks as htmx does.
func (d *desk) hx(method, path string, values url.Values) *shown {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Hx-Request", "true")
	r.Header.Set("Hx-Current-Url", "https://app.example.com/links?page=2")
	if s := d.house.sessions[d.cookies[sessionCookie]]; s != nil {
		r.Header.Set(tokenHeader, s.CSRF)
	}
	return d.do(r)
}

// post sends a form that no page has.
func (d *desk) post(path string, values url.Values, headers ...string) *shown {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return d.do(r)
}

func (d *desk) do(r *http.Request) *shown {
	d.t.Helper()
	r.Host = "app.example.com"
	r.Header.Set("Accept-Encoding", "gzip")
	for name, value := range d.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value}) //nolint:gosec // what a browser sends has no attributes
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(d.cookies, c.Name)
		} else {
			d.cookies[c.Name] = c.Value
		}
		if !c.HttpOnly || c.Secure == d.plain || c.SameSite != http.SameSiteLaxMode {
			d.t.Errorf("cookie %s is open to scripts, to plain connections or to other sites", c.Name)
		}
	}
	s := &shown{d: d, Status: w.Code, Header: w.Header(), Wire: w.Body.Len(), path: r.URL.Path}
	body := io.Reader(w.Body)
	if s.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(w.Body); err != nil {
			d.t.Fatal(err)
		}
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		d.t.Fatal(err)
	}
	s.Body = string(raw)
	if s.tree, err = html.Parse(strings.NewReader(s.Body)); err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *desk) follow(s *shown) *shown {
	d.t.Helper()
	for range 5 {
		to := s.Header.Get("Location")
		if to == "" || strings.HasPrefix(to, "http") {
			return s
		}
		s = d.do(httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, to, nil))
	}
	return s
}

// want checks the status, and that texts are to be read.
func (s *shown) want(status int, texts ...string) *shown {
	s.d.t.Helper()
	if s.Status != status {
		s.d.t.Fatalf("%s: status %d, want %d: %s\n%s", s.path, s.Status, status, s.text(), s.d.logged)
	}
	all := s.text()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			s.d.t.Errorf("%s doesn't say %q: %s", s.path, text, all)
		}
	}
	return s
}

// lacks checks that texts are not to be read.
func (s *shown) lacks(texts ...string) *shown {
	s.d.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.text(), text) {
			s.d.t.Errorf("%s says %q", s.path, text)
		}
	}
	return s
}

// text is what people read, spaces made one.
func (s *shown) text() string {
	var b strings.Builder
	for n := range s.tree.Descendants() {
		if n.Type == html.TextNode && (n.Parent == nil || n.Parent.Data != "script" && n.Parent.Data != "style") {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// filled is a form of a page, as somebody fills it in.
type filled struct {
	d      *desk
	action string
	values url.Values
	names  map[string]bool
}

// form is the page's form with that action; with a value, the one that has it in some field.
func (s *shown) form(action string, with ...string) *filled {
	s.d.t.Helper()
	for n := range s.tree.Descendants() {
		if n.Data != "form" || attr(n, "action") != action {
			continue
		}
		f := fieldsOf(s.d, n, action)
		if len(with) == 0 || f.holds(with[0]) {
			return f
		}
	}
	s.d.t.Fatalf("%s has no form to %s: %s", s.path, action, s.text())
	return nil
}

func (f *filled) holds(value string) bool {
	for _, all := range f.values {
		if slices.Contains(all, value) {
			return true
		}
	}
	return false
}

// fieldsOf reads a form as a browser does.
func fieldsOf(d *desk, form *html.Node, action string) *filled {
	f := &filled{d: d, action: action, values: url.Values{}, names: map[string]bool{}}
	for n := range form.Descendants() {
		name, value := attr(n, "name"), attr(n, "value")
		if name == "" {
			continue
		}
		f.names[name] = true
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			if kind != "checkbox" && kind != "radio" || has(n, "checked") {
				f.values.Add(name, value)
			}
		case "textarea":
			if n.FirstChild != nil {
				value = n.FirstChild.Data
			}
			f.values.Add(name, value)
		case "select":
			f.values.Add(name, selected(n))
		}
	}
	return f
}

func selected(n *html.Node) string {
	first, found := "", false
	for o := range n.Descendants() {
		if o.Data != "option" {
			continue
		}
		if has(o, "selected") {
			return attr(o, "value")
		}
		if !found {
			first, found = attr(o, "value"), true
		}
	}
	return first
}

// set types something into a field, which must be there.
func (f *filled) set(name string, values ...string) *filled {
	f.d.t.Helper()
	if !f.names[name] {
		f.d.t.Fatalf("the form to %s has no field %s, only %v", f.action, name, f.names)
	}
	f.values[name] = values
	return f
}

// send sends the form, and goes on where the answer says.
func (f *filled) send() *shown {
	f.d.t.Helper()
	return f.d.follow(f.d.post(f.action, f.values, "Sec-Fetch-Site", "same-origin"))
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// want checks what a field holds.
func (f *filled) want(t *testing.T, name, value string) *filled {
	t.Helper()
	if got := f.values.Get(name); strings.ReplaceAll(got, "\r\n", "\n") != value {
		t.Errorf("%s holds %q, want %q", name, got, value)
	}
	return f
}
