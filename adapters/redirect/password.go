package redirect

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/linklog/linklog/domain"
)

// How passwords may be tried.
const (
	triesInRow      = 5 // by one visitor on one link, then one every
	triesEvery      = 30 * time.Second
	linkTriesInRow  = 100 // by all visitors on one link, then one every; and as many again by visitors who have not failed yet
	linkTriesEvery  = time.Second
	checkPatience   = 2 * time.Second // for a turn
	longestPassword = 72              // what the hash can tell apart
)

var (
	errWrong = errors.New("wrong password")
	errBusy  = errors.New("too many passwords are being checked")
)

// passwords checks what visitors enter. That takes a processor some fifty milliseconds on purpose, so half of them at most may be at it.
type passwords struct {
	byVisitor *limiter[trier]
	byLink    *limiter[domain.LinkNumber]
	reserve   *limiter[domain.LinkNumber] // for first tries, when others have used up byLink
	gate      chan struct{}
}

// trier is who tries a link's password.
type trier struct {
	link domain.LinkNumber
	from netip.Addr
}

func newPasswords(now func() time.Time) *passwords {
	return &passwords{
		byVisitor: newLimiter[trier](triesInRow, triesEvery, now), byLink: newLimiter[domain.LinkNumber](linkTriesInRow, linkTriesEvery, now),
		reserve: newLimiter[domain.LinkNumber](linkTriesInRow, linkTriesEvery, now),
		gate:    make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
	}
}

// check returns nil if the password is the link's. What is right costs no try.
func (p *passwords) check(ctx context.Context, t *domain.Target, from netip.Addr, password []byte) error {
	who := trier{t.Link, from}
	if wait := p.byVisitor.take(who); wait > 0 {
		return &tooManyError{wait}
	}
	paid := p.byLink
	wait := paid.take(t.Link)
	if wait > 0 && p.byVisitor.owes(who) <= triesEvery {
		paid = p.reserve
		wait = paid.take(t.Link)
	}
	if wait > 0 {
		p.byVisitor.refund(who)
		return &tooManyError{wait}
	}
	err := p.compare(ctx, t.Traits.Password, password)
	if !errors.Is(err, errWrong) {
		p.byVisitor.refund(who)
		paid.refund(t.Link)
	}
	return err
}

func (p *passwords) compare(ctx context.Context, hash string, password []byte) error {
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	select {
	case p.gate <- struct{}{}:
		defer func() { <-p.gate }()
	case <-ctx.Done():
		return errBusy
	}
	if len(password) > longestPassword || bcrypt.CompareHashAndPassword([]byte(hash), password) != nil {
		return errWrong
	}
	return nil
}

// enter reports whether the visitor of a locked link has given its password. If not, they are answered.
func (h *handler) enter(c *call) bool {
	password := c.ctx.PostArgs().Peek("password")
	if !c.ctx.IsPost() || len(password) == 0 || !ownForm(c.ctx.Request.Header.PeekBytes(keyFetchSite)) {
		h.tally.locked.Add(1)
		h.pages.locked.send(&c.ctx.Response)
		return false
	}
	err := h.passwords.check(h.base, &c.entry.target, h.observer.proxies.neighbourhood(c.ctx), password)
	switch {
	case err == nil:
		return true
	case errors.Is(err, errWrong):
		h.tally.locked.Add(1)
		h.pages.wrong.send(&c.ctx.Response)
	default:
		h.failed(c.ctx, err)
	}
	return false
}

// ownForm reports whether a form may be ours, by what browsers say of the page it was on. Others must not have visitors guess for them,
// each from an address of their own.
func ownForm(fetchSite []byte) bool {
	return len(fetchSite) == 0 || string(fetchSite) == "same-origin" || string(fetchSite) == "none"
}
