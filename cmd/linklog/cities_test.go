package main_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// cityFile is a small file in MaxMind's format: Munich is 8.8.4.0/24, whatever the table of countries says.
func cityFile(tb testing.TB) string {
	tb.Helper()
	named := func(name string) mmdbtype.Map {
		return mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(name), "de": mmdbtype.String("auf Deutsch")}}
	}
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-City"})
	if err != nil {
		tb.Fatal(err)
	}
	_, network, err := net.ParseCIDR("8.8.4.0/24")
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.Insert(network, mmdbtype.Map{
		"country": mmdbtype.Map{"iso_code": mmdbtype.String("DE")}, "subdivisions": mmdbtype.Slice{named("Bavaria")}, "city": named("Munich"),
	}); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "cities.mmdb")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.WriteTo(f); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// visitFrom follows a link as a proxy passes a visitor on.
func visitFrom(tb testing.TB, url, address string, header ...string) (location string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("User-Agent", firefox)
	r.Header.Set("X-Forwarded-For", address)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := direct.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.Header.Get("Location")
}

// TestCities: with a city file, clicks are counted by city and links lead by city, and who asks not to be followed is sent there
// without being counted there.
func TestCities(t *testing.T) {
	t.Parallel()
	_, api := dev(t, embeddedtest.DataDir(t), "--city-file", cityFile(t), "--trusted-proxies=127.0.0.0/8")
	l := api.create(`{"url":"https://example.com/","custom_slug":"sale","rules":[{"id":"munich","conditions":[{"kind":"city","values":["Munich"]}],"url":"https://example.com/munich"}]}`)
	for _, v := range []struct {
		from   string
		header []string
		leads  string
	}{
		{"8.8.4.4", nil, "https://example.com/munich"},
		{"8.8.4.4", []string{"Sec-GPC", "1"}, "https://example.com/munich"},
		{"8.8.8.8", nil, "https://example.com/"},
	} {
		if got := visitFrom(t, l.ShortURL, v.from, v.header...); got != v.leads {
			t.Errorf("%s %v was sent to %s, want %s", v.from, v.header, got, v.leads)
		}
	}
	api.awaitClicks(l.ID, 3, 0, 0)
	for dimension, want := range map[string]string{
		"country": "[{DE 2} {US 1}] 0", "region": "[{DE/Bavaria 1}] 2", "city": "[{DE/Bavaria/Munich 1}] 2",
	} {
		var a struct {
			Rows []struct {
				Value  string
				Clicks int
			}
			Without int
		}
		api.do("GET", "/v1/links/"+l.ID+"/analytics/"+dimension, "", &a)
		if got := fmt.Sprint(a.Rows, a.Without); got != want {
			t.Errorf("by %s: %s, want %s", dimension, got, want)
		}
	}
	_, stderr, status := output(t, "dev", "--data", embeddedtest.DataDir(t), "--city-file=/no/such.mmdb",
		"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0")
	if status != 1 || !strings.Contains(stderr, "/no/such.mmdb") {
		t.Errorf("without the file: exit %d, %s", status, stderr)
	}
}
