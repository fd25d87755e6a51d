package main_test

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// nameServer is a DNS that knows TXT records alone.
type nameServer struct {
	address string
	mu      sync.Mutex
	records map[string]string // by name, with a dot at its end
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nameServer{address: conn.LocalAddr().String(), records: map[string]string{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for buffer := make([]byte, 1500); ; {
			size, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return // closed
			}
			if answer, err := n.answer(buffer[:size]); err == nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	})
	t.Cleanup(func() { _ = conn.Close(); serving.Wait() })
	return n
}

func (n *nameServer) set(name, value string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.records[strings.TrimSuffix(name, ".")+"."] = value
}

func (n *nameServer) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	m.Response, m.Authoritative, m.RCode, m.Additionals = true, true, dnsmessage.RCodeNameError, nil
	for _, q := range m.Questions {
		if value, ok := n.records[q.Name.String()]; ok {
			m.RCode = dnsmessage.RCodeSuccess
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 1}, Body: &dnsmessage.TXTResource{TXT: []string{value}},
			})
		}
	}
	return m.Pack()
}

// answerOf is the status with which a redirector answers for a host.
func answerOf(t *testing.T, redirect, host, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, redirect+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	resp, err := direct.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// answerSoon asks a redirector until it answers with a status.
func answerSoon(t *testing.T, redirect, host, path string, want int) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for begun := time.Now(); ; <-ticker.C {
		got := answerOf(t, redirect, host, path)
		if got == want {
			return
		}
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("%s%s still answers %d, want %d", host, path, got, want)
		}
	}
}

// A domain is proved, used and given up, and then somebody else's.
func TestDomainChangesHands(t *testing.T) {
	const host = "go.example.com"
	names := newNameServer(t)
	p, _ := dev(t, embeddedtest.DataDir(t), "--dns-server="+names.address)
	var ann, bob madeAccount
	operator := cli{t, p.Database}
	operator.must(&ann, "account", "create", "--email=ann@example.com", "--plan=pro")
	operator.must(&bob, "account", "create", "--email=bob@example.com", "--plan=pro")
	hers := newUser(t, "LINKLOG_API="+p.API, "LINKLOG_KEY="+ann.APIKey)
	his := newUser(t, "LINKLOG_API="+p.API, "LINKLOG_KEY="+bob.APIKey)
	prove := func(u *user) {
		t.Helper()
		proof, ok := u.shown("domains", "add", host)["verification"].(map[string]any)
		if !ok {
			t.Fatal("no record to set")
		}
		name, _ := proof["name"].(string)
		value, _ := proof["value"].(string)
		names.set(name, value)
		u.does("domains", "verify", host)
	}

	hers.fails(1, "TXT", "domains", "verify", host)
	prove(hers)
	if list := hers.does("domains", "list"); !strings.Contains(list, host) || !strings.Contains(list, "yours") {
		t.Errorf("listed %s", list)
	}
	api := caller{t, p.API, ann.APIKey}
	l := api.create(`{"url":"https://example.com/","custom_slug":"sale","domain":"` + host + `"}`)
	answerSoon(t, p.Redirect, host, "/sale", http.StatusFound)
	if status, _ := api.do("PATCH", "/v1/domains/"+host, `{"root_url":"https://example.com/home"}`, nil); status != http.StatusOK {
		t.Errorf("settings: %d", status)
	}
	answerSoon(t, p.Redirect, host, "/", http.StatusFound)

	his.fails(1, "belongs to another account", "domains", "add", host)
	hers.fails(5, "delete them first", "domains", "release", host)
	if status, _ := api.do("DELETE", "/v1/domains/"+host, "", nil); status != http.StatusConflict {
		t.Errorf("released with a link on it: %d", status)
	}
	answerSoon(t, p.Redirect, host, "/sale", http.StatusFound)
	if status, _ := api.do("DELETE", "/v1/links/"+l.ID, "", nil); status != http.StatusNoContent {
		t.Fatalf("delete: %d", status)
	}
	if status, _ := api.do("DELETE", "/v1/domains/"+host, "", nil); status != http.StatusNoContent {
		t.Errorf("release: %d", status)
	}
	for _, path := range []string{"/", "/sale"} {
		answerSoon(t, p.Redirect, host, path, answerOf(t, p.Redirect, "nobody.example", path))
	}
	hers.fails(4, "no domain", "domains", "release", host)

	prove(his)
	its := caller{t, p.API, bob.APIKey}
	if status, _ := its.do("POST", "/v1/links", `{"url":"https://example.com/","custom_slug":"sale","domain":"`+host+`"}`, nil); status != http.StatusConflict {
		t.Errorf("a slug in quarantine: %d", status)
	}
	its.create(`{"url":"https://example.com/bob","custom_slug":"other","domain":"` + host + `"}`)
	answerSoon(t, p.Redirect, host, "/other", http.StatusFound)
	hers.fails(1, "belongs to another account", "domains", "add", host)
}
