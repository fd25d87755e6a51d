package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/linklog/linklog/projections"
)

// pageOfLinks is how many links are asked for at a time.
const pageOfLinks = 100

// linkFilters choose links.
type linkFilters struct {
	Tag    string `help:"Only links with this tag." env:"-" placeholder:"TAG"`
	Domain string `help:"Only links on this host." env:"-" placeholder:"HOST"`
	Status string `help:"active, disabled, archived, expired, scheduled or any; left out: all that are not archived." enum:",active,disabled,archived,expired,scheduled,any" default:"" env:"-" placeholder:"STATUS"`
	Search string `help:"Part of slug, destination or title." env:"-" placeholder:"TEXT"`
	From   string `help:"Created at this time or later." env:"-" placeholder:"TIME"`
	To     string `help:"Created before this time; a date includes that day." env:"-" placeholder:"TIME"`
}

func (f linkFilters) query() url.Values {
	q := allMembers()
	for name, value := range map[string]string{"tag": f.Tag, "domain": f.Domain, "status": f.Status, "search": f.Search, "from": f.From, "to": f.To} {
		setUnless(q, name, value, "")
	}
	return q
}

// setUnless sets a parameter unless it has the value that stands for none.
func setUnless[T comparable](q url.Values, name string, value, none T) {
	if value != none {
		q.Set(name, fmt.Sprint(value))
	}
}

type linksListCmd struct {
	remoteSettings
	linkFilters
	Sort  string `help:"created_at, updated_at, slug, title or destination." enum:"created_at,updated_at,slug,title,destination" default:"created_at" env:"-"`
	Order string `help:"asc or desc." enum:"asc,desc" default:"desc" env:"-"`
	Limit int    `help:"At most so many; 0: all." default:"0" env:"-" placeholder:"N"`
}

// Help shows an example.
func (*linksListCmd) Help() string {
	return `Newest first. The next page is asked for once the one before is written, so Ctrl-C or a pager
that ends saves requests.

  linklog links list --tag sale --status any
  linklog links list --limit 20 --sort slug --order asc
  linklog links list --json | jq -r 'select(.clicks == 0) | .id'` + remoteHelp
}

// Run lists links.
func (c *linksListCmd) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 0 {
		return misused("--limit must be 0 or more")
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	q := c.query()
	q.Set("sort", c.Sort)
	q.Set("order", c.Order)
	if c.JSON {
		return r.links(ctx, q, c.Limit, func(links []foundLink) error { return printLinks(t, links) })
	}
	table := newTable(t.out, column{head: "ID"}, column{head: "SHORT URL", elastic: true}, column{head: "DESTINATION", elastic: true},
		column{head: "CLICKS", right: true}, column{head: "STATUS"}, column{head: "CREATED"})
	return r.links(ctx, q, c.Limit, func(links []foundLink) error { return table.page(linkRows(links)) })
}

func printLinks(t *terminal, links []foundLink) error {
	for i := range links {
		if err := printLine(t.out, links[i].all); err != nil {
			return err
		}
	}
	return nil
}

// statusStyle is how the states of a link look.
var statusStyle = map[string]string{"active": green, "disabled": yellow, "archived": dim, "expired": red, "scheduled": cyan}

func linkRows(links []foundLink) [][]cell {
	rows := make([][]cell, len(links))
	for i := range links {
		l := &links[i]
		rows[i] = []cell{
			{text: l.ID}, {text: l.ShortURL}, {text: l.LongURL}, {text: strconv.FormatUint(l.Clicks, 10)},
			{l.Status, statusStyle[l.Status]}, {text: minute(l.Created)},
		}
	}
	return rows
}

// minute is a time of the API in as many words as a table has room for, in UTC.
func minute(text string) string {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC().Format("2006-01-02 15:04")
	}
	return text
}

// links shows the links of a list a page at a time, at most limit unless that is 0.
func (r *remote) links(ctx context.Context, q url.Values, limit int, show func([]foundLink) error) error {
	return pages(ctx, r, "/links", q, limit, func(page json.RawMessage) (int, error) {
		var a struct {
			Links []foundLink `json:"links"`
		}
		if err := json.Unmarshal(page, &a); err != nil {
			return 0, fmt.Errorf("read answer: %w", err)
		}
		return len(a.Links), show(a.Links)
	})
}

// pages shows the pages of a list, which it asks for one after the other. show returns how
// many things there were on one.
func pages(ctx context.Context, r *remote, path string, q url.Values, limit int, show func(json.RawMessage) (int, error)) error {
	progress := r.progressOf(path, q, limit)
	defer progress.end()
	for shown := 0; ; {
		size := pageOfLinks
		if limit > 0 {
			size = min(size, limit-shown)
		}
		q.Set("limit", strconv.Itoa(size))
		var page json.RawMessage
		if err := r.get(ctx, path, q, &page); err != nil {
			return err
		}
		var next struct {
			Cursor *string `json:"next_cursor"`
		}
		if err := json.Unmarshal(page, &next); err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		n, err := show(page)
		shown += n
		if err != nil || next.Cursor == nil || limit > 0 && shown >= limit {
			return err
		}
		progress.at(ctx, shown)
		q.Set("cursor", *next.Cursor)
	}
}

// listProgress is the bar of a long list. It is for people whose list goes somewhere else:
// on a terminal the list itself moves.
type listProgress struct {
	remote *remote
	path   string
	query  url.Values
	limit  int
	gauge  *gauge
	total  int64
}

func (r *remote) progressOf(path string, q url.Values, limit int) *listProgress {
	p := &listProgress{remote: r, path: path, query: q, limit: limit}
	if screenWidth(r.terminal.err) > 0 && screenWidth(r.terminal.out) == 0 && path == "/links" {
		p.gauge = newGauge(r.terminal, false)
	}
	return p
}

// at tells how much is shown. It asks how much there is the first time.
func (p *listProgress) at(ctx context.Context, shown int) {
	if p.gauge == nil {
		return
	}
	if p.total == 0 {
		var a struct {
			Count int64 `json:"count"`
		}
		if err := p.remote.get(ctx, p.path+"/count", p.query, &a); err != nil {
			p.gauge = nil // the list tells what is wrong
			return
		}
		if p.total = a.Count; p.limit > 0 {
			p.total = min(p.total, int64(p.limit))
		}
	}
	p.gauge.show(projections.Progress{Applied: int64(shown), Total: p.total})
}

func (p *listProgress) end() {
	if p.gauge != nil {
		p.gauge.end()
	}
}
