package main_test

import (
	"fmt"
	"net/http"
)

// tongue is one API, as its client uses it.
type tongue interface {
	name() string                       // as histories call it
	redirect() int                      // the status that visitors of links made with it get
	create(slug, to string) string      // makes a link; it may get another slug
	read(slug string) (spoken, bool)    // what it shows, if it shows the link
	edit(l spoken, to string)           // gives it another destination
	remove(l spoken)                    // deletes it
	call(method, path, body string) int // anything else, below the API's prefix
}

// spoken is a link as an API shows it.
type spoken struct {
	id     string // empty: it has none
	slug   string
	to     string
	clicks int
}

// tongues are all APIs, for one key.
func (g polyglot) tongues(key string) []tongue {
	c := caller{g, g.p.API, key}
	below := func(prefix string) caller { return caller{g, g.p.API + prefix, key} }
	return []tongue{native{c}, linkPack{below("/linkpack")}, linxly{below("/linxly")}, spotify{below("/spotify")}, smartLinks{below("/smartlinks")}}
}

// must sends a request that has to succeed, with a body like fmt.Sprintf's.
func (c caller) must(status int, method, path string, answer any, body string, values ...any) {
	c.tb.Helper()
	var raw any
	if answer == nil && status != http.StatusNoContent {
		answer = &raw
	}
	if got, _ := c.do(method, path, fmt.Sprintf(body, values...), answer); got != status {
		c.tb.Fatalf("%s %s%s answered %d, want %d: %v", method, c.base, path, got, status, answer)
	}
}

// call sends a request as it is.
func (c caller) call(method, path, body string) int {
	c.tb.Helper()
	status, _ := c.do(method, path, body, nil)
	return status
}

type native struct{ caller }

func (native) name() string  { return "api" }
func (native) redirect() int { return http.StatusFound }

func (n native) create(slug, to string) string {
	return n.caller.create(fmt.Sprintf(`{"url":%q,"custom_slug":%q}`, to, slug)).Slug
}

func (n native) read(slug string) (spoken, bool) {
	var a linkAnswer
	status, _ := n.do("GET", "/v1/links/by-slug/"+slug, "", &a)
	return spoken{a.Link.ID, a.Link.Slug, a.Link.LongURL, a.Link.Clicks}, status == http.StatusOK
}

func (n native) edit(l spoken, to string) {
	n.must(http.StatusOK, "PATCH", "/v1/links/"+l.id, nil, `{"url":%q}`, to)
}

func (n native) remove(l spoken) {
	n.must(http.StatusNoContent, "DELETE", "/v1/links/"+l.id, nil, "")
}

type linkPack struct{ caller }

func (linkPack) name() string  { return "linkpack" }
func (linkPack) redirect() int { return http.StatusTemporaryRedirect }

func (p linkPack) create(_, to string) string {
	var a struct{ ShortCode string }
	p.must(http.StatusOK, "POST", "/api/v1/shorten", &a, `{"longUrl":%q}`, to)
	return a.ShortCode
}

func (p linkPack) read(slug string) (spoken, bool) {
	var a struct {
		Link        struct{ ID, LongURL, ShortCode string }
		TotalClicks int
	}
	status, _ := p.do("GET", "/api/v1/stats/"+slug, "", &a)
	return spoken{a.Link.ID, a.Link.ShortCode, a.Link.LongURL, a.TotalClicks}, status == http.StatusOK
}

func (p linkPack) edit(l spoken, to string) {
	p.must(http.StatusOK, "PATCH", "/api/v1/link/"+l.id, nil, `{"long_url":%q}`, to)
}

func (p linkPack) remove(l spoken) {
	p.must(http.StatusOK, "DELETE", "/api/v1/link/"+l.id, nil, "")
}

type linxly struct{ caller }

const shortLinks = "/v1/client/short-links"

func (linxly) name() string  { return "linxly" }
func (linxly) redirect() int { return http.StatusFound }

