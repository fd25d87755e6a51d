package clicks

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// referrerDomain is the registrable domain of a referring host: what people mean by "from
// Instagram" whether the page was on www., m., l. or lm. of it. Public suffixes that hand
// out names to people (github.io, blogspot.com) count as suffixes, so their sites stay apart.
// A host without a registrable domain (an address, an intranet name) stands for itself.
func referrerDomain(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host
	}
	registrable, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return registrable
}
