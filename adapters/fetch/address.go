package fetch

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// special4 is what is not the public internet within IPv4: the registry of special-purpose
// addresses (RFC 6890 and its successors), multicast, and what is reserved.
var special4 = prefixes(
	"0.0.0.0/8",        // this network
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // behind a carrier's NAT; 100.100.100.200 is Alibaba's metadata
	"127.0.0.0/8",      // loopback
	"168.63.129.16/32", // Azure's host, a public address in name only
	"169.254.0.0/16",   // link-local; 169.254.169.254 is most clouds' metadata
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments; 192.0.0.192 is Oracle's metadata
	"192.0.2.0/24",     // documentation
	"192.31.196.0/24",  // AS112
	"192.52.193.0/24",  // AMT
	"192.88.99.0/24",   // relays of 6to4
	"192.168.0.0/16",   // private
	"192.175.48.0/24",  // AS112
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, and broadcast
)

// global6 is where IPv6 is the public internet, except for special6. Everything else, such as
// loopback, fc00::/7, fe80::/10, ff00::/8, 64:ff9b::/96, lies outside.
var global6 = netip.MustParsePrefix("2000::/3")

var special6 = prefixes(
	"2001::/23",         // protocol assignments, Teredo, benchmarks, ORCHID
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
)

func prefixes(all ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(all))
	for i, s := range all {
		parsed[i] = netip.MustParsePrefix(s)
	}
	return parsed
}

// public tells whether an address is of the public internet, and not a wrapping of another one.
func public(a netip.Addr) bool {
	if a.Is4() {
		return !within(special4, a)
	}
	return global6.Contains(a) && !within(special6, a) && !isatap(a)
}

// isatap tells an interface identifier that wraps an IPv4 address (RFC 5214).
func isatap(a netip.Addr) bool {
	b := a.As16()
	return b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}

func within(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// permits says what may be dialled. A zone would keep an address out of every prefix, and a mapped
// address is dialled as the IPv4 address it holds.
func (o *Options) permits(to netip.AddrPort) error {
	a := to.Addr().Unmap().WithZone("")
	switch {
	case within(o.Deny, a):
		return fmt.Errorf("%w: %s is denied", ErrForbiddenAddress, a)
	case within(o.Allow, a):
		return nil
	case !public(a):
		return fmt.Errorf("%w: %s is not public", ErrForbiddenAddress, a)
	case to.Port() != 80 && to.Port() != 443 && !slices.Contains(o.Ports, to.Port()):
		return fmt.Errorf("%w: port %d", ErrForbiddenAddress, to.Port())
	}
	return nil
}

// control is called by the dialer with each address it is about to connect to.
func (o *Options) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbiddenAddress, err)
	}
	return o.permits(to)
}
