package domain

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// Host is a host name in its one spelling: lower-case ASCII (IDNA), no port, no trailing dot.
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
	name, port := raw, ""
	if i := strings.LastIndexByte(raw, ':'); i >= 0 && !strings.HasSuffix(raw, "]") && strings.Count(raw, ":") == 1 || strings.Contains(raw, "]:") {
		name, port = raw[:i], raw[i+1:]
		if !validPort(port) {
			return "", "", Errorf(Validation, "host", "port %q is not a number from 1 to 65535", port)
		}
	}
	if inner, open := strings.CutPrefix(name, "["); open || strings.Count(name, ":") > 1 {
		inner, closed := strings.CutSuffix(inner, "]")
		if open != closed {
			return "", "", Errorf(Validation, "host", "%q is not an IPv6 address", name)
		}
		ip, err := netip.ParseAddr(inner)
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", "", Errorf(Validation, "host", "%q is not an IPv6 address", name)
		}
		return Host("[" + ip.String() + "]"), port, nil
	}
	h, err := asciiHost(name)
	return h, port, err
}

func asciiHost(name string) (Host, error) {
	ascii, err := names.ToASCII(strings.TrimSuffix(name, "."))
	ascii = strings.ToLower(ascii)
	if again, err2 := names.ToASCII(ascii); err != nil || err2 != nil || again != ascii { // what has no one spelling names nothing
		return "", Errorf(Validation, "host", "%q is not a host name", name)
	}
	if ascii == "" || len(ascii) > 253 {
		return "", Errorf(Validation, "host", "a host name has 1 to 253 characters")
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, labelBytes) != "" {
			return "", Errorf(Validation, "host", "%q is not a host name", name)
		}
	}
	return Host(ascii), nil
}

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