type linxlyLink struct {
	ShortCode      string `json:"short_code"`
	DestinationURL string `json:"destination_url"`
	ClicksCount    int    `json:"clicks_count"`
}

func (x linxly) create(slug, to string) string {
	var a struct{ Data linxlyLink }
	x.must(http.StatusOK, "POST", shortLinks, &a, `{"destination_url":%q,"short_code":%q}`, to, slug)
	return a.Data.ShortCode
}

// read takes the clicks from the list, the only place that has them.
func (x linxly) read(slug string) (spoken, bool) {
	var one struct{ Data linxlyLink }
	var all struct{ Data []linxlyLink }
	status, _ := x.do("GET", shortLinks+"/"+slug, "", &one)
	x.must(http.StatusOK, "GET", shortLinks+"?per_page=100", &all, "")
	for _, l := range all.Data {
		if l.ShortCode == slug && l.DestinationURL == one.Data.DestinationURL {
			return spoken{slug: slug, to: l.DestinationURL, clicks: l.ClicksCount}, status == http.StatusOK
		}
	}
	return spoken{}, false
}

func (x linxly) edit(l spoken, to string) {
	x.must(http.StatusOK, "PUT", shortLinks+"/"+l.slug, nil, `{"destination_url":%q}`, to)
}

func (x linxly) remove(l spoken) {
	x.must(http.StatusOK, "DELETE", shortLinks+"/"+l.slug, nil, "")
}

type spotify struct{ caller }

func (spotify) name() string  { return "spotify" }
func (spotify) redirect() int { return http.StatusMovedPermanently }

type spotifyLink struct {
	ID, Slug, From string
	Views          int
}

func (s spotify) create(slug, to string) string {
	var a spotifyLink
	s.must(http.StatusCreated, "POST", "/api/links", &a, `{"from":%q,"slug":%q}`, to, slug)
	return a.Slug
}

func (s spotify) read(slug string) (spoken, bool) {
	var all struct{ Items []spotifyLink }
	s.must(http.StatusOK, "GET", "/api/links?perPage=50", &all, "")
	for _, l := range all.Items {
		if l.Slug == slug {
			return spoken{l.ID, l.Slug, l.From, l.Views}, true
		}
	}
	return spoken{}, false
}

func (s spotify) edit(l spoken, to string) {
	s.must(http.StatusOK, "PATCH", "/api/links/"+l.id, nil, `{"from":%q}`, to)
}

func (s spotify) remove(l spoken) {
	s.must(http.StatusNoContent, "DELETE", "/api/links/"+l.id, nil, "")
}

type smartLinks struct{ caller }

func (smartLinks) name() string  { return "smartlinks" }
func (smartLinks) redirect() int { return http.StatusFound }

type smartLink struct {
	ID, ShortCode, URL string
	Clicks             int
}

func (s smartLinks) create(slug, to string) string {
	var a smartLink
	s.must(http.StatusCreated, "POST", "/v1/links", &a, `{"url":%q,"shortCode":%q}`, to, slug)
	return a.ShortCode
}

// read finds the link in the list and looks at it alone.
func (s smartLinks) read(slug string) (spoken, bool) {
	var all struct{ Data []smartLink }
	s.must(http.StatusOK, "GET", "/v1/links?pageSize=100", &all, "")
	for _, l := range all.Data {
		if l.ShortCode != slug {
			continue
		}
		var one smartLink
		s.must(http.StatusOK, "GET", "/v1/links/"+l.ID, &one, "")
		return spoken{one.ID, one.ShortCode, one.URL, one.Clicks}, one.ID == l.ID && one.URL == l.URL
	}
	return spoken{}, false
}

func (s smartLinks) edit(l spoken, to string) {
	s.must(http.StatusOK, "PATCH", "/v1/links/"+l.id, nil, `{"url":%q}`, to)
}

func (s smartLinks) remove(l spoken) {
	s.must(http.StatusNoContent, "DELETE", "/v1/links/"+l.id, nil, "")
}
