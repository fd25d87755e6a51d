package main

import (
	"context"
	"net/http"
)

// linkFields are the members of a link that are worth a flag.
type linkFields struct {
	Slug       *string  `help:"What follows the host; on create a random one if left out." env:"-" placeholder:"SLUG"`
	Domain     *string  `help:"Host of the slug, if it isn't the API's own." env:"-" placeholder:"HOST"`
	Title      *string  `help:"What it is called in lists." env:"-" placeholder:"TEXT"`
	Note       *string  `help:"A note for yourself." env:"-" placeholder:"TEXT"`
	Tag        []string `help:"A tag; may be given several times. On edit these replace all." env:"-" placeholder:"TAG"`
	Starts     *string  `help:"Before this time visitors get 404." env:"-" placeholder:"TIME"`
	Expires    *string  `help:"From this time on visitors get 410." env:"-" placeholder:"TIME"`
	Password   *string  `help:"What visitors have to enter." env:"-" placeholder:"TEXT"`
	ExternalID *string  `help:"Your own id for the link." name:"external-id" env:"-" placeholder:"TEXT"`
	Set        []string `help:"Any member the API knows: NAME=VALUE with a JSON value or a text, as click_limit=100." sep:"none" env:"-" placeholder:"NAME=VALUE"`
}

// body is what to tell the API. An empty text takes a value away.
func (f *linkFields) body() (map[string]any, error) {
	body := map[string]any{}
	for name, value := range map[string]*string{
		"custom_slug": f.Slug, "domain": f.Domain, "title": f.Title, "note": f.Note, "valid_from": f.Starts,
		"expires_at": f.Expires, "password": f.Password, "external_id": f.ExternalID,
	} {
		switch {
		case value == nil:
		case *value == "":
			body[name] = nil
		default:
			body[name] = *value
		}
	}
	if len(f.Tag) > 0 {
		body["tags"] = f.Tag
	}
	return body, parseMembers(f.Set, body)
}

type linksCreateCmd struct {
	remoteSettings
	writeSettings
	linkFields
	URL string `arg:"" help:"Where the link leads."`
}

// Help shows an example.
func (*linksCreateCmd) Help() string {
	return `Prints the short URL; with --json the whole link.

  linklog links create https://example.com/landing?a=b
  linklog links create https://example.com --slug spring-sale --tag sale --expires 2027-03-31
  linklog links create https://example.com --set click_limit=100 --set 'utm_source=mail'` + remoteHelp
}

// Run creates a link.
func (c *linksCreateCmd) Run(ctx context.Context, t *terminal) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	body["url"] = c.URL
	var a oneLink
	err = r.ask(ctx, call{method: http.MethodPost, path: "/links", query: allMembers(), body: body, key: c.IdempotencyKey}, &a)
	if err != nil {
		return err
	}
	if c.JSON {
		return printLine(t.out, a.Link.all)
	}
	return t.line(a.Link.ShortURL)
}

type linksShowCmd struct {
	remoteSettings
	Link    string `arg:"" name:"link" help:"The link."`
	Version uint64 `help:"The link as it was at this version." env:"-" placeholder:"N"`
	AsOf    string `help:"The link as it was at this time." env:"-" placeholder:"TIME"`
}

// Help shows an example.
func (*linksShowCmd) Help() string {
	return `  linklog links show spring-sale
  linklog links show lnk_7f3k9x --as-of 2026-11-01 --json` + remoteHelp
}

// Run shows a link.
func (c *linksShowCmd) Run(ctx context.Context, t *terminal) error {
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	l, err := r.find(ctx, c.Link)
	if err != nil {
		return err
	}
	if c.Version != 0 || c.AsOf != "" {
		q := allMembers()
		setUnless(q, "version", c.Version, 0)
		setUnless(q, "as_of", c.AsOf, "")
		var a oneLink
		if err := r.get(ctx, "/links/"+l.ID, q, &a); err != nil {
			return err
		}
		l = a.Link
	}
	return c.show(t, &l)
}

// versionSettings are those of changes that may be for one version only.
type versionSettings struct {
	IfVersion uint64 `help:"Only if the link is at this version; else nothing is done and the exit status is 5." env:"-" placeholder:"N"`
}

type linksEditCmd struct {
	remoteSettings
	writeSettings
	versionSettings
	linkFields
	Link  string   `arg:"" name:"link" help:"The link."`
	URL   string   `help:"Where the link shall lead." name:"url" env:"-" placeholder:"URL"`
	Unset []string `help:"Members to take away, as expires_at." env:"-" placeholder:"NAME"`
}

// Help shows an example.
func (*linksEditCmd) Help() string {
	return `Changes what is named, and nothing else.

  linklog links edit spring-sale --url https://example.com/summer --slug summer-sale
  linklog links edit lnk_7f3k9x --set enabled=false --unset expires_at --if-version 3` + remoteHelp
}

// Run changes a link.
func (c *linksEditCmd) Run(ctx context.Context, t *terminal) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	if c.URL != "" {
		body["url"] = c.URL
	}
	for _, name := range c.Unset {
		body[name] = nil
	}
	if len(body) == 0 {
		return misused("say what to change, as --url or --title")
	}
	return c.change(ctx, t, c.Link, call{method: http.MethodPatch, body: body, key: c.IdempotencyKey, version: c.IfVersion})
}

// change does c to a link and shows what became of it.
func (s remoteSettings) change(ctx context.Context, t *terminal, name string, c call) error {
	r, err := s.connect(t)
	if err != nil {
		return err
	}
	id, err := r.id(ctx, name)
	if err != nil {
		return err
	}
	c.path, c.query = "/links/"+id+c.path, allMembers()
	var a oneLink
	if err := r.ask(ctx, c, &a); err != nil {
		return err
	}
	return s.show(t, &a.Link)
}

type linksRevertCmd struct {
	remoteSettings
	writeSettings
	versionSettings
	Link string `arg:"" name:"link" help:"The link."`
	To   uint64 `help:"The version, of linklog links history." required:"" env:"-" placeholder:"N"`
}

// Help shows an example.
func (*linksRevertCmd) Help() string {
	return `Destination, slug, end and all else become what they were; that is another change, which can
be reverted as well.

  linklog links revert spring-sale --to 2` + remoteHelp
}

// Run reverts a link.
func (c *linksRevertCmd) Run(ctx context.Context, t *terminal) error {
	return c.change(ctx, t, c.Link, call{
		method: http.MethodPost, path: "/revert", body: map[string]any{"version": c.To}, key: c.IdempotencyKey, version: c.IfVersion,
	})
}
