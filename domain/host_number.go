package domain

import (
	"net/netip"
	"strconv"
	"strings"
)

// Browsers take many spellings for one IPv4 address: http://134744072/ is http://8.8.8.8/. Here they
// get one too, by the rules that browsers share (url.spec.whatwg.org, the host parser), or else
// blocks would be easy to walk around.

// endsInNumber reports whether browsers take a host for an IPv4 address, or else for nothing.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if digits, hex := strings.CutPrefix(last, "0x"); hex {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// numericHost is the address that a host stands for which ends in a number.
func numericHost(host string) (Host, error) {
	parts := strings.Split(host, ".")
	address := uint64(0)
	if len(parts) > 4 {
		return "", noAddress(host)
	}
	for i, part := range parts {
		n, ok := addressPart(part)
		bits := 8
		if i == len(parts)-1 { // the last one fills what is left
			bits = 8 * (5 - len(parts))
		}
		if !ok || n>>bits != 0 {
			return "", noAddress(host)
		}
		address = address<<bits | n
	}
	return Host(netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}).String()), nil
}

func noAddress(host string) error {
	return Errorf(Validation, "host", "host %q ends in a number but is not an IPv4 address", host)
}

// addressPart reads a decimal, octal (010) or hexadecimal (0x8) number.
func addressPart(s string) (n uint64, ok bool) {
	base := 10
	if digits, hex := strings.CutPrefix(s, "0x"); hex {
		s, base = digits, 16
		if s == "" {
			return 0, true
		}
	} else if len(s) > 1 && s[0] == '0' {
		base = 8
	}
	n, err := strconv.ParseUint(s, base, 32)
	return n, err == nil
}
