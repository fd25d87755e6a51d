package domain_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestParseDestination(t *testing.T) {
	t.Parallel()
	good := func(raw, want string) {
		t.Helper()
		got, err := domain.ParseDestination(raw)
		if err != nil || string(got) != want {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	}
	good("https://example.com", "https://example.com")
	good("HTTPS://EXAMPLE.com/Path?Q=1#F", "https://example.com/Path?Q=1#F")
	good("http://example.com:8080/a", "http://example.com:8080/a")
	good("https://bücher.example/ü?q=ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC")
	good("https://example.com/a b|c", "https://example.com/a%20b%7Cc")
	good("https://example.com/a%20b%2Fc", "https://example.com/a%20b%2Fc")
	good("https://example.com./", "https://example.com/")
	good("http://[::1]:80/", "http://[::1]:80/")
	good("http://192.0.2.1/", "http://192.0.2.1/")
	good("https://example.com?x=@y", "https://example.com?x=@y")
	good("https://example.com/"+strings.Repeat("a", 2028), "https://example.com/"+strings.Repeat("a", 2028))
}

func TestParseDestinationRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "example.com", "//example.com", "ftp://example.com", "javascript:alert(1)", "javascript://example.com/%0aalert(1)",
		"data:text/html,x", "http://", "https:///path", "https://user@example.com", "https://user:pw@example.com",
		"https://example.com\\@evil.example", "https://exa mple.com", "https://example.com:0", "https://example.com:65536",
		"https://example.com:", "https://example.com:http", "https://example.com/\r\nSet-Cookie: a=b", "https://example.com/\x00",
		"https://example.com/\u0085", "https://example.com/\xff", " https://example.com", "https://example.com ",
		"https://example..com", "https://.example.com", "https://[::1", "https://[fe80::1%25eth0]/", "https://exa%6dple.com",
		"https://example.com/%zz", "https://example.com/" + strings.Repeat("a", 2029), "https://example.com/" + strings.Repeat("ü", 400),
	} {
		got, err := domain.ParseDestination(raw)
		if domain.CodeOf(err) != domain.InvalidURL {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}

func FuzzParseDestination(f *testing.F) {
	for _, seed := range []string{
		"https://example.com/a?b=c#d", "http://[::1]:80/", "https://bücher.example/ü", "https://example.com\\@evil.example",
		"http://::1/", "https://a。b/", "https://faß.example/", "http://1.2.3.4:8080?", "https://example.com/%zz?%zz#%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		d, err := domain.ParseDestination(raw)
		if err != nil {
			if d != "" || domain.CodeOf(err) != domain.InvalidURL {
				t.Fatalf("%q: %q, %v", raw, d, err)
			}
			return
		}
		if len(d) > domain.MaxURL || strings.ContainsFunc(string(d), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Errorf("%q: %q can't go into a header", raw, d)
		}
		if again, err := domain.ParseDestination(string(d)); err != nil || again != d {
			t.Errorf("%q: %q, then %q, %v", raw, d, again, err)
		}
		u, err := url.Parse(string(d))
		if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q: %q is read as %+v, %v", raw, d, u, err)
		}
		if host := strings.Trim(string(d.Host()), "[]"); host == "" || u.Hostname() != host {
			t.Errorf("%q: %q leads to %q and to %q", raw, d, host, u.Hostname())
		}
	})
}

func TestParseHost(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]domain.Host{
		"Sho.RT": "sho.rt", "sho.rt:8080": "sho.rt", "sho.rt.": "sho.rt", "BÜCHER.example": "xn--bcher-kva.example",
		"localhost": "localhost", "127.0.0.1:80": "127.0.0.1", "[::1]:80": "[::1]", "::1": "[::1]", "a_b.example": "a_b.example",
	} {
		if got, err := domain.ParseHost(raw); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{"", ".", "a..b", "a b", "a/b", "a@b", "a:x", "[::1", "[1.2.3.4]", strings.Repeat("a", 64), strings.Repeat("a.", 127) + "aa"} {
		if got, err := domain.ParseHost(raw); err == nil {
			t.Errorf("%q: %q", raw, got)
		}
	}
}

