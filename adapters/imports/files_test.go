package imports_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/imports"
)

var update = flag.Bool("update", false, "write what was read")

// TestFiles reads every file of testdata as the format that its name begins with.
func TestFiles(t *testing.T) {
	all, err := filepath.Glob("testdata/*_*")
	if err != nil || len(all) < 10 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		if strings.HasSuffix(path, ".want") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			format, _, _ := strings.Cut(filepath.Base(path), "_")
			s, err := imports.Open(imports.Format(format), imports.Options{From: []string{path}})
			if err != nil {
				t.Fatal(err)
			}
			hold(t, path+".want", told(t, s))
		})
	}
}

func hold(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("read\n%s\nwant\n%s", got, want)
	}
}

// told is all that a source tells, a line each.
func told(t *testing.T, s imports.Source) string {
	t.Helper()
	var b bytes.Buffer
	line := func(kind string, v any, err error) error {
		text, e := json.Marshal(v)
		if e != nil {
			return e
		}
		b.WriteString(kind + " " + string(text))
		if err != nil {
			b.WriteString(" ! " + err.Error())
		}
		b.WriteByte('\n')
		return nil
	}
	err := s.Links(t.Context(), func(l imports.Link) error {
		return line("link", struct {
			ID, Host, Slug string
			Members        map[string]any
			Created        time.Time
			Clicks         uint64
			Lost           []string `json:",omitempty"`
		}{l.ID, l.Host, l.Slug, l.Members, l.Created, l.Clicks, l.Lost}, l.Err)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Clicks(t.Context(), func(c imports.Click) error { return line("click "+c.Link, c, c.Err) }); err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(b.String())
}
