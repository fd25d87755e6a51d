package embedded

import (
	"archive/zip"
	_ "embed"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// release is an archive like a published one, except that its programs are shell scripts of one line.
//
//go:embed testdata/postgres.txz
var release []byte

func TestFetch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".jar") {
			http.NotFound(w, r)
			return
		}
		jar := zip.NewWriter(w)
		if entry, err := jar.Create("postgres.txz"); err == nil {
			_, _ = entry.Write(release)
		}
		_ = jar.Close()
	}))
	defer server.Close()
	home := filepath.Join(t.TempDir(), "postgres-18")
	config := embeddedpostgres.DefaultConfig().BinaryRepositoryURL(server.URL)
	for range 2 { // the second time, as if another process had been faster
		if err := fetch(t.Context(), config, embeddedpostgres.V18, home); err != nil {
			t.Fatal(err)
		}
	}
	b, err := probe(t.Context(), filepath.Join(home, "bin"), account{})
	if err != nil || b.major != 18 {
		t.Errorf("fetched version %d, %v; want 18", b.major, err)
	}
	checkOnlyEntry(t, filepath.Dir(home), "postgres-18")
}

func TestFetchFromNowhere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	home := filepath.Join(t.TempDir(), "postgres-18")
	if err := fetch(t.Context(), embeddedpostgres.DefaultConfig().BinaryRepositoryURL(server.URL), embeddedpostgres.V18, home); err == nil {
		t.Fatal("fetched what isn't there")
	}
	checkOnlyEntry(t, filepath.Dir(home))
}

// checkOnlyEntry sees that nothing else is left in a directory.
func checkOnlyEntry(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if len(want) == 0 || e.Name() != want[0] {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}
