package linxly

import (
	"net/url"
	"strconv"
	"strings"
)

// pages are those of a list, told as Laravel's paginator tells them.
type pages struct {
	path    string // of the list, absolute
	query   string // that goes along, with & at its end unless it is empty
	current int
	size    int
	total   int // links on all pages
}

// ends are the pages one may want to go to.
type ends struct {
	First string  `json:"first"`
	Last  string  `json:"last"`
	Prev  *string `json:"prev"`
	Next  *string `json:"next"`
}

// meta is where a page stands.
type meta struct {
	CurrentPage int        `json:"current_page"`
	From        *int       `json:"from"` // place of its first link; null: it has none
	LastPage    int        `json:"last_page"`
	Links       []pageLink `json:"links"`
	Path        string     `json:"path"`
	PerPage     int        `json:"per_page"`
	To          *int       `json:"to"`
	Total       int        `json:"total"`
}

// pageLink is a button below a list.
type pageLink struct {
	URL    *string `json:"url"`
	Label  string  `json:"label"`
	Active bool    `json:"active"`
}

// byDefault is what a parameter means that isn't there.
func byDefault(name string) string {
	switch name {
	case "per_page":
		return strconv.Itoa(defaultSize)
	case "sort_column":
		return defaultColumn
	case "sort_type":
		return defaultType
	}
	return ""
}

// along is the part of a query that other pages need as well.
func along(query string) string {
	var b strings.Builder
	for pair := range strings.SplitSeq(query, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		value, err2 := url.QueryUnescape(rawValue)
		if err != nil || err2 != nil || name == "" || name == "page" || byDefault(name) == value {
			continue
		}
		b.WriteString(escape(name) + "=" + escape(value) + "&")
	}
	return b.String()
}

// escape writes a space as Laravel does.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func (p pages) last() int { return max(1, (p.total+p.size-1)/p.size) }

func (p pages) url(page int) string { return p.path + "?" + p.query + "page=" + strconv.Itoa(page) }

// to is the address of a page if there is reason to go there.
func (p pages) to(page int, reason bool) *string {
	if !reason {
		return nil
	}
	u := p.url(page)
	return &u
}

func (p pages) prev() *string { return p.to(p.current-1, p.current > 1) }
func (p pages) next() *string { return p.to(p.current+1, p.current < p.last()) }

func (p pages) ends() ends { return ends{p.url(1), p.url(p.last()), p.prev(), p.next()} }

// meta tells of the page, which has so many links.
func (p pages) meta(links int) meta {
	m := meta{CurrentPage: p.current, LastPage: p.last(), Path: p.path, PerPage: p.size, Total: p.total}
	if links > 0 {
		from, to := (p.current-1)*p.size+1, (p.current-1)*p.size+links
		m.From, m.To = &from, &to
	}
	m.Links = append(m.Links, pageLink{URL: p.prev(), Label: "« Previous"})
	for _, n := range p.numbers() {
		if n == 0 {
			m.Links = append(m.Links, pageLink{Label: "..."})
			continue
		}
		m.Links = append(m.Links, pageLink{URL: p.to(n, true), Label: strconv.Itoa(n), Active: n == p.current})
	}
	m.Links = append(m.Links, pageLink{URL: p.next(), Label: "Next »"})
	return m
}

// Of many pages, these are shown beside the current one, and near an end so many more.
const (
	beside  = 3
	nearEnd = beside + 4
)

// numbers are the pages that have a button; 0 is a gap between them.
func (p pages) numbers() []int {
	last := p.last()
	switch {
	case last < 2*beside+8:
		return span(1, last)
	case p.current <= nearEnd:
		return append(append(span(1, nearEnd+beside), 0), span(last-1, last)...)
	case p.current > last-nearEnd:
		return append([]int{1, 2, 0}, span(last-(nearEnd+beside-1), last)...)
	}
	return append(append(append([]int{1, 2, 0}, span(p.current-beside, p.current+beside)...), 0), span(last-1, last)...)
}

func span(from, to int) []int {
	var all []int
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}
