package web

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestShots takes pictures of all pages into the folder that LINKLOG_SHOTS names, for people to
// look at: wide and narrow, light and dark. LINKLOG_SHOTS_OF takes some pages alone.
func TestShots(t *testing.T) {
	folder := os.Getenv("LINKLOG_SHOTS")
	if folder == "" {
		t.Skip("LINKLOG_SHOTS names no folder")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), flags...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	for _, p := range pages {
		if !strings.HasPrefix(p.path, os.Getenv("LINKLOG_SHOTS_OF")) {
			continue
		}
		shoot(ctx, t, folder, p)
	}
}

func shoot(ctx context.Context, t *testing.T, folder string, p visited) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	here := func(o *Options) { o.URL = base }
	d := newDesk(t, here)
	if p.guest {
		d = newDoor(t, here)
	}
	d.plain = true
	path := p.open(d)
	server := &http.Server{Handler: d.carrying(), ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()

	for _, look := range []struct {
		name   string
		width  int64
		scheme string
	}{{"wide-light", 1280, "light"}, {"wide-dark", 1280, "dark"}, {"phone-light", 390, "light"}, {"phone-dark", 390, "dark"}} {
		must(t, chromedp.Do(ctx, chromedp.EmulateViewport(look.width, 800)))
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}},
		})
		must(t, err)
		must(t, chromedp.Do(ctx, chromedp.Navigate(base+path)))
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		must(t, err)
		name := strings.ReplaceAll(strings.Trim(p.path, "/"), "/", "-") + "-" + look.name + ".png"
		must(t, os.WriteFile(filepath.Join(folder, name), png, 0o600))
	}
}

// carrying is the dashboard for a browser that has no cookies: it gets the desk's.
func (d *desk) carrying() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if value := d.cookies[sessionCookie]; value != "" {
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: value}) //nolint:gosec // what a browser sends has no attributes
		}
		d.server.ServeHTTP(w, r)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
