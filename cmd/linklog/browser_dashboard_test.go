package main_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// person is somebody in front of a browser.
type person struct {
	*browser

	dashboard string
}

// opens a page of the dashboard.
func (p person) opens(path string) {
	p.Helper()
	p.does(chromedp.Navigate(p.dashboard+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// fills in fields of the form on the page: names and values in turn.
func (p person) fills(fields ...string) {
	p.Helper()
	for i := 0; i < len(fields); i += 2 {
		p.clicks(fmt.Sprintf(`document.querySelector('main [name=%q]')`, fields[i]))
		p.does(chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`), chromedp.KeyEvent(fields[i+1]))
	}
}

// presses what can be pressed and says so.
func (p person) presses(words string) {
	p.Helper()
	p.clicks(fmt.Sprintf(`[...document.querySelectorAll("a, button, summary")].find(e => e.tabIndex >= 0 && e.checkVisibility() &&
		(e.innerText.trim() === %q || e.getAttribute("aria-label") === %q))`, words, words))
}

// clicks with the mouse in the middle of an element, once it is there and nothing covers it.
func (p person) clicks(element string) {
	p.Helper()
	at := until[string](p.browser, fmt.Sprintf(`(e => {
		if (!e) return "";
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? x + " " + y : "";
	})(%s)`, element))
	var x, y float64
	if _, err := fmt.Sscan(at, &x, &y); err != nil {
		p.Fatal(err)
	}
	p.does(chromedp.MouseClickXY(x, y))
}

// sees waits until the page says something.
func (p person) sees(words string) {
	p.Helper()
	until[bool](p.browser, fmt.Sprintf(`(document.querySelector("main")?.innerText || "").includes(%q)`, words))
}

// reaches waits for the page whose heading ends so.
func (p person) reaches(heading string) {
	p.Helper()
	until[bool](p.browser, fmt.Sprintf(`(document.querySelector("h1")?.innerText || "").endsWith(%q)`, heading))
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	p, api := dev(t, embeddedtest.DataDir(t))
	t.Run("first steps", func(t *testing.T) { firstSteps(t, p) }) //nolint:paralleltest // two browsers at a time are one too many
	t.Run("pages", func(t *testing.T) { lookAtPages(t, p, api) }) //nolint:paralleltest // likewise
}

// firstSteps is a newcomer's first quarter of an hour.
func firstSteps(t *testing.T, p *program) {
	me := person{newBrowser(t), p.Dashboard}

	me.opens("sign-up")
	me.fills("email", "ann@example.com", "name", "Ann", "password", "correct horse battery")
	me.presses("Make the account")
	me.sees("No links yet")
	me.picture("empty")

	me.opens("links/new")
	me.fills("url", "https://example.com/landing", "slug", "spring")
	me.sees("is free")
	me.presses("Make the link")
	me.sees("https://example.com/landing")
	page := strings.TrimPrefix(ask(me.browser, chromedp.Location()), p.Dashboard)

	me.opens("live")
	me.sees("Listening")
	follow(t, http.MethodGet, p.Redirect+"/spring", firefox, http.StatusFound, "https://example.com/landing")
	me.sees("/spring")

	me.opens("settings/keys")
	me.fills("name", "Newsletter tool")
	me.presses("Make the key")
	first := caller{t, p.API, me.newKey("")}
	if status, _ := first.do("GET", "/v1/links", "", nil); status != http.StatusOK {
		t.Errorf("the new key: %d", status)
	}
	me.presses("Change Newsletter tool")
	me.does(chromedp.SetValue(chromedp.CSS(`select[name="overlap"]`), "0"))
	me.presses("Rotate")
	second := caller{t, p.API, me.newKey(first.key)}
	first.awaitRefusal()
	if status, _ := second.do("GET", "/v1/links", "", nil); status != http.StatusOK {
		t.Errorf("the key after it was rotated: %d", status)
	}

	me.opens(page + "/edit")
	me.fills("slug", "summer")
	me.presses("Save")
	me.reaches("/summer")
	follow(t, http.MethodGet, p.Redirect+"/summer", firefox, http.StatusFound, "https://example.com/landing")
	me.presses("Undo")
	me.reaches("/spring")
	follow(t, http.MethodGet, p.Redirect+"/spring", firefox, http.StatusFound, "https://example.com/landing")

	until[bool](me.browser, `(i => i.complete && i.naturalWidth >= 64)(document.querySelector(".qr img"))`)
	me.presses("More")
	me.presses("Delete…")
	me.fills("confirm", "spring")
	me.presses("Delete the link")
	me.sees("No links yet")
	follow(t, http.MethodGet, p.Redirect+"/spring", firefox, http.StatusNotFound, "")
}

// awaitRefusal waits until a key that was taken away is refused, which takes a second at most.
func (c caller) awaitRefusal() {
	c.tb.Helper()
	began := time.Now()
	for status := 0; status != http.StatusUnauthorized; {
		sent := time.Now()
		if status, _ = c.do("GET", "/v1/links", "", nil); status == http.StatusOK && sent.Sub(began) > time.Second {
			c.tb.Fatal("a key still works a second after it was taken away")
		}
	}
}

// newKey is the key that the page shows this once; before is what it showed earlier.
func (p person) newKey(before string) string {
	p.Helper()
	return until[string](p.browser, fmt.Sprintf(`(key => key === %q ? "" : key)(document.querySelector(".once input")?.value || "")`, before))
}

// lookAtPages looks at every page as its readers do: on a desk and on a phone, by day and by night.
func lookAtPages(t *testing.T, p *program, api caller) {
	l := api.create(`{"url":"https://example.com/spring?a=b","custom_slug":"gallery","title":"Spring sale","tags":["spring"],
		"utm_source":"mail","rules":[{"id":"phones","url":"https://m.example.com/","conditions":[{"kind":"device","values":["mobile"]}]}]}`)
	for range 3 {
		follow(t, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://example.com/spring?a=b&utm_source=mail")
	}
	follow(t, http.MethodGet, l.ShortURL, googlebot, http.StatusFound, "https://example.com/spring?a=b&utm_source=mail")
	api.awaitClicks(l.ID, 3, 1, 0)

	me := person{newBrowser(t), p.Dashboard}
	for _, path := range []string{"sign-in", "sign-up", "forgotten"} {
		me.looks(path)
	}
	me.opens("sign-in")
	me.fills("email", p.Email, "password", p.Password)
	me.presses("Sign in")
	me.sees("/gallery")
	for _, path := range []string{
		"links", "links/new", "links/" + l.ID, "links/" + l.ID + "/edit", "links/" + l.ID + "/history", "links/" + l.ID + "/delete",
		"analytics", "analytics?link=" + l.ID, "analytics?tag=spring", "analytics/country", "live",
		"settings/profile", "settings/account", "settings/members", "settings/keys", "settings/domains", "settings/webhooks",
		"operator", "operator/rebuild", "operator/dead-letters", "operator/blocks", "dev/mail", "no/such/page",
	} {
		me.looks(path)
	}
}

// looks opens a page, and finds it accessible and no wider than its window.
func (p person) looks(path string) {
	p.Helper()
	name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path)
	for _, at := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desk", 1280, 900, "light"}, {"phone", 390, 844, "dark"}} {
		p.does(chromedp.EmulateViewport(at.width, at.height), scheme(at.scheme))
		p.opens(path)
		p.accessible(path + " on a " + at.name)
		if over := ask(p.browser, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
			p.Errorf("%s is %d pixels too wide for a %s", path, over, at.name)
		}
		p.picture(name + "-" + at.name)
	}
}

// scheme is whether the browser's user likes pages light or dark.
func scheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}
