package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// linkForm is a form for a link: a new one, or one that is there.
type linkForm struct {
	Form

	Link   domain.Link // what it was filled in with; its number is 0 if it is new
	Short  string      // how the link is called now
	Hosts  []domain.Host
	Tags   []string // that the account has
	Final  string   // where visitors arrive; empty: it isn't known
	Theirs *overtaken
}

func (p linkForm) isNew() bool { return p.Link.Number == 0 }

// action is where the form is sent.
func (p linkForm) action() string {
	if p.isNew() {
		return "/links/new"
	}
	return string(linkPath(p.Link.Number, "edit"))
}

// getNewLink is GET /links/new. An address may bring what is to be in the form.
func (s *Server) getNewLink(c echo.Context) error {
	f := s.form(c)
	f = filledIn(f, s.blank(), formZone(c, f))
	f.Values.Set("domain", string(s.host))
	for _, name := range []string{"url", "slug", "domain", "title", "tags"} {
		if v := c.QueryParam(name); v != "" {
			f.Values.Set(name, v)
		}
	}
	return s.showLinkForm(c, nil, linkForm{Form: f})
}

// blank is a link that nothing was said about yet.
func (s *Server) blank() domain.Link { return domain.Link{Host: s.host} }

// postNewLink is POST /links/new.
func (s *Server) postNewLink(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	if f.Has(reworkField) {
		return s.showLinkForm(c, nil, linkForm{Form: f.rework()})
	}
	reply, f, err := s.create(c, f)
	if err != nil {
		return s.showLinkForm(c, err, linkForm{Form: f})
	}
	return s.done(c, string(linkPath(reply.Link)), "The link is made. Copy it, or have a QR code of it below.")
}

// create has the link of a form made; if it isn't, the form that comes back says why.
func (s *Server) create(c echo.Context, f Form) (domain.Reply, Form, error) {
	l, read := readLink(f, s.blank(), formZone(c, f)) // without a slug, which has one drawn
	if read.wrong() {
		return domain.Reply{}, read, errTyped
	}
	on, err := s.shortDomain(c.Request().Context(), account(c), l.Host)
	if err == nil {
		l, err = s.withPassword(c, f, l)
	}
	var reply domain.Reply
	if err == nil {
		reply, err = s.do(c, s.command(c, f, on, domain.CreateLink{
			Host: l.Host, Slug: l.Slug, Destination: l.Destination, Expires: l.Expires, Traits: l.Traits,
		}))
	}
	if err != nil {
		return reply, f.refused(explained(err)), err
	}
	return reply, f, nil
}

// showLinkForm shows a form for a link, with what is wrong with it if it was refused.
func (s *Server) showLinkForm(c echo.Context, refusal error, p linkForm) error {
	ctx := c.Request().Context()
	var err error
	if p.Hosts, err = s.hosts(ctx, account(c)); err != nil {
		return err
	}
	tags, err := s.Links.Tags(ctx, account(c))
	if err != nil {
		return err
	}
	for _, t := range tags {
		p.Tags = append(p.Tags, t.Tag)
	}
	p.Final = final(p.Form)
	title := "New link"
	if !p.isNew() {
		p.Short, title = string(p.Link.Host)+"/"+string(p.Link.Slug), "Edit link"
	}
	if refusal != nil {
		return s.again(c, refusal, title, linkFormPage(p), linkFiles...)
	}
	return s.page(c, title, linkFormPage(p), linkFiles...)
}

// final is where visitors of a form's link arrive, as far as that can be said without knowing them.
func final(f Form) string {
	to, err := domain.ParseDestination(f.Get("url"))
	if err != nil {
		return ""
	}
	l := domain.Link{Number: 1, Destination: to}
	l.UTM = domain.UTM{
		Source: f.Get("utm_source"), Medium: f.Get("utm_medium"), Campaign: f.Get("utm_campaign"), Term: f.Get("utm_term"), Content: f.Get("utm_content"),
	}
	if l.UTM, err = domain.ParseUTM(l.UTM); err != nil {
		return ""
	}
	v := &domain.Visit{}
	if l.ForwardQuery = f.Has("forward_query"); l.ForwardQuery {
		v.Query = "their=query"
	}
	if l.ForwardPath = f.Has("forward_path"); l.ForwardPath {
		v.Path = "/their/path"
	}
	target, _ := l.Target()
	arrived, _, _ := domain.Route(&target, v)
	return string(arrived)
}
