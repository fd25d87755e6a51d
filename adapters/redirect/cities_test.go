package redirect_test

import (
	"cmp"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// withCities has the server read a city file at path, and know nothing from headers but the address.
func withCities(path string) func(*redirect.Config) {
	return func(c *redirect.Config) {
		behindProxy(c)
		c.CityFile, c.CityEvery = path, 2*time.Millisecond
	}
}

var cities = redirect.Cities{
	"192.0.2.0/25": "CH/Zurich/Zürich", "192.0.2.128/25": "AT/Salzburg/Salzburg", "2001:db8::/32": "CH/Bern/Bern", "203.0.113.0/24": "MC",
	"8.8.8.0/24": "/California/Nowhere",
}

// TestPlaces: who says where a visitor is, and what a click keeps of it.
func TestPlaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cities.mmdb")
	cities.Write(t, path)
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://own.example/")}, change: withCities(path)})
	for _, test := range []struct{ from, more, want string }{
		{"192.0.2.1", "", "CH/Zurich/Zürich"},
		{"192.0.2.200", "", "AT/Salzburg/Salzburg"},
		{"2001:db8::7", "", "CH/Bern/Bern"},
		{"203.0.113.1", "", "MC//"},
		{"8.8.4.4", "", "US//"}, // not in the file, but in the table of countries
		{"8.8.8.8", "", "US//"}, // in the file, without a country
		{"10.0.0.1", "", "//"},
		{"unknown", "", "//"},
		{"192.0.2.1", "CF-IPCountry: ch", "CH/Zurich/Zürich"},
		{"192.0.2.1", "CF-IPCountry: DE", "DE//"}, // the proxy knows better; Zürich isn't in Germany
		{"192.0.2.1", "CF-IPCountry: XX", "CH/Zurich/Zürich"},
		{"192.0.2.1", "CF-IPCity: zürich", "CH/Zurich/Zürich"},
		{"192.0.2.1", "CF-IPCity: Winterthur", "CH//Winterthur"},
		{"unknown", "CF-IPCity: Basel", "//Basel"},
		{"192.0.2.1", "Sec-GPC: 1", "CH//"},
		{"192.0.2.1", "DNT: 1", "CH//"},
		{"192.0.2.1", "DNT: 1\r\nCF-IPCity: Zürich", "CH//"},
	} {
		r.get("/sale", "X-Forwarded-For: "+test.from, cmp.Or(test.more, "Accept: */*"))
		c := r.click()
		if got := strings.Join([]string{c.Country, c.Region, c.City}, "/"); got != test.want {
			t.Errorf("%s %q: got %s, want %s", test.from, test.more, got, test.want)
		}
	}
}

// TestRoutedByCity: a rule by city meets also those whose city may not be kept.
func TestRoutedByCity(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cities.mmdb")
	cities.Write(t, path)
	rules := []domain.Rule{{ID: "near", When: when(domain.ByCity, "zürich"), To: "https://near.example/"}}
	r := start(t, setup{links: []domain.Link{with("sale", domain.Traits{Rules: rules})}, change: withCities(path)})
	for _, test := range []struct{ from, more, to, city string }{
		{"192.0.2.1", "Accept: */*", "https://near.example/", "Zürich"},
		{"192.0.2.1", "Sec-GPC: 1", "https://near.example/", ""},
		{"192.0.2.1", "DNT: 1", "https://near.example/", ""},
		{"192.0.2.200", "DNT: 1", "https://own.example/", ""},
		{"192.0.2.200", "Accept: */*", "https://own.example/", "Salzburg"},
	} {
		a := r.get("/sale", "X-Forwarded-For: "+test.from, test.more)
		if c := r.click(); a.Header.Get("Location") != test.to || c.City != test.city {
			t.Errorf("%s %s: sent to %s, recorded %q", test.from, test.more, a.Header.Get("Location"), c.City)
		}
	}
}

// TestNewCities: a file put in the place of the one in use is read without a restart.
func TestNewCities(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cities.mmdb")
	cities.Write(t, path)
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://own.example/")}, change: withCities(path)})
	city := func() string {
		r.get("/sale", "X-Forwarded-For: 192.0.2.1")
		return r.click().City
	}
	if got := city(); got != "Zürich" {
		t.Fatalf("at first %q", got)
	}
	redirect.Cities{"192.0.2.0/24": "CH/Geneva/Geneva"}.Write(t, path)
	for end := time.Now().Add(10 * time.Second); city() != "Geneva"; {
		if time.Now().After(end) {
			t.Fatal("the new file isn't read")
		}
	}
}

// TestMissingCityFile: a server that was promised cities doesn't start without.
func TestMissingCityFile(t *testing.T) {
	t.Parallel()
	_, err := redirect.New(redirect.Config{CityFile: "/no/such.mmdb"})
	if err == nil || !strings.Contains(err.Error(), "/no/such.mmdb") {
		t.Errorf("got %v", err)
	}
}
