package redirect

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

// tooManyError says that the visitor has to wait.
type tooManyError struct{ wait time.Duration }

func (e *tooManyError) Error() string {
	return fmt.Sprintf("too many requests: come back in %v", e.wait)
}

// failed answers when something stands between the visitor and an answer.
func (h *handler) failed(ctx *fasthttp.RequestCtx, err error) {
	if many, ok := errors.AsType[*tooManyError](err); ok {
		h.tally.slowed.Add(1)
		h.pages.tooMany.send(&ctx.Response)
		seconds := int64((many.wait + time.Second - 1) / time.Second)
		ctx.Response.Header.SetCanonical(keyRetryAfter, strconv.AppendInt(nil, seconds, 10))
		return
	}
	h.tally.unavailable.Add(1)
	h.pages.unavailable.send(&ctx.Response)
}

func (h *handler) refuse(ctx *fasthttp.RequestCtx) {
	h.tally.refused.Add(1)
	h.pages.badMethod.send(&ctx.Response)
}

func (h *handler) gone(c *call) {
	h.tally.gone.Add(1)
	h.pages.gone.send(&c.ctx.Response)
}

func (h *handler) disabled(c *call) {
	h.tally.disabled.Add(1)
	h.pages.disabled.send(&c.ctx.Response)
}

// missing answers where no link is: with the domain's own idea of that, or with a page.
func (h *handler) missing(c *call) {
	h.tally.notFound.Add(1)
	if s := c.site; s != nil && s.Settings.NotFound != "" && h.mayPass(s, s.Settings.NotFound) {
		pass(&c.ctx.Response, s.Settings.NotFound, fasthttp.StatusFound)
		return
	}
	h.pages.notFound.send(&c.ctx.Response)
}
