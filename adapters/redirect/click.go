package redirect

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// QRParameter is the query parameter that marks a visit as coming from a printed code: ?qr=1.
const QRParameter = "qr"

// Recorder takes note of clicks. Record is called after routing and before the visitor is answered, so it must not block; what it can't
// keep it counts as dropped. It must copy what it keeps: the click's texts belong to the request.
type Recorder interface{ Record(c *domain.Click) }

// observer sees the facts of a visit.
type observer struct {
	proxies Proxies
	salts   *salts
	places  *places
}

// describe fills c with what is to be known of the visit that ctx asks for at time at. Nothing in it names the visitor.
func (o *observer) describe(c *domain.Click, ctx *fasthttp.RequestCtx, e *entry, rule string, at time.Time) {
	h := &ctx.Request.Header
	*c = domain.Click{
		Account: e.target.Account, Link: e.target.Link, LinkVersion: e.target.Version, Host: e.host, Slug: e.slug,
		At: at, Rule: rule,
		UserAgent: tidy(h.UserAgent(), domain.MaxUserAgent),
		Language:  language(h.Peek(fasthttp.HeaderAcceptLanguage)),
	}
	if h.IsHead() {
		c.Method = domain.Head
	}
	c.ReferrerHost, c.ReferrerPath = referrer(h.Referer())
	if len(ctx.URI().QueryString()) > 0 {
		campaign(c, ctx.QueryArgs())
	}
	from, proxied := o.proxies.client(ctx)
	here := o.where(h, from, proxied)
	c.Country = here.country
	if refuses(h) {
		return // counted, and no more known than the country
	}
	c.Region, c.City = here.region, here.city
	if from.IsValid() {
		if salt := o.salts.at(at); salt != nil {
			c.Visitor = visitor(salt, from, c.UserAgent, c.Link)
		}
	}
}

// campaign reads what the short URL itself was visited with.
func campaign(c *domain.Click, q *fasthttp.Args) {
	c.UTM = domain.UTM{
		Source:   tidy(q.Peek("utm_source"), domain.MaxUTM),
		Medium:   tidy(q.Peek("utm_medium"), domain.MaxUTM),
		Campaign: tidy(q.Peek("utm_campaign"), domain.MaxUTM),
		Term:     tidy(q.Peek("utm_term"), domain.MaxUTM),
		Content:  tidy(q.Peek("utm_content"), domain.MaxUTM),
	}
	if view(q.Peek(QRParameter)) == "1" {
		c.Trigger = domain.TriggerQR
	}
}

// refuses reports whether the visitor asked not to be followed: Global Privacy Control, or its predecessor.
func refuses(h *fasthttp.RequestHeader) bool {
	return view(h.Peek("Sec-Gpc")) == "1" || view(h.Peek(fasthttp.HeaderDNT)) == "1"
}
