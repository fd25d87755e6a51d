package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

//go:embed assets
var embedded embed.FS

// assets are the files that pages load. Their names change with their content, so browsers keep
// them for good.
type assets struct {
	names  map[string]string // by the name in the folder
	served map[string]asset  // by the name with the digest
}

type asset struct {
	kind          string
	plain, packed []byte
}

var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json",
}

// loadAssets reads and compresses them once for all servers of a process.
var loadAssets = sync.OnceValues(func() (*assets, error) {
	a := &assets{names: map[string]string{}, served: map[string]asset{}}
	files, err := fs.ReadDir(embedded, "assets")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		kind := assetKinds[path.Ext(f.Name())]
		if kind == "" {
			continue // licences
		}
		data, err := fs.ReadFile(embedded, "assets/"+f.Name())
		if err != nil {
			return nil, err
		}
		packed, err := pack(data, gzip.BestCompression)
		if err != nil {
			return nil, fmt.Errorf("compress %s: %w", f.Name(), err)
		}
		sum := sha256.Sum256(data)
		stem, ext, _ := strings.Cut(f.Name(), ".")
		name := stem + "." + hex.EncodeToString(sum[:5]) + "." + ext
		a.names[f.Name()], a.served[name] = name, asset{kind, data, packed}
	}
	return a, nil
})

// packs reports whether a browser takes compressed answers.
func packs(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func pack(data []byte, level int) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// url is where a file of the folder is served. A name that isn't there is a mistake that tests find.
func (a *assets) url(name string) string {
	if hashed, ok := a.names[name]; ok {
		return "/assets/" + hashed
	}
	return "/assets/missing-" + name
}

// getAsset is GET /assets/:name.
func (s *Server) getAsset(c echo.Context) error {
	a, ok := s.assets.served[c.Param("name")]
	if !ok {
		return domain.Errorf(domain.NotFound, "", "there is no such file")
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if packs(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	return c.Blob(http.StatusOK, a.kind, body)
}

// getIcon is GET /favicon.ico, which browsers ask for by themselves.
func (s *Server) getIcon(c echo.Context) error {
	return c.Redirect(http.StatusFound, s.assets.url("icon.svg"))
}
