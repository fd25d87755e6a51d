package redirect

import "github.com/linklog/linklog/domain"

// look shows where a link would lead this visitor, without sending them there: it is no click. The call is a copy, as in guide.
func (h *handler) look(c call) {
	t := &c.entry.target
	facts := h.clicks.Get().(*domain.Click) //nolint:forcetypeassert,errcheck // ours alone
	defer h.release(facts)
	h.observer.describe(facts, c.ctx, c.entry, "", c.at)
	to, _, verdict := domain.Route(t, h.visitOf(&c, facts))
	w := words{
		Brand: h.pages.brand, Title: string(c.entry.host) + "/" + string(c.entry.slug), Text: "This short link leads to",
		To: string(to), Visit: "/" + string(c.entry.slug),
	}
	switch {
	case verdict == domain.Early:
		h.missing(&c)
		return
	case verdict == domain.Gone:
		h.gone(&c)
		return
	case verdict == domain.Locked:
		w.Text, w.To = "This short link is protected by a password.", ""
	case h.table.blocks.bar(t, to):
		h.disabled(&c)
		return
	}
	h.tally.looks.Add(1)
	h.pages.sendLook(&c.ctx.Response, w)
}
