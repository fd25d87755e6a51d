package redirect_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// TestStaleLookUp is the race the table is built against: a look-up reads a row, an event changes the link, and only then does the
// look-up's answer arrive. Without the comparison with the group's note in fill, visitors are sent to the old destination for good.
func TestStaleLookUp(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://old.example/"))
	m.partial, m.next = true, 10 // the link isn't in memory
	reading, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	m.found = func(domain.SlugKey) { once.Do(func() { close(reading); <-release }) }
	r := start(t, setup{model: m})

	got := make(chan answer, 1)
	go func() {
		a, _ := exchange(r.addr, request("GET", "/sale"))
		got <- a
	}()
	r.await(reading) // the old row is read
	r.tail.happen(t, 10, 1, 2, domain.DestinationChanged{Key: key("sale"), From: "https://old.example/", To: "https://new.example/"})
	m.set(func(m *model) {
		m.rows[key("sale")], m.next = link(1, "sale", "https://new.example/"), 11
	})
	close(release)
	if a := <-got; a.Header.Get("Location") != "https://new.example/" {
		t.Errorf("got %s %s", a.Status, a.Header.Get("Location"))
	}
	if s := r.server.Stats(); s.LookupsStale != 1 {
		t.Errorf("%d look-ups were found stale", s.LookupsStale)
	}
}

// TestStaleAbsence is the same race for a slug that is claimed while it is looked up.
func TestStaleAbsence(t *testing.T) {
	t.Parallel()
	m := newModel()
	m.next = 10
	reading, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	m.found = func(domain.SlugKey) { once.Do(func() { close(reading); <-release }) }
	r := start(t, setup{model: m})

	got := make(chan answer, 1)
	go func() {
		a, _ := exchange(r.addr, request("GET", "/fresh"))
		got <- a
	}()
	r.await(reading)
	r.tail.happen(t, 10, 7, 1, created("fresh", "https://new.example/"))
	close(release)
	if a := <-got; a.Header.Get("Location") != "https://new.example/" {
		t.Errorf("got %s", a.Status)
	}
	r.leads("/fresh", "https://new.example/")
}

// TestBehind: as long as the read model lags behind what the tail has brought, its answers are neither served nor kept.
func TestBehind(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://old.example/"))
	m.partial, m.next = true, 10
	r := start(t, setup{model: m, change: func(c *redirect.Config) { c.Timeout = 50 * time.Millisecond }})
	r.tail.happen(t, 10, 1, 2, domain.DestinationChanged{Key: key("sale"), To: "https://new.example/"})
	r.leads("/sale", "503")
	m.set(func(m *model) { m.rows[key("sale")], m.next = link(1, "sale", "https://new.example/"), 11 })
	r.leads("/sale", "https://new.example/")
}

// TestAhead: what a look-up brings may be newer than the tail, whose late events must not undo it.
func TestAhead(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://two.example/"))
	m.partial = true
	r := start(t, setup{model: m})
	m.set(func(m *model) { m.next = 20 })
	r.leads("/sale", "https://two.example/")
	r.leads("/brief", "404")
	r.tail.happen(t, 13, 5, 1, created("brief", "https://brief.example/")) // and is gone again before 20
	r.leads("/brief", "404")
	r.tail.happen(t, 14, 1, 2, domain.SlugChanged{FromKey: key("brief"), ToKey: key("sale")})
	r.leads("/sale", "https://two.example/")
	r.tail.happen(t, 15, 1, 2, domain.DestinationChanged{Key: key("sale"), To: "https://one.example/"})
	r.leads("/sale", "https://two.example/")
	r.tail.happen(t, 16, 9, 4, domain.LinkDeleted{Key: key("sale")}) // its holder before
	r.leads("/sale", "https://two.example/")
	r.tail.happen(t, 20, 1, 3, domain.DestinationChanged{Key: key("sale"), To: "https://three.example/"})
	r.leads("/sale", "https://three.example/")
}

func created(slug domain.Slug, to domain.Destination) domain.LinkCreated {
	return domain.LinkCreated{Host: "go.example", Slug: slug, Key: key(string(slug)), Destination: to, Counter: 1}
}

