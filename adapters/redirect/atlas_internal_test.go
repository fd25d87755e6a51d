package redirect

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// Cities are what a city file says: by network, "country/region/region below it/city".
type Cities map[string]string

// Bytes are the file.
func (c Cities) Bytes(tb testing.TB, o mmdbwriter.Options) []byte {
	tb.Helper()
	o.IncludeReservedNetworks = true // those for examples among them
	w, err := mmdbwriter.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	for _, network := range slices.SortedFunc(maps.Keys(c), widest) {
		_, of, err := net.ParseCIDR(network)
		if err != nil {
			tb.Fatal(err)
		}
		if err := w.Insert(of, recordOf(c[network])); err != nil {
			tb.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// widest puts networks before those within them, which a writer wants to be told later.
func widest(a, b string) int {
	return cmp.Compare(netip.MustParsePrefix(a).Bits(), netip.MustParsePrefix(b).Bits())
}

// Write puts the file at path in one step, as those who replace one should.
func (c Cities) Write(tb testing.TB, path string) {
	tb.Helper()
	writeFile(tb, path, c.Bytes(tb, mmdbwriter.Options{DatabaseType: "GeoLite2-City"}))
}

func writeFile(tb testing.TB, path string, b []byte) {
	tb.Helper()
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		tb.Fatal(err)
	}
}

// recordOf is a record as the real files have them, with names in other languages and more besides.
func recordOf(says string) mmdbtype.Map {
	parts := strings.Split(says, "/")
	named := func(name string) mmdbtype.Map {
		return mmdbtype.Map{"geoname_id": mmdbtype.Uint32(len(name)), "names": mmdbtype.Map{
			"de": mmdbtype.String("DE " + name), "en": mmdbtype.String(name), "zh-CN": mmdbtype.String("CN " + name),
		}}
	}
	country := named("Somewhere")
	country["iso_code"] = mmdbtype.String(parts[0])
	r := mmdbtype.Map{"country": country, "location": mmdbtype.Map{"latitude": mmdbtype.Float64(48.1), "time_zone": mmdbtype.String("Europe/Berlin")}}
	if len(parts) > 1 {
		r["city"] = named(parts[len(parts)-1])
		regions := mmdbtype.Slice{}
		for _, name := range parts[1 : len(parts)-1] {
			regions = append(regions, named(name))
		}
		r["subdivisions"] = regions
	}
	return r
}

func mustParse(tb testing.TB, b []byte) *atlas {
	tb.Helper()
	a, err := parseAtlas(b)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestAtlas(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 40)
	a := mustParse(t, Cities{
		"192.0.2.0/25": "DE/Bavaria/Munich", "192.0.2.128/25": "GB/England/Kent/Dover", "2001:db8::/48": "CH/Zurich/Zürich",
		"198.51.100.0/24": "MC", "203.0.113.0/24": "SG/Singapore", "203.0.113.7/32": "SG//a\x01b", "203.0.113.8/32": "XX/" + long + "/" + long,
		"203.0.113.9/32": "Germany/Berlin/Berlin",
	}.Bytes(t, mmdbwriter.Options{DatabaseType: "DBIP-City-Lite"}))
	for range 2 { // read, then remembered
		for addr, want := range map[string]area{
			"192.0.2.1": {"DE", "Bavaria", "Munich"}, "192.0.2.200": {"GB", "England", "Dover"}, "2001:db8::7": {"CH", "Zurich", "Zürich"},
			"198.51.100.1": {"MC", "", ""}, "203.0.113.1": {"SG", "", "Singapore"}, "203.0.113.7": {"SG", "", "ab"},
			"203.0.113.8": {"", long[:maxPlace], long[:maxPlace]}, "203.0.113.9": {"", "Berlin", "Berlin"}, "10.0.0.1": {}, "2001:db9::": {},
		} {
			if got := a.find(netip.MustParseAddr(addr)); got != want {
				t.Errorf("%s: got %q, want %q", addr, got, want)
			}
		}
	}
}

// TestAtlasOfIPv4: some files know one kind of address alone.
func TestAtlasOfIPv4(t *testing.T) {
	t.Parallel()
	a := mustParse(t, Cities{"192.0.2.0/24": "DE/Bavaria/Munich"}.Bytes(t, mmdbwriter.Options{DatabaseType: "GeoIP2-City", IPVersion: 4}))
	if got := a.find(netip.MustParseAddr("192.0.2.1")); got.city != "Munich" {
		t.Errorf("IPv4: %q", got)
	}
	if got := a.find(netip.MustParseAddr("2001:db8::1")); got != (area{}) {
		t.Errorf("IPv6: %q", got)
	}
}

// manyCities are n networks, each a city of its own.
func manyCities(n int) Cities {
	c := make(Cities, n)
	for i := range n {
		c[netip.PrefixFrom(addrOf(i), 24).String()] = fmt.Sprintf("DE/Region %d/City %d", i%16, i)
	}
	return c
}

func addrOf(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(1 + i>>16), byte(i >> 8), byte(i), 0})
}

// TestSlotsAreShared: with more records than slots, no record is taken for another.
func TestSlotsAreShared(t *testing.T) {
	t.Parallel()
	const n = atlasSlots * 5 / 4
	a := mustParse(t, manyCities(n).Bytes(t, mmdbwriter.Options{DatabaseType: "GeoLite2-City"}))
	for range 3 * n {
		i := rand.N(n)
		if got := a.find(addrOf(i)); got.city != fmt.Sprintf("City %d", i) {
			t.Fatalf("%s: got %q", addrOf(i), got)
		}
	}
}

