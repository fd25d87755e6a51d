package redirect

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"time"
	"unsafe"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// handler answers visitors.
type handler struct {
	table    *table
	lookups  *lookups
	observer observer
	recorder Recorder
	pages    *pages
	tally    tally
	loaded   <-chan struct{} // closed once the table is filled
	base     context.Context //nolint:containedctx // of look-ups: a request has none, and its look-up serves others too
	clicks   sync.Pool       // of *domain.Click
	keys     sync.Pool       // of *[]byte
}

// serve is called for every request.
func (h *handler) serve(ctx *fasthttp.RequestCtx) {
	if !ctx.IsGet() && !ctx.IsHead() {
		h.tally.refused.Add(1)
		h.pages.badMethod.send(&ctx.Response)
		return
	}
	slug, ok := slugIn(ctx.Path())
	if !ok {
		h.file(ctx)
		return
	}
	e, err := h.resolve(ctx.Host(), slug, ctx.Time())
	switch {
	case err != nil:
		h.tally.unavailable.Add(1)
		h.pages.unavailable.send(&ctx.Response)
	case e == nil:
		h.tally.notFound.Add(1)
		h.pages.notFound.send(&ctx.Response)
	default:
		h.visit(ctx, e, ctx.Time())
	}
}

// slugIn takes the slug from a path: its only segment, with or without a slash behind it.
func slugIn(path []byte) (slug []byte, ok bool) {
	slug = bytes.TrimSuffix(bytes.TrimPrefix(path, []byte("/")), []byte("/"))
	return slug, len(slug) > 0 && len(slug) <= domain.MaxSlug && bytes.IndexByte(slug, '.') < 0 && bytes.IndexByte(slug, '/') < 0
}

// file answers for the few paths that are no slugs.
func (h *handler) file(ctx *fasthttp.RequestCtx) {
	resp := &ctx.Response
	switch string(ctx.Path()) {
	case "/":
		h.pages.landing.send(resp)
	case "/robots.txt": // previews obey it, so it lets them in; pages say noindex themselves
		resp.Header.SetContentTypeBytes(typeText)
		resp.Header.SetCanonical(keyCacheControl, valDay)
		resp.SetBodyRaw(robotsPolicy)
	case "/favicon.ico":
		resp.SetStatusCode(fasthttp.StatusNoContent)
		resp.Header.SetCanonical(keyCacheControl, valDay)
	default:
		h.tally.notFound.Add(1)
		h.pages.notFound.send(resp)
	}
}

// resolve finds the entry for a slug under a Host header: nil for nothing, an error if that can't be known now.
func (h *handler) resolve(header, slug []byte, at time.Time) (*entry, error) {
	select {
	case <-h.loaded:
	default:
		return nil, errLoading
	}
	host, cases, ok := h.table.hosts.find(header)
	if !ok {
		return nil, nil //nolint:nilnil // no domain, no link
	}
	buf := h.keys.Get().(*[]byte) //nolint:forcetypeassert,errcheck // ours alone
	defer h.keys.Put(buf)
	key := appendKey((*buf)[:0], host, slug, cases)
	*buf = key
	if e, absent := h.table.find(key, at); e != nil || absent {
		return e, nil
	}
	k := string(key)
	return h.lookups.find(h.base, k, domain.Host(k[:len(host)]), k[len(host)+1:])
}

// visit sends the visitor on, once the click is recorded.
func (h *handler) visit(ctx *fasthttp.RequestCtx, e *entry, at time.Time) {
	to, rule, verdict := domain.Route(&e.target, &domain.Visit{At: at})
	if verdict != domain.Redirect {
		h.tally.gone.Add(1)
		h.pages.gone.send(&ctx.Response)
		return
	}
	c := h.clicks.Get().(*domain.Click) //nolint:forcetypeassert,errcheck // ours alone
	h.observer.describe(c, ctx, e, rule, at)
	h.recorder.Record(c)
	*c = domain.Click{} // its texts are the request's
	h.clicks.Put(c)

	if ctx.IsHead() {
		h.tally.heads.Add(1)
	} else {
		h.tally.redirects.Add(1)
	}
	ctx.Response.SetStatusCode(fasthttp.StatusFound)
	ctx.Response.Header.SetCanonical(keyCacheControl, valPrivate)
	ctx.Response.Header.SetCanonical(keyLocation, bytesOf(to))
}

// bytesOf is d as bytes without a copy. Nobody may write to them.
func bytesOf(d domain.Destination) []byte { return unsafe.Slice(unsafe.StringData(string(d)), len(d)) }

// unreadable answers requests that are no HTTP, too long or too slow.
func unreadable(ctx *fasthttp.RequestCtx, err error) {
	status := fasthttp.StatusBadRequest
	if _, ok := errors.AsType[*fasthttp.ErrSmallBuffer](err); ok {
		status = fasthttp.StatusRequestHeaderFieldsTooLarge
	} else if errors.Is(err, fasthttp.ErrBodyTooLarge) {
		status = fasthttp.StatusRequestEntityTooLarge
	} else if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		status = fasthttp.StatusRequestTimeout
	}
	ctx.Response.Reset()
	ctx.SetStatusCode(status)
}
