package redirect

import (
	"bytes"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
)

// Proxies says whose word about the client is believed.
type Proxies struct {
	// Trusted are the addresses of our own proxies. From anybody else the headers below are ignored.
	Trusted []netip.Prefix
	// ForwardedHeader is the one header they append the client to: X-Forwarded-For if empty, or Forwarded (RFC 7239).
	ForwardedHeader string
	// CountryHeader is the header in which they tell the client's country, such as CF-IPCountry; empty for none.
	CountryHeader string
	// CityHeader is the header in which they tell the client's city in UTF-8, such as CF-IPCity; empty for none.
	CityHeader string
}

// client is the address a request came from, and whether the connection is a trusted proxy's. The address is invalid if a proxy
// names it in a way nobody can read.
func (p *Proxies) client(ctx *fasthttp.RequestCtx) (addr netip.Addr, proxied bool) {
	tcp, ok := ctx.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	addr, _ = netip.AddrFromSlice(tcp.IP)
	addr = addr.Unmap()
	if len(p.Trusted) == 0 || !p.trusts(addr) {
		return addr, false
	}
	return p.walk(addr, ctx.Request.Header.PeekAll(p.ForwardedHeader)), true
}

// neighbourhood is what limits hold a visitor by: an IPv4 address, or the network that an IPv6 one is drawn from. It is invalid if
// nobody knows the address.
func (p *Proxies) neighbourhood(ctx *fasthttp.RequestCtx) netip.Addr {
	addr, _ := p.client(ctx)
	if !addr.Is6() {
		return addr
	}
	near, _ := addr.Prefix(64)
	return near.Addr()
}

func (p *Proxies) trusts(a netip.Addr) bool {
	for _, t := range p.Trusted {
		if t.Contains(a) {
			return true
		}
	}
	return false
}

// walk follows the header from its newest entry, the one our proxy wrote, leftwards for as long as entries are our own proxies'. What
// stands left of the first stranger is that stranger's word, and ignored.
func (p *Proxies) walk(peer netip.Addr, lines [][]byte) netip.Addr {
	read := hop
	if strings.EqualFold(p.ForwardedHeader, fasthttp.HeaderForwarded) {
		read = forwardedHop
	}
	for _, line := range slices.Backward(lines) {
		for more := true; more; {
			entry := line
			comma := bytes.LastIndexByte(line, ',')
			if more = comma >= 0; more {
				entry, line = line[comma+1:], line[:comma]
			}
			if peer = read(entry); !p.trusts(peer) {
				return peer
			}
		}
	}
	return peer
}

// hop reads one entry of X-Forwarded-For: an address, possibly with a port.
func hop(entry []byte) netip.Addr {
	text := view(bytes.TrimSpace(entry))
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap().WithZone("")
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, _ := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return a.Unmap().WithZone("")
}

// forwardedHop reads one element of Forwarded: its for= parameter.
func forwardedHop(element []byte) netip.Addr {
	for part := range bytes.SplitSeq(element, []byte(";")) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(part), []byte("="))
		if bytes.EqualFold(name, []byte("for")) {
			return hop(bytes.Trim(value, `"`))
		}
	}
	return netip.Addr{}
}
