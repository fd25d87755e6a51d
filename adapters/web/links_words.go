package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// linkPath is the page of a link, or one below it.
func linkPath(n domain.LinkNumber, below ...string) templ.SafeURL {
	return templ.SafeURL("/links/" + strings.Join(append([]string{n.String()}, below...), "/"))
}

func (f linkFilter) url() templ.SafeURL { return templ.SafeURL(f.address()) }

// plural is the word for so many things.
func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}

func botsToo(n clicks.Counts) string {
	return grouped(n.Human) + " by people, " + grouped(n.Bot) + " by bots"
}

func tagChoices(l linkList) []Choice {
	all, known := []Choice{{Value: "", Label: "All tags"}}, l.Tag == ""
	for _, t := range l.Tags {
		all = append(all, Choice{Value: t.Tag, Label: t.Tag + " (" + strconv.Itoa(t.Links) + ")"})
		known = known || t.Tag == l.Tag
	}
	if !known {
		all = append(all, Choice{Value: l.Tag, Label: l.Tag})
	}
	return all
}

func hostChoices(hosts []domain.Host) []Choice {
	all := []Choice{{Value: "", Label: "All domains"}}
	for _, h := range hosts {
		all = append(all, Choice{Value: string(h), Label: string(h)})
	}
	return all
}

func sortChoices() []Choice {
	all := make([]Choice, len(linkSorts))
	for i, s := range linkSorts {
		all[i] = s.Choice
	}
	return all
}

// copyOf is the form for a new link that has what a link has.
func copyOf(l domain.Link) templ.SafeURL {
	q := url.Values{"url": {string(l.Destination)}, "domain": {string(l.Host)}}
	if l.Title != "" {
		q.Set("title", l.Title)
	}
	if len(l.Tags) > 0 {
		q.Set("tags", strings.Join(l.Tags, ", "))
	}
	return templ.SafeURL("/links/new?" + q.Encode())
}

// analyticsOf is where the clicks of a link are looked at.
func analyticsOf(n domain.LinkNumber) templ.SafeURL {
	return templ.SafeURL("/analytics?link=" + n.String())
}

// apart is a form beside others on a page, with a key of its own.
func (f Form) apart(n uint64) Form {
	f.Key += strconv.FormatUint(n, 10)
	return f
}

// linkFiles are what only the pages of links load.
var linkFiles = []string{"links.css", "links.js"}
