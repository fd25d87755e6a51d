package redirect_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// clock is a clock the test moves.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ns.Store(time.Now().UnixNano())
	return c
}

func (c *clock) now() time.Time       { return time.Unix(0, c.ns.Load()) }
func (c *clock) move(d time.Duration) { c.ns.Add(int64(d)) }

// TestScanner: guesses reach the database no faster than the budget allows; all of them are answered.
func TestScanner(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := start(t, setup{
		links:  []domain.Link{link(1, "sale", "https://a.example/")},
		change: func(cfg *redirect.Config) { cfg.Now, cfg.Budget = c.now, 5 },
	})
	guess := func(round, n int) {
		for i := range n {
			r.leads(fmt.Sprintf("/guess-%d-%d", round, i), "404")
		}
	}
	guess(1, 40)
	if n := r.model.asked(); n != 5 {
		t.Errorf("the database was asked %d times in the first second", n)
	}
	c.move(400 * time.Millisecond)
	guess(2, 40)
	if n := r.model.asked(); n != 7 {
		t.Errorf("the database was asked %d times after 0.4 s more", n)
	}
	if s := r.server.Stats(); s.Spared != 73 || s.NotFound != 80 {
		t.Errorf("stats: %+v", s)
	}
	r.leads("/sale", "https://a.example/")
}

// TestScannerAlone: once the database has been silent for a second, the table's no is not final.
func TestScannerAlone(t *testing.T) {
	t.Parallel()
	c := newClock()
	r := start(t, setup{change: func(cfg *redirect.Config) { cfg.Now, cfg.Budget = c.now, 2 }})
	r.leads("/guess-1", "404")
	r.model.set(func(m *model) { m.down = true })
	r.leads("/guess-2", "503")
	r.leads("/guess-3", "404") // no budget, but the database spoke just now
	c.move(1100 * time.Millisecond)
	for i := range 10 {
		r.leads(fmt.Sprintf("/other-%d", i), "503")
	}
	if n := r.model.asked(); n != 4 {
		t.Errorf("the database was asked %d times", n)
	}
}

// TestFreshLink: a link that was made through the API a moment ago is found although the tail hasn't brought it.
func TestFreshLink(t *testing.T) {
	t.Parallel()
	r := start(t, setup{})
	r.model.set(func(m *model) { m.rows[key("fresh")], m.next = link(7, "fresh", "https://a.example/"), 1 })
	r.leads("/fresh", "https://a.example/")
}

// TestAbsentIsRemembered: asking again for what doesn't exist costs nothing, for a minute or until it does exist.
func TestAbsentIsRemembered(t *testing.T) {
	t.Parallel()
	r := start(t, setup{})
	for range 3 {
		r.leads("/missing", "404")
	}
	if n := r.model.asked(); n != 1 {
		t.Errorf("the database was asked %d times", n)
	}
	r.tail.happen(t, 0, 1, 1, created("missing", "https://a.example/"))
	r.leads("/missing", "https://a.example/")
}

// TestAbsentIsBounded: scanners can't fill the memory with what doesn't exist.
func TestAbsentIsBounded(t *testing.T) {
	t.Parallel()
	r := start(t, setup{change: func(c *redirect.Config) { c.Limit, c.Budget = 640, 1_000_000 }})
	for i := range 1000 {
		r.leads(fmt.Sprintf("/guess-%d", i), "404")
	}
	if s := r.server.Stats(); s.Absent == 0 || s.Absent > 64*2 || !s.Complete {
		t.Errorf("stats: %+v", s)
	}
}

// TestGarbage: what can't be a slug never reaches the database.
func TestGarbage(t *testing.T) {
	t.Parallel()
	r := start(t, setup{})
	for _, path := range []string{
		"/" + strings.Repeat("a", 101), "/a~b", "/lnk_1x2y3z", "/wp-login.php", "/.env", "/a.b/c", "/a:b", "/%00%00%00", "/%ff%fe%fd",
		"/" + strings.Repeat("%41", 110), "/sale%0d%0aSet-Cookie:a", "/über", "/" + strings.Repeat("/", 300) + "~", "/😀😀😀",
	} {
		if r.leads(path, "404"); r.model.asked() != 0 {
			t.Fatalf("the database was asked about %q", path)
		}
	}
}

// TestOneFlight: a slug that many ask for at once is looked up once.
func TestOneFlight(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://a.example/"))
	m.partial = true
	reading, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	m.found = func(domain.SlugKey) { once.Do(func() { close(reading) }); <-release }
	r := start(t, setup{model: m})
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() {
			a, err := exchange(r.addr, request("GET", "/sale"))
			if err != nil || a.StatusCode != http.StatusFound {
				t.Errorf("%v %v", a.Response, err)
			}
		})
	}
	r.await(reading)
	close(release)
	asking.Wait()
	if n := m.asked(); n != 1 {
		t.Errorf("the database was asked %d times", n)
	}
}

// TestSlowDatabase: look-ups that hang are given up, and hold up nobody who doesn't need them.
func TestSlowDatabase(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://a.example/"))
	release := make(chan struct{})
	r := start(t, setup{model: m, change: func(c *redirect.Config) { c.Lookups, c.Timeout = 1, 30*time.Millisecond }})
	stuck := make(chan struct{})
	m.set(func(m *model) { m.found = func(domain.SlugKey) { close(stuck); <-release } })
	var asking sync.WaitGroup
	asking.Go(func() { _, _ = exchange(r.addr, request("GET", "/guess-1")) })
	r.await(stuck)
	r.leads("/guess-2", "503") // no turn within its time
	r.leads("/sale", "https://a.example/")
	close(release)
	asking.Wait()
}

// TestDatabaseDown: known links redirect; what can't be known is 503 with Retry-After, never 404.
func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	r.model.set(func(m *model) { m.down = true })
	r.leads("/sale", "https://a.example/")
	a := r.get("/unknown")
	if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "Try again") {
		t.Errorf("got %s %v", a.Status, a.Header)
	}
	if s := r.server.Stats(); s.LookupsFailed != 1 || s.Unavailable != 1 {
		t.Errorf("stats: %+v", s)
	}
	r.model.set(func(m *model) { m.down = false })
	r.leads("/unknown", "404") // the failure wasn't kept
}