// TestTail: every kind of edit reaches the table by its event alone; the database is away.
func TestTail(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	r.model.set(func(m *model) { m.down = true })

	r.tail.happen(t, 0, 2, 1, created("fresh", "https://b.example/"))
	r.leads("/fresh", "https://b.example/")
	r.tail.happen(t, 1, 1, 2, domain.DestinationChanged{Key: key("sale"), To: "https://c.example/"})
	r.leads("/sale", "https://c.example/")
	r.tail.happen(t, 2, 1, 3, domain.SlugChanged{From: "sale", To: "offer", FromKey: key("sale"), ToKey: key("offer")})
	r.leads("/offer", "https://c.example/")
	r.leads("/sale", "404")
	r.tail.happen(t, 3, 1, 4, domain.ExpiryChanged{Key: key("offer"), To: time.Now().Add(-time.Second)})
	r.leads("/offer", "410")
	r.tail.happen(t, 4, 1, 5, domain.ExpiryChanged{Key: key("offer")})
	r.leads("/offer", "https://c.example/")
	r.tail.happen(t, 5, 2, 2, domain.NothingChanged{})
	r.leads("/fresh", "https://b.example/")
	r.tail.happen(t, 6, 2, 3, domain.LinkDeleted{Key: key("fresh")})
	r.leads("/fresh", "404")
	r.tail.happen(t, 7, 3, 1, created("fresh", "https://d.example/")) // its owner takes it again
	r.leads("/fresh", "https://d.example/")
	r.leads("/unknown", "503")

	s := r.server.Stats()
	if s.Events != 8 || s.Positions[partition] != 8 || s.Delayed != 8 || s.DelayMost > 5*time.Second || !s.Tailing {
		t.Errorf("stats of the tail: %+v", s)
	}
}

// TestNewDomain: a domain registered later has its own case policy, also for its subdomains.
func TestNewDomain(t *testing.T) {
	t.Parallel()
	r := start(t, setup{})
	r.tail.domain(t, 0, "s.example", domain.DomainRegistered{Cases: domain.IgnoreCase})
	r.tail.domain(t, 1, "s.example", domain.DomainVerified{})
	r.tail.happen(t, 2, 5, 1, domain.LinkCreated{
		Host: "x.s.example", Slug: "Menu", Key: domain.SlugKey{Host: "x.s.example", Text: "menu"}, Destination: "https://menu.example/",
	})
	for _, host := range []string{"x.s.example", "X.S.Example", "x.s.example:8081", "x.s.example."} {
		if a := r.get("/mENU", "Host: "+host); a.Header.Get("Location") != "https://menu.example/" {
			t.Errorf("host %s: %s", host, a.Status)
		}
	}
	if c := r.click(); c.Host != "x.s.example" || c.Slug != "Menu" || c.Link != 5 {
		t.Errorf("click names %s/%s", c.Host, c.Slug)
	}
	if a := r.get("/menu", "Host: s.example"); a.StatusCode != http.StatusNotFound {
		t.Errorf("another host of the domain: %s", a.Status)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	folded := link(2, "Sale", "https://folded.example/")
	folded.Host, folded.Domain = "fold.example", "fold.example"
	r := start(t, setup{links: []domain.Link{link(1, "Sale", "https://a.example/"), folded}})
	for _, test := range []struct{ host, path, want string }{
		{"go.example", "/Sale", "https://a.example/"},
		{"go.example", "/sale", "404"},
		{"fold.example", "/sAlE", "https://folded.example/"},
		{"nobody.example", "/Sale", "https://a.example/"}, // the default domain
		{"127.0.0.1:8081", "/Sale", "https://a.example/"},
		{"[::1]:8081", "/Sale", "https://a.example/"},
		{"sub.fold.example", "/sale", "404"},
		{strings.Repeat("a.", 200) + "fold.example", "/Sale", "https://a.example/"},
	} {
		a := r.get(test.path, "Host: "+test.host)
		got := a.Header.Get("Location")
		if got == "" {
			got = a.Status[:3]
		}
		if got != test.want {
			t.Errorf("%s%s: got %s, want %s", test.host, test.path, got, test.want)
		}
	}
}

// TestForeignSlugs: what another shortener gave out leads on from here, from memory and from the database.
func TestForeignSlugs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", domain.MaxForeignSlug)
	forwards := link(3, "a_B", "https://b.example/")
	forwards.ForwardPath = true
	for _, partial := range []bool{false, true} {
		m := newModel(link(1, "1", "https://a.example/"), forwards, link(4, domain.Slug(long), "https://c.example/"), link(5, "login", "https://d.example/"))
		m.partial = partial
		r := start(t, setup{model: m})
		r.leads("/1", "https://a.example/")
		r.leads("/1/more", "404")
		r.leads("/a_B/more", "https://b.example/more")
		r.leads("/a_b", "404")
		r.leads("/"+long, "https://c.example/")
		r.leads("/"+long+"x", "404")
		r.leads("/login", "https://d.example/")
		for path, want := range map[string]string{"/1+": "https://a.example/", "/" + long + "+": "https://c.example/"} {
			if a := r.get(path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
				t.Errorf("a look at %s: %s", path, a.Status)
			}
		}
	}
}