// TestAddressesHaveOneSpelling: browsers take many for one IPv4 address, and blocks must not.
func TestAddressesHaveOneSpelling(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"8.8.8.8", "8.8.8.8.", "134744072", "0x08080808", "0X8080808", "010.8.8.8", "8.8.2056", "8.526344", "0x8.0x8.010.8", "８。８.8.8",
		"[::ffff:8.8.8.8]", "[::FFFF:808:808]", "00000000000000000000010.8.8.8",
	} {
		if h, err := domain.ParseHost(raw); err != nil || h != "8.8.8.8" {
			t.Errorf("%q: %q, %v", raw, h, err)
		}
		if d, err := domain.ParseDestination("http://" + raw + ":80/x"); err != nil || d != "http://8.8.8.8:80/x" || d.Host() != "8.8.8.8" {
			t.Errorf("%q: %q, %v", raw, d, err)
		}
	}
	for raw, want := range map[string]domain.Host{
		"0": "0.0.0.0", "0x": "0.0.0.0", "127.1": "127.0.0.1", "0xffffffff": "255.255.255.255", "1.0x": "1.0.0.0",
		"8.example": "8.example", "0xg": "0xg", "1.2.3.4a": "1.2.3.4a", "[::8.8.8.8]": "[::808:808]",
	} {
		if h, err := domain.ParseHost(raw); err != nil || h != want {
			t.Errorf("%q: %q, %v; want %q", raw, h, err, want)
		}
	}
	for _, raw := range []string{"256.8.8.8", "8.8.8.256", "08.8.8.8", "1.2.3.4.5", "1.2.3.4.5.6.7", "4294967296", "0x100000000", "1.16777216", "a.1", "1..2", "example.0x", "-1.1", "1_0.1"} {
		if h, err := domain.ParseHost(raw); !blames(err, domain.Validation, "host") {
			t.Errorf("%q: %q, %v", raw, h, err)
		}
	}
}

// TestHostsAreRefusedByName: whoever reads the message is told which field is wrong, in few words.
func TestHostsAreRefusedByName(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", ".", "a b", "a:x", "a:0", "[::1", "[x]", "a..b", strings.Repeat("a.", 127) + "aa", strings.Repeat("é", 10_000), "1.2.3.4.5"} {
		_, err := domain.ParseHost(raw)
		if !blames(err, domain.Validation, "host") || !strings.HasPrefix(err.Error(), "validation: host ") || len(err.Error()) > 400 {
			t.Errorf("%.40q: %v", raw, err)
		}
	}
}

func FuzzParseHost(f *testing.F) {
	for _, seed := range []string{"Sho.RT:80", "bücher.example", "[::ffff:1.2.3.4]:1", "a。b", "xn--a", "a_b", "0x8.010.2056", "１.2", "1.2.3.4.5", "0x1ffffffff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		h, err := domain.ParseHost(raw)
		if err != nil {
			return
		}
		if again, err := domain.ParseHost(string(h)); err != nil || again != h {
			t.Errorf("%q: %q, then %q, %v", raw, h, again, err)
		}
		if last := h[strings.LastIndexByte(string(h), '.')+1:]; strings.Trim(string(last), "0123456789") == "" {
			if ip, err := netip.ParseAddr(string(h)); err != nil || ip.String() != string(h) {
				t.Errorf("%q: %q is not the one spelling of an IPv4 address, %v", raw, h, err)
			}
		}
		if h == "" || strings.ToLower(string(h)) != string(h) || strings.ContainsAny(string(h), " /@?#\\%") {
			t.Errorf("%q: %q", raw, h)
		}
	})
}
