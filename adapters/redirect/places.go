package redirect

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/phuslu/iploc"
	"github.com/valyala/fasthttp"
)

// maxPlace is the longest name of a region or a city that is kept, in bytes.
const maxPlace = 64

// where is the place a visit comes from. A trusted proxy's word goes before the city file's, and that before the table of countries.
// Of a file that puts the visitor into another country or city than the proxy does, the rest isn't believed either.
func (o *observer) where(h *fasthttp.RequestHeader, from netip.Addr, proxied bool) (p area) {
	if proxied {
		p = o.proxies.area(h)
	}
	filed := o.places.find(from)
	p.country = cmp.Or(p.country, filed.country)
	if p.country == "" && from.IsValid() {
		p.country = known(iploc.IPCountry(from))
	}
	if p.country == filed.country && (p.city == "" || strings.EqualFold(p.city, filed.city)) {
		p.region, p.city = filed.region, filed.city
	}
	return p
}

// area is what one of our proxies says of the client.
func (p *Proxies) area(h *fasthttp.RequestHeader) (at area) {
	if p.CountryHeader != "" {
		at.country = countryCode(h.Peek(p.CountryHeader))
	}
	if p.CityHeader != "" {
		at.city = tidy(h.Peek(p.CityHeader), maxPlace)
	}
	return at
}

// countryCode reads a country: two letters, in capitals.
func countryCode(b []byte) string {
	if len(b) != 2 || b[0]|0x20 < 'a' || b[0]|0x20 > 'z' || b[1]|0x20 < 'a' || b[1]|0x20 > 'z' {
		return ""
	}
	return known(strings.ToUpper(view(b)))
}

// known drops the codes that stand for "no idea".
func known(code string) string {
	if code == "ZZ" || code == "XX" {
		return ""
	}
	return code
}

// places keeps the newest city file at hand.
type places struct {
	path  string        // empty: there is no file
	every time.Duration // between two looks at it
	held  atomic.Pointer[atlas]
	seen  edition // what was found at the last look; run's alone, once it runs
}

// edition tells a file from the one that was there before. That there is none is an edition, too.
type edition struct {
	changed time.Time
	size    int64
}

func newPlaces(path string, every time.Duration) (*places, error) {
	p := &places{path: path, every: every, seen: edition{size: -1}}
	if path == "" {
		return p, nil
	}
	_, err := p.refresh()
	return p, err
}

// find is what the file says of addr.
func (p *places) find(addr netip.Addr) area {
	a := p.held.Load()
	if a == nil || !addr.IsValid() {
		return area{}
	}
	return a.find(addr)
}

// run looks every so often whether the file was replaced, until ctx ends.
func (p *places) run(ctx context.Context, log *slog.Logger) {
	if p.path == "" {
		return
	}
	p.announce(log)
	look := time.NewTicker(p.every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		if changed, err := p.refresh(); err != nil {
			log.Warn("cities stay those of the file before", "error", err)
		} else if changed {
			p.announce(log)
		}
	}
}

func (p *places) announce(log *slog.Logger) {
	about := p.held.Load().db.Metadata
	log.Info("cities loaded", "file", p.path, "type", about.DatabaseType, "built", about.BuildTime().UTC())
}

// refresh reads the file if it is another one than at the last look, and reports whether it is. One that can't be used is told once,
// and leaves the one before in use.
func (p *places) refresh() (changed bool, err error) {
	var now edition
	file, missing := os.Stat(p.path)
	if missing == nil {
		now = edition{file.ModTime(), file.Size()}
	}
	if now == p.seen {
		return false, nil
	}
	p.seen = now // before reading: a file that changes meanwhile is read once more
	if missing != nil {
		return true, fmt.Errorf("look for the city file: %w", missing)
	}
	a, err := openAtlas(p.path)
	if err != nil {
		return true, err
	}
	p.held.Store(a)
	return true, nil
}