// FuzzAtlas: whatever a file holds, a visitor is answered.
func FuzzAtlas(f *testing.F) {
	good := Cities{"192.0.2.0/25": "DE/Bavaria/Munich", "2001:db8::/48": "CH/Zurich/Zürich"}.Bytes(f, mmdbwriter.Options{DatabaseType: "GeoLite2-City", RecordSize: 24})
	f.Add(good, uint32(0), byte(0))
	f.Add(good[len(good)/2:], uint32(0), byte(0))
	f.Add(good, uint32(len(good)-300), byte(0xff))
	f.Fuzz(func(t *testing.T, b []byte, at uint32, flip byte) {
		if len(b) > 0 {
			b = bytes.Clone(b)
			b[int(at)%len(b)] ^= flip
		}
		a, err := parseAtlas(b)
		if err != nil {
			return
		}
		for _, addr := range []string{"192.0.2.1", "192.0.2.129", "2001:db8::1"} {
			if p := a.find(netip.MustParseAddr(addr)); len(p.country) > 2 || len(p.region) > maxPlace || len(p.city) > maxPlace {
				t.Errorf("%s: %q", addr, p)
			}
		}
	})
}

// TestReplaced: a file put in the place of another is used; what can't be is told once, and changes nothing.
func TestReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cities.mmdb")
	munich, berlin := Cities{"192.0.2.0/24": "DE/Bavaria/Munich"}, Cities{"192.0.2.0/24": "DE/Berlin/Berlin"}
	munich.Write(t, path)
	p, err := newPlaces(path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	look := func(what string, changed bool, says, city string) {
		t.Helper()
		got, err := p.refresh()
		if got != changed || (err != nil) != (says != "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: changed %v, error %v", what, got, err)
		}
		if got := p.find(netip.MustParseAddr("192.0.2.1")).city; got != city {
			t.Errorf("%s: found %q, want %s", what, got, city)
		}
	}
	whole := berlin.Bytes(t, mmdbwriter.Options{DatabaseType: "GeoLite2-City"})
	look("the same", false, "", "Munich")
	writeFile(t, path, whole[:len(whole)-200])
	look("cut off", true, path, "Munich")
	look("still cut off", false, "", "Munich")
	writeFile(t, path, berlin.Bytes(t, mmdbwriter.Options{DatabaseType: "GeoLite2-ASN"}))
	look("another kind", true, "it is a GeoLite2-ASN, which knows no cities", "Munich")
	writeFile(t, path, whole)
	look("another", true, "", "Berlin")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	look("gone", true, "look for the city file", "Berlin")
	look("still gone", false, "", "Berlin")
	munich.Write(t, path)
	look("back", true, "", "Munich")
}

// TestNoCityFile: what was asked for and isn't there stops the start.
func TestNoCityFile(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	writeFile(t, empty, nil)
	for _, path := range []string{empty, empty + "/x", t.TempDir()} {
		if _, err := newPlaces(path, time.Minute); err == nil {
			t.Errorf("took %s", path)
		}
	}
	if p, err := newPlaces("", time.Minute); err != nil || p.find(netip.MustParseAddr("192.0.2.1")) != (area{}) {
		t.Errorf("no file wanted: %v", err)
	}
}

// TestPlacesCostNothing: finding the place of a click allocates nothing once the place is known.
func TestPlacesCostNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cities.mmdb")
	Cities{"192.0.2.0/24": "CH/Zurich/Zürich"}.Write(t, path)
	p, err := newPlaces(path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	o, c := observer{places: p, salts: newSalts(nil)}, new(domain.Click)
	ctx := newRequest("192.0.2.7")
	e := &entry{slug: "sale"}
	if n := testing.AllocsPerRun(100, func() { o.describe(c, ctx, e, "", morning) }); n != 0 || c.City != "Zürich" {
		t.Errorf("%v allocations to find %q", n, c.City)
	}
}

// BenchmarkPlaces: what a city file adds to the description of a click, for visitors spread as they are over places (most from few of
// them), and for the worst: each from another of a quarter of a million.
func BenchmarkPlaces(b *testing.B) {
	const n = 250_000
	path := filepath.Join(b.TempDir(), "cities.mmdb")
	manyCities(n).Write(b, path)
	skewed, even := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 1, n-1), func() uint64 { return rand.Uint64N(n) } //nolint:gosec // no secret
	for _, test := range []struct {
		name, path string
		next       func() uint64
	}{{"no-file", "", skewed.Uint64}, {"skewed", path, skewed.Uint64}, {"each-elsewhere", path, even}} {
		p, err := newPlaces(test.path, time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		asked := make([]netip.Addr, 1<<18)
		for i := range asked {
			asked[i] = addrOf(int(test.next()))
		}
		o, h := observer{places: p}, new(fasthttp.RequestHeader)
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				o.where(h, asked[i&(len(asked)-1)], false)
			}
		})
	}
}

// newRequest is a request from addr.
func newRequest(addr string) *fasthttp.RequestCtx {
	ctx := new(fasthttp.RequestCtx)
	ctx.Init(new(fasthttp.Request), &net.TCPAddr{IP: net.ParseIP(addr)}, nil)
	return ctx
}
