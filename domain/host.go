package domain

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// Host is a host name in its one spelling: lower-case ASCII (IDNA), no port, no trailing dot. An IPv4
// address is four decimal numbers, an IPv6 address stands in brackets.
type Host string

// names turns Unicode host names into the ASCII that resolvers see. Underscores are let
// through: real sites have them.
var names = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false))

// ParseHost normalises a host name or an IP literal, with or without a port.
func ParseHost(raw string) (Host, error) {
	h, _, err := splitHost(raw)
	return h, err
}

// splitHost separates host and port ("" if absent) and normalises the host.
func splitHost(raw string) (Host, string, error) {
	if len(raw) > maxRawHost {
		return "", "", Errorf(Validation, "host", "host must have 1 to 253 characters")
	}
	name, port := raw, ""
	if i := strings.LastIndexByte(raw, ':'); i >= 0 && !strings.HasSuffix(raw, "]") && strings.Count(raw, ":") == 1 || strings.Contains(raw, "]:") {
		name, port = raw[:i], raw[i+1:]
		if !validPort(port) {
			return "", "", Errorf(Validation, "host", "host has port %q, which is not a number from 1 to 65535", port)
		}
	}
	if inner, open := strings.CutPrefix(name, "["); open || strings.Count(name, ":") > 1 {
		inner, closed := strings.CutSuffix(inner, "]")
		if open != closed {
			return "", "", Errorf(Validation, "host", "host %q is not an IPv6 address", name)
		}
		ip, err := netip.ParseAddr(inner)
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", "", Errorf(Validation, "host", "host %q is not an IPv6 address", name)
		}
		if ip.Is4In6() { // it is that IPv4 address to whoever connects
			return Host(ip.Unmap().String()), port, nil
		}
		return Host("[" + ip.String() + "]"), port, nil
	}
	h, err := asciiHost(name)
	return h, port, err
}

func asciiHost(name string) (Host, error) {
	if name == "" {
		return "", Errorf(Validation, "host", "host must have 1 to 253 characters")
	}
	ascii := strings.TrimSuffix(name, ".")
	if !canonical(ascii) {
		spelt, err := names.ToASCII(ascii)
		ascii = strings.ToLower(spelt)
		if again, err2 := names.ToASCII(ascii); err != nil || err2 != nil || again != ascii { // what has no one spelling names nothing
			return "", Errorf(Validation, "host", "host %q is not a host name", name)
		}
	}
	if endsInNumber(ascii) {
		return numericHost(ascii)
	}
	if ascii == "" || len(ascii) > 253 {
		return "", Errorf(Validation, "host", "host must have 1 to 253 characters")
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, labelBytes) != "" {
			return "", Errorf(Validation, "host", "host %q is not a host name", name)
		}
	}
	return Host(ascii), nil
}

// canonical reports whether a name plainly is in its one spelling already, as nearly all are: that
// is much cheaper to see than to make.
func canonical(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, labelBytes) != "" || label[0] == '-' || label[len(label)-1] == '-' ||
			len(label) > 3 && label[2:4] == "--" {
			return false
		}
	}
	return true
}

// maxRawHost is more bytes than any host takes, with its port and before it is turned to ASCII.
const maxRawHost = 2048

const labelBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_"

func validPort(p string) bool {
	n := 0
	for _, c := range []byte(p) {
		if c < '0' || c > '9' || n > 65535 {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n >= 1 && n <= 65535
}
