package redirect

import (
	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// file answers for the few paths that are no slugs: as the domain's owner wants, else as we do.
func (h *handler) file(c *call, post bool) {
	if post {
		h.refuse(c.ctx)
		return
	}
	var set domain.DomainSettings
	if c.site != nil && !h.table.blocks.barAccount(c.site.Account) {
		set = c.site.Settings
	}
	switch string(c.ctx.Path()) {
	case "/":
		if set.Root != "" && h.mayPass(c.site, set.Root) {
			pass(&c.ctx.Response, set.Root, fasthttp.StatusFound)
			return
		}
		h.pages.landing.send(&c.ctx.Response)
	case "/robots.txt": // previews obey ours, so it lets them in; pages and links say noindex themselves
		text := set.Robots
		if text == "" {
			text = robotsPolicy
		}
		sendFile(&c.ctx.Response, typeText, text)
	case "/favicon.ico":
		if set.Favicon != "" && h.mayPass(c.site, set.Favicon) {
			pass(&c.ctx.Response, set.Favicon, fasthttp.StatusFound)
			return
		}
		c.ctx.Response.SetStatusCode(fasthttp.StatusNoContent)
		c.ctx.Response.Header.SetCanonical(keyCacheControl, valBriefly)
	case "/.well-known/apple-app-site-association":
		h.association(c, set.AppleAssociation)
	case "/.well-known/assetlinks.json":
		h.association(c, set.AssetLinks)
	default:
		h.missing(c)
	}
}

// association sends what ties a domain to an app.
func (h *handler) association(c *call, text string) {
	if text == "" { // programs ask for it: they want a status, not a page elsewhere
		h.tally.notFound.Add(1)
		h.pages.notFound.send(&c.ctx.Response)
		return
	}
	sendFile(&c.ctx.Response, typeJSON, text)
}

func sendFile(resp *fasthttp.Response, kind []byte, text string) {
	resp.Header.SetContentTypeBytes(kind)
	resp.Header.SetCanonical(keyCacheControl, valBriefly)
	resp.Header.SetCanonical(keyNoSniff, valNoSniff)
	resp.SetBodyString(text)
}

// mayPass reports whether a site's own redirects may lead to a destination.
func (h *handler) mayPass(s *site, to domain.Destination) bool {
	return carriable(to) && !h.table.blocks.barAccount(s.Account) && !h.table.blocks.barHost(to)
}
