package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// site is a set of role processes on one Kafka and one Postgres.
type site struct {
	tb   testing.TB
	args []string
}

// newSite uses real Kafka where the tests are given one.
func newSite(tb testing.TB) site {
	brokers, prefix := embeddedtest.Brokers(tb)
	return site{tb, []string{
		"--kafka-brokers=" + strings.Join(brokers, ","), "--topic-prefix=" + prefix,
		"--database-url=" + embeddedtest.Database(tb), "--public-url=http://go.example.com",
		"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0",
	}}
}

// serve starts one role, or all.
func (s site) serve(role string, args ...string) *program {
	s.tb.Helper()
	return run(s.tb, append(append([]string{"serve", role, "--spool=" + s.tb.TempDir()}, s.args...), args...)...)
}

// account makes an account and returns its key.
func (s site) account(plan string) string {
	s.tb.Helper()
	out, stderr, status := output(s.tb, "account", "create", "--email=me@example.com", "--plan="+plan, "--json", s.args[2])
	var made struct {
		APIKey string `json:"api_key"`
	}
	if err := json.Unmarshal([]byte(out), &made); status != 0 || err != nil {
		s.tb.Fatalf("account create: exit %d, %v\n%s%s", status, err, out, stderr)
	}
	return made.APIKey
}

// TestRolesApart is the main job done by separate processes, two of each that serve people:
// what one API process answered, the other shows at once.
func TestRolesApart(t *testing.T) {
	s := newSite(t)
	s.serve("projector")
	s.serve("decider")
	one, two := s.serve("api"), s.serve("api")
	here, there := s.serve("redirector"), s.serve("redirector")
	key := s.account("pro")
	write, read := caller{t, one.API, key}, caller{t, two.API, key}
	for _, slug := range []string{"first", "second", "third"} {
		l := write.create(`{"url":"https://example.com/` + slug + `","custom_slug":"` + slug + `"}`)
		var seen linkAnswer
		if status, _ := read.do("GET", "/v1/links/"+l.ID, "", &seen); status != http.StatusOK || seen.Link != l {
			t.Errorf("the other API process answered %d %+v, want %+v", status, seen, l)
		}
		for _, p := range []*program{here, there} {
			follow(t, http.MethodGet, p.Redirect+"/"+slug, firefox, http.StatusFound, "https://example.com/"+slug)
		}
		read.awaitClicks(l.ID, 2, 0, 0)
		if status, _ := read.do("DELETE", "/v1/links/"+l.ID, "", nil); status != http.StatusNoContent {
			t.Errorf("DELETE answered %d", status)
		}
		if status, _ := write.do("GET", "/v1/links/"+l.ID, "", nil); status != http.StatusNotFound {
			t.Errorf("a deleted link answered %d", status)
		}
		for _, p := range []*program{here, there} {
			followSoon(t, p.Redirect+"/"+slug, http.StatusNotFound, "")
		}
	}
}

// TestDeciderKilled: deciders are killed while links are made; whoever comes next goes on, and
// asking again under the same idempotency key gives each link once.
func TestDeciderKilled(t *testing.T) {
	s := newSite(t)
	s.serve("projector")
	decider := s.serve("decider")
	c := caller{t, s.serve("api").API, s.account("enterprise")}
	const links = 60
	for i := range links {
		if i%20 == 10 {
			_ = decider.end(syscall.SIGKILL)
			decider = s.serve("decider")
		}
		body := fmt.Sprintf(`{"url":"https://example.com/%d","custom_slug":"number-%d"}`, i, i)
		var answers [2]linkAnswer
		for n := range answers {
			for status := 0; status != http.StatusCreated; {
				status, _ = c.do("POST", "/v1/links", body, &answers[n], "Idempotency-Key", fmt.Sprintf("key-%d", i))
				if status != http.StatusCreated && status != http.StatusServiceUnavailable {
					t.Fatalf("link %d: answered %d %+v", i, status, answers[n])
				}
			}
		}
		if answers[0].Link.ID != answers[1].Link.ID {
			t.Errorf("link %d was made twice: %s and %s", i, answers[0].Link.ID, answers[1].Link.ID)
		}
	}
	var list struct{ Links []link }
	c.do("GET", "/v1/links?limit=100", "", &list)
	if len(list.Links) != links {
		t.Errorf("there are %d links, want %d", len(list.Links), links)
	}
}

// TestAll is the main job on one process with everything but Kafka and Postgres in it.
func TestAll(t *testing.T) {
	s := newSite(t)
	p := s.serve("all")
	c := caller{t, p.API, s.account("free")}
	l := c.create(`{"url":"https://example.com/all"}`)
	follow(t, http.MethodGet, p.Redirect+"/"+l.Slug, firefox, http.StatusFound, "https://example.com/all")
	c.awaitClicks(l.ID, 1, 0, 0)
	if status, _ := visit(t, http.MethodGet, p.Admin+"/readyz", firefox); status != http.StatusOK {
		t.Errorf("/readyz answered %d", status)
	}
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("stopped with %v\n%s", err, p.stderr)
	}
}

// TestOtherPartitions: partition counts are part of where every link lives, so a difference
// stops every role.
func TestOtherPartitions(t *testing.T) {
	s := newSite(t)
	s.serve("projector")
	for _, role := range []string{"api", "decider", "projector", "redirector"} {
		_, stderr, status := output(t, append(append([]string{"serve", role}, s.args...), "--link-partitions=4")...)
		if status != 1 || !strings.Contains(stderr, "links.commands") || !strings.Contains(stderr, "8") || !strings.Contains(stderr, "4") {
			t.Errorf("%s: exit %d, %s", role, status, stderr)
		}
	}
}
