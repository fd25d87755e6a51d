package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// scope is whose clicks a page is about, and what else it could be about.
type scope struct {
	links []domain.LinkNumber
	link  domain.Link // if it is about one
	short string      // the link's address
	on    string
	tag   string

	domains []string // of the account
	tags    []string
}

// mostTags is how many tags can be chosen from; more are found on the page of links.
const mostTags = 200

// one reports whether the scope is a single link.
func (s *scope) one() bool { return s.link.Number != 0 }

// scopeOf is all links of the account, or those on a domain, with a tag, or one.
func (s *Server) scopeOf(c echo.Context, a *asked) (of scope, err error) {
	ctx, who := c.Request().Context(), account(c)
	if id := a.values.Get("link"); id != "" {
		of.link, err = s.linkOf(c, id)
		of.links, of.short = []domain.LinkNumber{of.link.Number}, s.shortURL(of.link.Host, of.link.Slug)
		return of, err
	}
	var host domain.Host
	if raw := a.values.Get("domain"); raw != "" {
		if host, err = domain.ParseHost(raw); err != nil {
			return of, domain.Errorf(domain.Validation, "domain", "%q is no domain.", raw)
		}
		of.on = string(host)
	}
	if raw := a.values.Get("tag"); raw != "" {
		tags, err := domain.ParseTags([]string{raw})
		if err != nil || len(tags) == 0 {
			return of, domain.Errorf(domain.Validation, "tag", "%q is no tag.", raw)
		}
		of.tag = tags[0]
	}
	if of.tag == "" || host != "" {
		if of.links, err = s.Links.Numbers(ctx, who, host); err != nil {
			return of, err
		}
	}
	if of.tag != "" {
		tagged, err := s.Links.NumbersOf(ctx, links.Filter{Account: who, Tag: of.tag, Life: links.Any, Now: s.clock()})
		if err != nil {
			return of, err
		}
		of.links = both(of.links, tagged, host != "")
	}
	return of, s.others(c, &of)
}

// both are the tagged links, or those of them that are on the domain, too.
func both(on, tagged []domain.LinkNumber, narrowed bool) []domain.LinkNumber {
	if !narrowed {
		return tagged
	}
	return slices.DeleteFunc(on, func(n domain.LinkNumber) bool {
		_, has := slices.BinarySearch(tagged, n)
		return !has
	})
}

// linkOf is a link of the account, by its id.
func (s *Server) linkOf(c echo.Context, id string) (domain.Link, error) {
	n, err := domain.ParseLinkNumber(id)
	if err != nil {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "There is no such link.")
	}
	l, err := s.Links.Link(c.Request().Context(), n)
	if err != nil {
		return domain.Link{}, err
	}
	if l.Account != account(c) || l.Status == domain.Deleted {
		return domain.Link{}, domain.Errorf(domain.NotFound, "", "There is no such link.")
	}
	return l, nil
}

// others are the domains and tags that could be chosen instead.
func (s *Server) others(c echo.Context, of *scope) error {
	ctx, who := c.Request().Context(), account(c)
	own, err := s.Links.DomainsOf(ctx, who)
	if err != nil {
		return err
	}
	of.domains = []string{string(s.host)}
	for _, d := range own {
		of.domains = append(of.domains, string(d.Host))
	}
	tags, err := s.Links.Tags(ctx, who)
	if err != nil {
		return err
	}
	for _, t := range tags[:min(len(tags), mostTags)] {
		of.tags = append(of.tags, t.Tag)
	}
	of.domains, of.tags = among(of.domains, of.on), among(of.tags, of.tag)
	return nil
}

// among is all with one that is chosen, each once, in order.
func among(all []string, chosen string) []string {
	if chosen != "" {
		all = append(all, chosen)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
