package redirect

import (
	"bytes"
	"cmp"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// guide sends the visitor of a link with traits where they lead. The call is a copy: what asks for facts later holds on to it.
func (h *handler) guide(c call) {
	t := &c.entry.target
	click := h.clicks.Get().(*domain.Click) //nolint:forcetypeassert,errcheck // ours alone
	h.observer.describe(click, c.ctx, c.entry, "", c.at)
	v := h.visitOf(&c, click)
	to, rule, verdict := domain.Route(t, v)
	if verdict == domain.Locked {
		if !h.enter(&c) {
			h.release(click)
			return
		}
		verdict = domain.Redirect
	}
	if verdict == domain.Redirect && t.Traits.ClickLimit > 0 && h.human(&c, click) && !h.counts.claim(t.Link, t.Traits.ClickLimit) {
		to, rule, verdict = domain.Route(t, v) // others have used it up meanwhile
	}
	click.Rule = rule
	switch {
	case verdict == domain.Early:
		h.missing(&c)
	case verdict == domain.Gone:
		h.gone(&c)
	case !carriable(to) || h.table.blocks.bar(t, to):
		h.disabled(&c)
	default:
		h.recorder.Record(click)
		h.answer(&c, click, to)
	}
	h.release(click)
}

// human reports whether the visit is one that click limits count.
func (h *handler) human(c *call, click *domain.Click) bool {
	return !c.ctx.IsHead() && h.agents.of(click.UserAgent).Device != bot
}

// answer sends the visitor on: through a page if the link has one for such visitors, else at once.
func (h *handler) answer(c *call, click *domain.Click, to domain.Destination) {
	x := c.entry.target.Traits
	if !x.Indexed {
		c.ctx.Response.Header.SetCanonical(keyRobots, valNoIndex)
	}
	if paged := len(x.Scripts) > 0 || x.Preview != (domain.Preview{}); paged && !c.ctx.IsHead() {
		switch a := h.agents.of(click.UserAgent); {
		case a.preview && x.Preview != (domain.Preview{}):
			h.tally.previews.Add(1)
			h.pages.social.send(&c.ctx.Response, x.Preview, to)
			return
		case a.Device != bot && len(x.Scripts) > 0:
			h.tally.redirects.Add(1)
			h.pages.scripts.send(&c.ctx.Response, x.Scripts, to)
			return
		}
	}
	status := cmp.Or(int(x.RedirectStatus), c.site.status)
	if c.ctx.IsPost() {
		status = fasthttp.StatusSeeOther // the password is ours to read, not the destination's
	}
	h.sendOn(c, to, status)
}

// visitOf is the visit as routing sees it. Its texts are the request's.
func (h *handler) visitOf(c *call, click *domain.Click) *domain.Visit {
	e := c.entry
	v := &domain.Visit{
		At: c.at, Country: click.Country, City: click.City, Referrer: click.ReferrerHost, Visitor: click.Visitor,
		Query:  query(c.ctx, click.Trigger),
		Agent:  func() domain.Agent { return h.agents.of(click.UserAgent).Agent },
		Clicks: func() uint64 { return h.counts.visits(h.base, e.target.Link) },
	}
	if e.needs.languages {
		v.Language = languages(c.ctx.Request.Header.Peek(fasthttp.HeaderAcceptLanguage))
	}
	if c.more {
		v.Path = pathBehind(c.ctx.URI().PathOriginal(), c.ctx.Path())
	}
	if e.needs.city && v.City == "" {
		v.City = h.observer.passingCity(c.ctx)
	}
	if e.needs.share && v.Visitor == 0 {
		v.Visitor = h.observer.passing(c.ctx, click)
	}
	return v
}

// query is what the visitor sent along, without our own mark of printed codes.
func query(ctx *fasthttp.RequestCtx, trigger domain.Trigger) string {
	q := view(ctx.URI().QueryString())
	if trigger != domain.TriggerQR {
		return q
	}
	kept := make([]string, 0, strings.Count(q, "&")+1)
	for pair := range strings.SplitSeq(q, "&") {
		if pair != QRParameter+"=1" {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// pathBehind is what follows the slug, as the visitor wrote it. Where dots or escapes make another segment the first one than the slug
// was found in, it is taken from the path that the slug was found in.
func pathBehind(original, path []byte) string {
	first, behind := cutSegment(original)
	slug, plain := cutSegment(path)
	if name, err := url.PathUnescape(view(first)); err != nil || name != view(slug) {
		return (&url.URL{Path: view(plain)}).EscapedPath()
	}
	return view(behind)
}

// cutSegment cuts a path behind its first segment.
func cutSegment(path []byte) (first, behind []byte) {
	path = bytes.TrimLeft(path, "/")
	if end := bytes.IndexByte(path, '/'); end >= 0 {
		return path[:end], path[end:]
	}
	return path, nil
}

// passing is a visitor hash for routing alone, where none may be kept or none can be made: it is forgotten with the request.
func (o *observer) passing(ctx *fasthttp.RequestCtx, click *domain.Click) uint64 {
	salt := o.salts.at(click.At)
	if salt == nil {
		salt = o.salts.standIn(click.At)
	}
	from, _ := o.proxies.client(ctx)
	return visitor(salt, from, click.UserAgent, click.Link)
}

// passingCity is the visitor's city for routing alone, where it may not be kept: it is forgotten with the request.
func (o *observer) passingCity(ctx *fasthttp.RequestCtx) string {
	from, proxied := o.proxies.client(ctx)
	return o.where(&ctx.Request.Header, from, proxied).city
}

func (e *entry) forwardsPath() bool { return e.target.Traits != nil && e.target.Traits.ForwardPath }

func (e *entry) locked() bool { return e.target.Traits != nil && e.target.Traits.Password != "" }
