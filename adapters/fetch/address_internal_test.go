package fetch

import (
	"net/netip"
	"testing"
)

func TestOnlyThePublicInternetIsPermitted(t *testing.T) {
	t.Parallel()
	var o Options
	for address, want := range map[string]bool{
		"93.184.215.14":        true,
		"1.1.1.1":              true,
		"172.15.255.255":       true,
		"172.32.0.0":           true,
		"100.63.255.255":       true,
		"100.128.0.0":          true,
		"168.63.129.15":        true,
		"198.17.255.255":       true,
		"223.255.255.255":      true,
		"2606:4700::1111":      true,
		"2a00:1450:4001::200e": true,
		"2001:200::1":          true,

		"0.0.0.0":           false,
		"0.1.2.3":           false,
		"10.0.0.1":          false,
		"100.64.0.1":        false,
		"100.100.100.200":   false,
		"100.127.255.255":   false,
		"127.0.0.1":         false,
		"127.255.255.254":   false,
		"168.63.129.16":     false,
		"169.254.169.254":   false,
		"172.16.0.1":        false,
		"172.31.255.255":    false,
		"192.0.0.192":       false,
		"192.0.2.1":         false,
		"192.88.99.1":       false,
		"192.31.196.1":      false,
		"192.52.193.1":      false,
		"192.175.48.1":      false,
		"2620:4f:8000::1":   false,
		"192.168.1.1":       false,
		"198.18.0.1":        false,
		"198.19.255.255":    false,
		"198.51.100.7":      false,
		"203.0.113.7":       false,
		"224.0.0.1":         false,
		"239.255.255.250":   false,
		"240.0.0.1":         false,
		"255.255.255.255":   false,
		"::":                false,
		"::1":               false,
		"::127.0.0.1":       false,
		"::ffff:127.0.0.1":  false,
		"::ffff:10.1.2.3":   false,
		"::ffff:0:10.1.2.3": false,
		"64:ff9b::7f00:1":   false,
		"64:ff9b::808:808":  false,
		"64:ff9b:1::1":      false,
		"100::1":            false,
		"2001::1":           false,
		"2001:0:7f00:1::":   false,
		"2001:2::1":         false,
		"2001:10::1":        false,
		"2001:1ff::1":       false,
		"2001:db8::1":       false,
		"2002:7f00:1::":     false,
		"2002:a00:1::1":     false,
		"3fff:fff::1":       false,
		"4000::1":           false,
		"5f00::1":           false,
		"fc00::1":           false,
		"fd00:ec2::254":     false,
		"fd20:ce::254":      false,
		"fe80::1":           false,
		"fe80::1%eth0":      false,
		"fec0::1":           false,
		"ff02::1":           false,

		"2606:4700::5efe:7f00:1":     false,
		"2606:4700::200:5efe:a00:1":  false,
		"2606:4700::1%lo":            true,
		"::ffff:93.184.215.14":       true, // dialled as IPv4
		"2606:4700::100:5efe:7f00:1": true,
	} {
		err := o.permits(netip.AddrPortFrom(netip.MustParseAddr(address), 443))
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestPortsAndNetworksThatWereNamed(t *testing.T) {
	t.Parallel()
	o := Options{
		Ports: []uint16{8443},
		Allow: prefixes("127.0.0.0/8", "fd00::/64"),
		Deny:  prefixes("127.0.0.9/32", "1.1.1.0/24"),
	}
	for to, want := range map[string]bool{
		"8.8.8.8:80":               true,
		"8.8.8.8:443":              true,
		"8.8.8.8:8443":             true,
		"8.8.8.8:22":               false,
		"8.8.8.8:0":                false,
		"[2606:4700::1]:6379":      false,
		"127.0.0.1:6379":           true,
		"[::ffff:127.0.0.1]:6379":  true,
		"[fd00::1%eth0]:25":        true,
		"[fd00:0:0:1::1]:80":       false,
		"10.0.0.1:8443":            false,
		"127.0.0.9:80":             false,
		"[::ffff:127.0.0.9]:80":    false,
		"1.1.1.1:443":              false,
		"[64:ff9b::7f00:1%lo]:443": false,
	} {
		if err := o.permits(netip.MustParseAddrPort(to)); (err == nil) != want {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestWhatIsNoAddressIsNotDialled(t *testing.T) {
	t.Parallel()
	var o Options
	for _, address := range []string{"", "example.com:80", "8.8.8.8", "/var/run/docker.sock"} {
		if err := o.control(t.Context(), "tcp", address, nil); err == nil {
			t.Errorf("%q was let through", address)
		}
	}
}

// Whatever wraps an IPv4 address is dialled as that, or not at all.
func FuzzWrappedAddresses(f *testing.F) {
	for _, a := range []string{"127.0.0.1", "8.8.8.8", "169.254.169.254"} {
		b := netip.MustParseAddr(a).As4()
		f.Add(b[:], uint64(0x2606470000000000))
	}
	f.Fuzz(func(t *testing.T, b []byte, network uint64) {
		if len(b) != 4 {
			t.Skip()
		}
		var o Options
		plain := netip.AddrFrom4([4]byte(b))
		allowed := func(a netip.Addr) bool { return o.permits(netip.AddrPortFrom(a, 80)) == nil }
		if mapped := netip.AddrFrom16(plain.As16()); allowed(mapped) != allowed(plain) {
			t.Errorf("%s and %s differ", mapped, plain)
		}
		for name, wrapped := range map[string][16]byte{
			"compatible": {12: b[0], b[1], b[2], b[3]},
			"translated": {8: 0xff, 0xff, 0, 0, b[0], b[1], b[2], b[3]},
			"NAT64":      {0: 0, 0x64, 0xff, 0x9b, 12: b[0], b[1], b[2], b[3]},
			"6to4":       {0: 0x20, 2, b[0], b[1], b[2], b[3], 15: 1},
			"Teredo":     {0: 0x20, 1, 0, 0, b[0], b[1], b[2], b[3], 12: ^b[0], ^b[1], ^b[2], ^b[3]},
			"ISATAP": {
				0: byte(network >> 56), byte(network >> 48), byte(network >> 40), byte(network >> 32),
				byte(network >> 24), byte(network >> 16), byte(network >> 8), byte(network),
				0, 0, 0x5e, 0xfe, b[0], b[1], b[2], b[3],
			},
		} {
			if a := netip.AddrFrom16(wrapped); !a.Is4In6() && allowed(a) {
				t.Errorf("%s: %s is permitted", name, a)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"https://example.com/logo.png", "http://a:b@example.com", "http://[::1%25eth0]:80/", "//x", "javascript:alert(1)",
		"http:///x", "http://:80", "https:example.com", "HTTP://EXAMPLE.COM", "http://exa mple.com", "http://\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := parse(s)
		if err != nil {
			return
		}
		if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Errorf("%q was taken as %+v", s, u)
		}
		if again, err := next(u, s); err != nil || again.Host != u.Host {
			t.Errorf("%q leads from itself to %v, %v", s, again, err)
		}
	})
}
