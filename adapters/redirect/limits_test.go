package redirect_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

func blocked(all ...domain.Block) redirect.Blocked {
	return func(context.Context) ([]domain.Block, error) { return all, nil }
}

// TestGuessLimit: who asks for many slugs that don't exist is told to wait, and still gets every link there is; others aren't affected.
func TestGuessLimit(t *testing.T) {
	t.Parallel()
	now := newClock()
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}, change: func(c *redirect.Config) {
		behindProxy(c)
		c.Now, c.GuessLimit = now.now, 20
	}})
	guess := func(n, from int, want int) {
		t.Helper()
		a := r.get(fmt.Sprintf("/guess-%d", n), fmt.Sprintf("X-Forwarded-For: 192.0.2.%d", from))
		if a.StatusCode != want {
			t.Errorf("guess %d from %d: %s", n, from, a.Status)
		}
		if want == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "1" {
			t.Errorf("told to come back in %q", a.Header.Get("Retry-After"))
		}
	}
	for i := range 20 {
		guess(i%15, 1, 404) // known to be absent or not
	}
	asked := r.model.asked()
	guess(100, 1, 429)
	guess(3, 1, 429)
	if r.model.asked() != asked {
		t.Error("the database was asked all the same")
	}
	guess(100, 2, 404)
	if a := r.get("/sale", "X-Forwarded-For: 192.0.2.1"); a.StatusCode != http.StatusFound {
		t.Errorf("a link that exists: %s", a.Status)
	}
	now.move(time.Second)
	guess(101, 1, 404)
	guess(102, 1, 429)
	if a := r.get("/guess-103", "X-Forwarded-For: unknown"); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody nobody knows: %s", a.Status)
	}
	if s := r.server.Stats(); s.Slowed != 3 {
		t.Errorf("%d were slowed", s.Slowed)
	}
}

// counted is a read model of clicks.
type counted struct {
	n, asked atomic.Uint64
	down     atomic.Bool
}

func (c *counted) clicks(context.Context, domain.LinkNumber) (uint64, error) {
	c.asked.Add(1)
	if c.down.Load() {
		return 0, errDown
	}
	return c.n.Load(), nil
}

// TestClickLimit: people's visits are counted, here and elsewhere, and the last one is the last.
func TestClickLimit(t *testing.T) {
	t.Parallel()
	now, read := newClock(), new(counted)
	read.n.Store(5)
	r := start(t, setup{links: []domain.Link{with("sale", domain.Traits{ClickLimit: 10})}, change: func(c *redirect.Config) {
		behindProxy(c)
		c.Now, c.Clicks = now.now, read.clicks
	}})
	visit := func(want int, raw string) {
		t.Helper()
		if a := r.send(raw); a.StatusCode != want {
			t.Errorf("%q: %s", raw, a.Status)
		}
	}
	person, program := request("GET", "/sale", "User-Agent: "+browser), request("GET", "/sale", "User-Agent: curl/8")
	visit(302, person) // the 6th
	visit(302, program)
	visit(302, request("HEAD", "/sale", "User-Agent: "+browser))
	visit(200, request("GET", "/sale+", "User-Agent: "+browser))
	visit(302, person) // the 7th
	if read.asked.Load() != 1 {
		t.Errorf("asked %d times within a second", read.asked.Load())
	}
	now.move(time.Second)
	read.n.Store(6)    // not yet counted the 7th
	visit(302, person) // the 8th
	now.move(time.Second)
	read.n.Store(9) // another process had one
	visit(302, person)
	visit(410, person)
	visit(410, program)
	now.move(time.Second)
	read.n.Store(8) // set back, or behind
	visit(410, person)
	now.move(time.Second)
	read.down.Store(true)
	visit(410, person)
	r.tail.happen(t, 0, 1, 2, domain.LinkChanged{Key: key("sale"), Set: domain.Fields(0).With(domain.FieldClickLimit), To: domain.Traits{ClickLimit: 11}})
	visit(302, person)
	visit(410, person)
}

// TestClickLimitAtOnce: visitors side by side don't get more than those one after the other, whether the count can be read or not.
func TestClickLimitAtOnce(t *testing.T) {
	t.Parallel()
	read := new(counted)
	read.down.Store(true)
	r := start(t, setup{
		links:  []domain.Link{with("sale", domain.Traits{ClickLimit: 25, ExpiredURL: "https://over.example/"})},
		change: func(c *redirect.Config) { c.Clicks = read.clicks },
	})
	var visiting sync.WaitGroup
	var in, over atomic.Int64
	for range 100 {
		visiting.Go(func() {
			switch a, err := exchange(r.addr, request("GET", "/sale")); {
			case err != nil:
				t.Error(err)
			case a.Header.Get("Location") == "https://own.example/":
				in.Add(1)
			case a.Header.Get("Location") == "https://over.example/":
				over.Add(1)
			}
		})
	}
	visiting.Wait()
	if in.Load() != 25 || over.Load() != 75 {
		t.Errorf("%d got in, %d came too late", in.Load(), over.Load())
	}
}