// TestUnreadable: an event that nobody can read hides its link under every slug, until a look-up brings what an operator repaired.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	r := start(t, setup{
		links:  []domain.Link{link(1, "sale", "https://a.example/"), link(2, "other", "https://b.example/")},
		change: func(c *redirect.Config) { c.Timeout = 50 * time.Millisecond },
	})
	r.tail.happen(t, 0, 1, 2, domain.Unreadable{Reason: "garbled"})
	r.tail.happen(t, 1, 2, 2, domain.Redacted{})
	r.leads("/sale", "503") // the read model doesn't know yet
	for _, slug := range []string{"sale", "other"} {
		r.model.set(func(m *model) { delete(m.rows, key(slug)); m.next = 2 })
		r.leads("/"+slug, "404")
	}
	r.tail.happen(t, 2, 1, 3, domain.DestinationChanged{Key: key("sale"), To: "https://c.example/"}) // parked behind it
	r.model.set(func(m *model) { m.next = 3 })
	r.leads("/sale", "404")
}

func TestRepaired(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}})
	r.tail.happen(t, 0, 1, 2, domain.Unreadable{Reason: "garbled"})
	r.model.set(func(m *model) { m.rows[key("sale")], m.next = link(1, "sale", "https://b.example/"), 1 })
	r.leads("/sale", "https://b.example/")
	r.tail.happen(t, 1, 1, 3, domain.DestinationChanged{Key: key("sale"), To: "https://c.example/"})
	r.leads("/sale", "https://c.example/")
}

// TestEviction: a table too small for all links serves all of them, from the database where it must, and never stale ones.
func TestEviction(t *testing.T) {
	t.Parallel()
	const links = 500
	r := start(t, setup{change: func(c *redirect.Config) { c.Limit, c.Timeout = 64, 20*time.Second }})
	for i := range links {
		slug := domain.Slug(fmt.Sprintf("slug-%d", i))
		r.tail.happen(t, int64(i), domain.LinkNumber(i+1), 1, created(slug, "https://old.example/"))
		r.model.set(func(m *model) {
			m.rows[key(string(slug))], m.next = link(domain.LinkNumber(i+1), slug, "https://old.example/"), int64(i+1)
		})
	}
	s := r.server.Stats()
	if s.Complete || s.Evicted == 0 || s.Links > 64*3 {
		t.Fatalf("stats: %+v", s)
	}
	for i := range links { // every link is changed, held or not; the model is told only afterwards
		slug := fmt.Sprintf("slug-%d", i)
		r.tail.happen(t, int64(links+i), domain.LinkNumber(i+1), 2, domain.DestinationChanged{Key: key(slug), To: "https://new.example/"})
	}
	release, waiting := make(chan struct{}), make(chan struct{}, links)
	r.model.set(func(m *model) {
		m.found = func(domain.SlugKey) { waiting <- struct{}{}; <-release }
	})
	var asking sync.WaitGroup
	for i := range links {
		asking.Go(func() {
			a, err := exchange(r.addr, request("GET", fmt.Sprintf("/slug-%d", i)))
			if err != nil || a.Header.Get("Location") != "https://new.example/" {
				t.Errorf("slug-%d: %v %v", i, a.Response, err)
			}
		})
	}
	<-waiting // an old row was read
	r.model.set(func(m *model) {
		for k, l := range m.rows {
			l.Destination = "https://new.example/"
			m.rows[k] = l
		}
		m.next = 2 * links
	})
	close(release)
	asking.Wait()
	if s := r.server.Stats(); s.LookupsStale == 0 {
		t.Error("no look-up was stale: the test didn't test")
	}
}

// TestBadDestination: what could break a header never gets into the table, whoever let it into the log.
func TestBadDestination(t *testing.T) {
	t.Parallel()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/\r\nSet-Cookie: a=b")}})
	r.leads("/sale", "404")
}
