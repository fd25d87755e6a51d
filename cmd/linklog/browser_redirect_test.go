package main_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// arrivals is where visitors arrive. It tells what was asked of it.
type arrivals struct {
	testing.TB

	address string
	asked   chan string // paths with queries
}

// newArrivals serves pages, and scripts that tell that they ran by asking for another.
func newArrivals(tb testing.TB) *arrivals {
	tb.Helper()
	s := &arrivals{TB: tb, asked: make(chan string, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/favicon.ico" {
			s.asked <- r.URL.RequestURI()
		}
		switch r.URL.Path {
		case "/pixel.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = fmt.Fprint(w, s.telling("pixel"))
		case "/seen.js":
			w.Header().Set("Content-Type", "text/javascript")
		default:
			w.Header().Set("Content-Type", "text/html")
			_, _ = fmt.Fprintf(w, "<!doctype html><title>Arrived</title><p>%s", strings.TrimPrefix(r.URL.Path, "/"))
		}
	}))
	tb.Cleanup(server.Close)
	// Not by the number: that is the short domain's.
	s.address = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return s
}

// telling is JavaScript that tells that it ran.
func (s *arrivals) telling(what string) string {
	return fmt.Sprintf(`(function () { var s = document.createElement("script"); s.src = "%s/seen.js?%s"; document.head.append(s) })()`, s.address, what)
}

// await waits until all of that was asked for.
func (s *arrivals) await(wanted ...string) {
	s.Helper()
	missing := map[string]bool{}
	for _, w := range wanted {
		missing[w] = true
	}
	for deadline := time.After(patience); len(missing) > 0; {
		select {
		case path := <-s.asked:
			delete(missing, path)
		case <-deadline:
			s.Fatalf("nobody asked for %v", missing)
		}
	}
}

// TestVisitInABrowser: in a real browser a link's scripts run, nothing of its page breaks the page's
// own policy, and the visitor arrives; and a permanent redirect is asked for, and counted, every time.
func TestVisitInABrowser(t *testing.T) {
	t.Parallel()
	b := newBrowser(t) // whose console must not complain
	s := newArrivals(t)
	_, api := dev(t, embeddedtest.DataDir(t))
	b.does(chromedp.Func(func(ctx context.Context, at *chromedp.Target) error { // browsers without a window are bots
		_, err := cdp.Call(ctx, at, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: firefox})
		return err
	}))
	scripted := api.create(fmt.Sprintf(`{"url":"%s/arrived","scripts":[{"placement":"head","content":%q},{"placement":"body","content":%q},{"placement":"body","content":%q}]}`,
		s.address, s.telling("inline"), s.address+"/pixel.js", `<script>`+s.telling("tag")+`</script>`))
	b.does(chromedp.Navigate(scripted.ShortURL))
	s.await("/pixel.js", "/seen.js?inline", "/seen.js?tag", "/seen.js?pixel", "/arrived")
	b.does(chromedp.WaitVisible("p"))
	if text := ask(b, chromedp.Evaluate[string](`document.title + " " + location.pathname`)); text != "Arrived /arrived" {
		t.Errorf("the visitor is on %q", text)
	}
	api.awaitClicks(scripted.ID, 1, 0, 0)

	permanent := api.create(fmt.Sprintf(`{"url":"%s/permanent","redirect_status":301}`, s.address))
	for visits := 1; visits <= 3; visits++ {
		b.does(chromedp.Navigate(permanent.ShortURL))
		s.await("/permanent")
		api.awaitClicks(permanent.ID, visits, 0, 0)
	}
	if status, _ := api.do("PATCH", "/v1/links/"+permanent.ID, `{"url":"`+s.address+`/elsewhere"}`, nil); status != http.StatusOK {
		t.Fatal(status)
	}
	followSoon(t, permanent.ShortURL, http.StatusMovedPermanently, s.address+"/elsewhere")
	b.does(chromedp.Navigate(permanent.ShortURL))
	s.await("/elsewhere")
}
