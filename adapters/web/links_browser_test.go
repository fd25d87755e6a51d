package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// seat is a real browser in front of a desk.
type seat struct {
	*desk

	ctx  context.Context //nolint:containedctx // the browser lives as long as its test
	base string

	mu       sync.Mutex
	troubles []string // what the browser's console complains of
}

// newSeat opens a browser; without Chromium the test is skipped.
func newSeat(t *testing.T) *seat {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{base: "http://" + l.Addr().String()}
	s.desk = newDesk(t, func(o *Options) { o.URL = s.base })
	s.plain = true
	var one sync.Mutex // what stands behind the desk takes one question at a time
	inner := s.carrying()
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one.Lock()
		defer one.Unlock()
		inner.ServeHTTP(w, r)
	})}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() { _ = server.Close(); served.Wait() })

	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	s.ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() { _ = chromedp.Cancel(s.ctx); cancel(); stop() })
	if err := chromedp.Listen(s.ctx, s.hear); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, text := range s.troubles {
			t.Errorf("the browser's console: %s", text)
		}
	})
	return s
}

func (s *seat) hear(event any) {
	if e, ok := event.(*log.EventEntryAdded); ok && e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.troubles = append(s.troubles, e.Entry.Text)
	}
}

func (s *seat) does(actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		s.t.Fatal(err)
	}
}

// press clicks where an element is by then: pages grow while they are worked on.
func (s *seat) press(selector string) {
	s.t.Helper()
	s.until(fmt.Sprintf("(() => { const e = document.querySelector(%q); e?.click(); return e !== null; })()", selector))
}

// until waits for a script's expression to be true.
func (s *seat) until(expression string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(30 * time.Millisecond)
	defer ticker.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)) // fails while pages change
		if ok && err == nil {
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			s.t.Fatalf("waited in vain for %s (%v)", expression, err)
		}
	}
}

// says waits for a text in the element that has an id.
func (s *seat) says(id, text string) {
	s.t.Helper()
	s.until(fmt.Sprintf("document.getElementById(%q)?.textContent.includes(%q)", id, text))
}

func TestLinkFormInABrowser(t *testing.T) {
	t.Parallel()
	s := newSeat(t)
	s.made("taken")
	s.does(chromedp.Navigate(s.base+"/links/new"), chromedp.SendKeys("#f-slug", "taken"))
	s.says("f-slug-hint", "taken by another link of yours")
	s.does(chromedp.SendKeys("#f-slug", "-not"), chromedp.SendKeys("#f-url", "https://example.com/a"))
	s.says("f-slug-hint", "taken-not is free")
	s.press("#link > details > summary")
	s.does(chromedp.SendKeys("#f-utm_source", "news"))
	s.says("final", "https://example.com/a?utm_source=news")
	// A rule and a condition come without the page being loaded again: what was typed stays.
	s.press("#rules > summary")
	s.press(`#rules [value="rule.add"]`)
	s.until(`document.getElementById("f-rules[0].url") !== null && document.getElementById("f-slug").value === "taken-not"`)
	s.press(`#rules [value="rule.0.condition.add"]`)
	s.until(`document.getElementById("f-rules[0].conditions[0].values") !== null`)
	s.does(chromedp.SendKeys(`[id="f-rules[0].conditions[0].values"]`, "de"), chromedp.SendKeys(`[id="f-rules[0].url"]`, "https://example.de/"))
	s.press(".sticky button")
	s.until(`location.pathname.startsWith("/links/lnk_") && document.querySelector("h1").textContent === "pocolink.com/taken-not"`)
}

func TestLinkListInABrowser(t *testing.T) {
	t.Parallel()
	s := newSeat(t)
	s.fill(12)
	s.does(chromedp.Navigate(s.base+"/links"), chromedp.SendKeys("#f-search", "spring-00"))
	s.until(`document.querySelectorAll("input[name=link]").length === 9 && location.search === "?search=spring-00"`)
	s.until(`getComputedStyle(document.querySelector(".bulk")).display === "none"`)
	s.press("input.all")
	s.until(`document.querySelector(".bulk .many").textContent === "9 selected" && getComputedStyle(document.querySelector(".bulk")).display === "flex"`)
	s.does(chromedp.SendKeys(`.bulk input[name="tag"]`, "chosen"))
	s.press(`.bulk [value="tag"]`)
	s.until(`document.getElementById("notices").textContent.includes("9 links tagged.") && location.search === "?search=spring-00"`)
	s.does(chromedp.Navigate(s.base + "/links"))
	s.press("input.all")
	s.press(`.bulk [value="delete"]`)
	s.until(`document.querySelector("h1")?.textContent.includes("Delete 11 links")`)
}
