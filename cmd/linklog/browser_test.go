package main_test

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is the program that finds what people with disabilities would stumble over.
//
//go:embed testdata/axe/axe.min.js
var axe string

// browser is a real one that a person could sit at.
type browser struct {
	testing.TB

	ctx context.Context //nolint:containedctx // chromedp keeps a browser in one

	mu       sync.Mutex
	troubles []string // what its console complained of: scripts that failed, policies that were broken
}

// newBrowser starts a Chromium, which ends with the test. Its pages must not make its console
// complain. Where there is none the test is skipped, unless LINKLOG_BROWSER says that there must be.
func newBrowser(tb testing.TB) *browser {
	tb.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("LINKLOG_BROWSER") == "required" {
		tb.Fatal("there is no chromium")
	}
	if err != nil {
		tb.Skip("there is no chromium: apt-get install chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(tb.TempDir(), "profile")),
		chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	b := &browser{TB: tb}
	b.ctx, _ = chromedp.NewContext(ctx)
	tb.Cleanup(func() {
		_ = chromedp.Cancel(b.ctx)
		stop()
		for _, t := range b.complaints() {
			tb.Errorf("the browser's console: %s", t)
		}
	})
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		tb.Fatal(err)
	}
	return b
}

// hear notes what the console complains of. A status that a page shows is no complaint.
func (b *browser) hear(event any) {
	trouble := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		trouble = fmt.Sprintf("%s %v (%s:%d)", e.ExceptionDetails.Text, e.ExceptionDetails.Exception, e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			trouble = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if trouble != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.troubles = append(b.troubles, trouble)
	}
}

func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.troubles)
}

// patience is how long a page may take to become what a test waits for.
const patience = 30 * time.Second

// ask is what an action in the browser returns; one that can't be done in time fails the test.
func ask[T any](b *browser, a chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.picture("failed")
		b.Fatalf("%v\non %s", err, b.where())
	}
	return v
}

// does acts in the browser, one after the other.
func (b *browser) does(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	for _, a := range actions {
		ask(b, a)
	}
}

// until waits until an expression has a value that is not false, null or empty, and returns it. A
// page that is just being exchanged for another is waited for.
func until[T comparable](b *browser, expression string) (v T) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for none := v; ; {
		found, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
		if err == nil && found != none {
			return found
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			b.picture("failed")
			b.Fatalf("waited in vain for %s (%v)\non %s", expression, err, b.where())
		}
	}
}

// where is the page's address and what it says.
func (b *browser) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	return text
}

// picture keeps what the page looks like in the folder LINKLOG_PICTURES, if it is given.
func (b *browser) picture(name string) {
	b.Helper()
	dir := os.Getenv("LINKLOG_PICTURES")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o755) //nolint:gosec // for everybody to see
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(b.Name(), "/", "-")+"-"+name+".png"), png, 0o644) //nolint:gosec // likewise
	}
	if err != nil {
		b.Logf("no picture of %s: %v", name, err)
	}
}

// accessible looks for what people with disabilities would stumble over, and fails the test if
// it is serious.
func (b *browser) accessible(page string) {
	b.Helper()
	b.does(chromedp.Evaluate[chromedp.Void](axe + "\n;0"))
	found := ask(b, chromedp.Evaluate[[]string](`axe.run().then(r => r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html).join(" ")))`, chromedp.EvalAwaitPromise))
	for _, f := range found {
		b.Errorf("%s: %s", page, f)
	}
}
