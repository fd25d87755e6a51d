package redirect

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
	"unsafe"

	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// handler answers visitors.
type handler struct {
	table     *table
	lookups   *lookups
	guesses   *limiter[netip.Addr] // of slugs that don't exist
	observer  observer
	agents    *agents
	counts    *counts
	passwords *passwords
	recorder  Recorder
	pages     *pages
	tally     tally
	loaded    <-chan struct{} // closed once the table is filled
	base      context.Context //nolint:containedctx // of look-ups: a request has none, and its look-up serves others too
	clicks    sync.Pool       // of *domain.Click
	keys      sync.Pool       // of *[]byte
}

// call is one request for a link.
type call struct {
	ctx   *fasthttp.RequestCtx
	at    time.Time
	host  []byte // whose slugs are meant
	site  *site  // nil: no short domain
	entry *entry
	more  bool // something follows the slug
}

// serve is called for every request.
func (h *handler) serve(ctx *fasthttp.RequestCtx) {
	post := ctx.IsPost() // a password
	if !post && !ctx.IsGet() && !ctx.IsHead() {
		h.refuse(ctx)
		return
	}
	select {
	case <-h.loaded:
	default:
		h.failed(ctx, errLoading)
		return
	}
	c := call{ctx: ctx, at: ctx.Time()}
	c.host, c.site = h.table.hosts.find(ctx.Host())
	slug, more, ok := slugIn(ctx.Path())
	if !ok {
		h.file(&c, post)
		return
	}
	c.more = more
	look := slug[len(slug)-1] == '+'
	if look {
		slug = slug[:len(slug)-1]
	}
	e, err := h.resolve(&c, slug)
	c.entry = e
	switch {
	case err != nil:
		h.failed(ctx, err)
	case e == nil, more && (look || !e.forwardsPath()):
		h.missing(&c)
	case post && !e.locked():
		h.refuse(ctx)
	case look:
		h.look(c)
	default:
		h.visit(&c)
	}
}

// slugIn takes the slug from a path, its first segment, and tells whether more than a slash follows.
func slugIn(path []byte) (slug []byte, more, ok bool) {
	slug = bytes.TrimPrefix(path, []byte("/"))
	if end := bytes.IndexByte(slug, '/'); end >= 0 {
		slug, more = slug[:end], end < len(slug)-1
	}
	return slug, more, len(slug) > 0 && len(slug) <= domain.MaxForeignSlug+len("+") && bytes.IndexByte(slug, '.') < 0
}

// resolve finds the entry for a slug: nil for nothing, an error if that can't be known now.
func (h *handler) resolve(c *call, slug []byte) (*entry, error) {
	if c.site == nil {
		return nil, nil //nolint:nilnil // no domain, no link
	}
	buf := h.keys.Get().(*[]byte) //nolint:forcetypeassert,errcheck // ours alone
	defer h.keys.Put(buf)
	key := appendKey((*buf)[:0], c.host, slug, c.site.Cases)
	*buf = key
	e, absent := h.table.find(key, c.at)
	if e != nil {
		return e, nil
	}
	return h.guessed(c, string(key), absent)
}

// guessEvery is how long a visitor who has asked for too many slugs waits for each further one.
const guessEvery = time.Second

// guessed answers for a slug that is not in memory, unless its visitor has asked for too many of them.
func (h *handler) guessed(c *call, key string, absent bool) (e *entry, err error) {
	from := h.observer.proxies.neighbourhood(c.ctx)
	if wait := h.guesses.wait(from); wait > 0 && from.IsValid() {
		return nil, &tooManyError{wait}
	}
	if !absent {
		if e, err = h.lookups.find(h.base, key, domain.Host(key[:len(c.host)]), key[len(c.host)+1:]); e != nil || err != nil {
			return e, err
		}
	}
	h.guesses.take(from)
	return nil, nil //nolint:nilnil // no link
}

// visit sends the visitor on, once the click is recorded.
func (h *handler) visit(c *call) {
	e := c.entry
	if e.target.Traits != nil {
		h.guide(*c)
		return
	}
	to, rule, verdict := domain.Route(&e.target, &domain.Visit{At: c.at})
	switch {
	case verdict != domain.Redirect:
		h.gone(c)
	case h.table.blocks.bar(&e.target, to):
		h.disabled(c)
	default:
		click := h.clicks.Get().(*domain.Click) //nolint:forcetypeassert,errcheck // ours alone
		h.observer.describe(click, c.ctx, e, rule, c.at)
		h.record(click)
		h.sendOn(c, to, c.site.status)
		c.ctx.Response.Header.SetCanonical(keyRobots, valNoIndex)
	}
}

// record hands a click over and takes its memory back.
func (h *handler) record(click *domain.Click) {
	h.recorder.Record(click)
	h.release(click)
}

func (h *handler) release(click *domain.Click) {
	*click = domain.Click{} // its texts are the request's
	h.clicks.Put(click)
}

// sendOn answers with a redirect.
func (h *handler) sendOn(c *call, to domain.Destination, status int) {
	if c.ctx.IsHead() {
		h.tally.heads.Add(1)
	} else {
		h.tally.redirects.Add(1)
	}
	pass(&c.ctx.Response, to, status)
}

// pass writes a redirect that nobody may keep: the next visit is a click, too, and may lead elsewhere.
func pass(resp *fasthttp.Response, to domain.Destination, status int) {
	resp.SetStatusCode(status)
	resp.Header.SetCanonical(keyCacheControl, valPrivate)
	resp.Header.SetCanonical(keyLocation, bytesOf(to))
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
