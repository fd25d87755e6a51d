package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// sent is what an endpoint was sent.
type sent struct {
	header http.Header
	body   []byte
	notice struct {
		Type string `json:"type"`
		Data struct {
			Link struct {
				ID       string `json:"id"`
				Slug     string `json:"slug"`
				LongURL  string `json:"long_url"`
				ShortURL string `json:"short_url"`
				Version  int    `json:"version"`
			} `json:"link"`
			Clicks []struct {
				ID     string `json:"id"`
				LinkID string `json:"link_id"`
			} `json:"clicks"`
		} `json:"data"`
	}
}

// endpoint is a receiver of webhooks that can be told to fail.
type endpoint struct {
	*httptest.Server

	tb       testing.TB
	mu       sync.Mutex
	status   int
	received chan sent
}

func newEndpoint(tb testing.TB) *endpoint {
	tb.Helper()
	e := &endpoint{tb: tb, status: http.StatusOK, received: make(chan sent, 1000)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := sent{header: r.Header}
		s.body, _ = io.ReadAll(r.Body)
		if err := json.Unmarshal(s.body, &s.notice); err != nil {
			tb.Errorf("was sent %s: %v", s.body, err)
		}
		e.mu.Lock()
		status := e.status
		e.mu.Unlock()
		w.WriteHeader(status)
		fmt.Fprint(w, "thanks")
		e.received <- s
	}))
	tb.Cleanup(e.Close)
	return e
}

func (e *endpoint) answer(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

// next is the next notice of a type; others are passed over.
func (e *endpoint) next(kind string) sent {
	e.tb.Helper()
	deadline := time.After(time.Minute)
	for {
		select {
		case s := <-e.received:
			if s.notice.Type == kind {
				return s
			}
		case <-deadline:
			e.tb.Fatalf("was sent no %s within a minute", kind)
		}
	}
}

func (s sent) verify(tb testing.TB, secret string) {
	tb.Helper()
	verifier, err := standard.NewWebhook(secret)
	if err == nil {
		err = verifier.Verify(s.body, s.header)
	}
	if err != nil {
		tb.Errorf("signature of %v: %v", s.header, err)
	}
}

type webhookAnswer struct {
	Webhook struct {
		ID, Secret string
		Enabled    bool
		Reason     string `json:"disabled_reason"`
	}
}

func (c caller) hook(to string) webhookAnswer {
	c.tb.Helper()
	var made webhookAnswer
	if status, _ := c.do("POST", "/v1/webhooks", `{"url":"`+to+`/hook"}`, &made); status != http.StatusCreated {
		c.tb.Fatalf("make webhook: %d", status)
	}
	return made
}

type deliveriesAnswer struct {
	Deliveries []struct {
		ID, State, Event string
		Message          string `json:"message_id"`
		Last             struct {
			Status int
			Answer string
			Error  string
		} `json:"last_attempt"`
	}
}

// awaitDeliveries asks until a webhook's deliveries are as wanted.
func (c caller) awaitDeliveries(hook string, enough func(deliveriesAnswer) bool) deliveriesAnswer {
	c.tb.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(time.Minute); ; {
		var all deliveriesAnswer
		if status, _ := c.do("GET", "/v1/webhooks/"+hook+"/deliveries", "", &all); status != http.StatusOK {
			c.tb.Fatalf("list deliveries: %d", status)
		}
		if enough(all) {
			return all
		}
		select {
		case <-ticker.C:
		case <-deadline:
			c.tb.Fatalf("deliveries are %+v", all)
		}
	}
}

// allowed lets the program's own client ask this machine.
const allowed = "--fetch-allow=127.0.0.0/8"

// TestWebhooks is the life of a webhook through every process, one of them killed.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	dir := embeddedtest.DataDir(t)
	p, api := dev(t, dir, allowed)
	e := newEndpoint(t)
	made := api.hook(e.URL)
	hook, secret := made.Webhook.ID, made.Webhook.Secret

	l := api.create(`{"url":"https://example.com/a","custom_slug":"hooked"}`)
	created := e.next("link.created")
	created.verify(t, secret)
	if got := created.notice.Data.Link; got.ID != l.ID || got.Slug != "hooked" || got.LongURL != "https://example.com/a" || got.ShortURL != l.ShortURL {
		t.Errorf("was told of %+v, want %+v", got, l)
	}
	if status, _ := api.do("PATCH", "/v1/links/"+l.ID, `{"url":"https://example.com/b","title":"B"}`, nil); status != http.StatusOK {
		t.Fatal(status)
	}
	if got := e.next("link.updated").notice.Data.Link; got.LongURL != "https://example.com/b" || got.Version != 3 {
		t.Errorf("was told of %+v", got)
	}
	checkClicks(t, p, e, l.ID, secret)
	checkRotation(t, api, e, hook, secret)

	// What was noted before a process is killed is sent by the next one, under the same name.
	e.answer(http.StatusServiceUnavailable)
	l2 := api.create(`{"url":"https://example.com/c"}`)
	lost := e.next("link.created")
	_ = p.end(syscall.SIGKILL)
	e.answer(http.StatusOK)
	_, api = dev(t, dir, allowed)
	again := e.next("link.created")
	if again.notice.Data.Link.ID != l2.ID || again.header.Get("Webhook-Id") != lost.header.Get("Webhook-Id") || string(again.body) != string(lost.body) {
		t.Errorf("was told of %s, then of %s", lost.body, again.body)
	}
	if status, _ := api.do("DELETE", "/v1/links/"+l.ID, "", nil); status != http.StatusNoContent {
		t.Fatal(status)
	}
	if got := e.next("link.deleted").notice.Data.Link; got.ID != l.ID || got.Slug != "hooked" || got.LongURL != "" {
		t.Errorf("was told of %+v", got)
	}
	checkRedelivery(t, api, e, hook)

	e.answer(http.StatusGone)
	api.create(`{"url":"https://example.com/d"}`)
	api.awaitDeliveries(hook, func(d deliveriesAnswer) bool { return d.Deliveries[0].State == "dead" })
	var gone webhookAnswer
	if _, _ = api.do("GET", "/v1/webhooks/"+hook, "", &gone); gone.Webhook.Enabled || !strings.Contains(gone.Webhook.Reason, "410") {
		t.Errorf("%+v", gone)
	}
}

// checkClicks: a hundred clicks take fewer requests, and each is told once.
func checkClicks(t *testing.T, p *program, e *endpoint, id, secret string) {
	t.Helper()
	const visits = 120
	for range visits {
		if status, _ := visit(t, "GET", p.Redirect+"/hooked", firefox); status != http.StatusFound {
			t.Fatalf("a visit was answered with %d", status)
		}
	}
	seen, requests := map[string]int{}, 0
	for len(seen) < visits {
		s := e.next("click")
		s.verify(t, secret)
		if requests++; len(s.notice.Data.Clicks) > 100 {
			t.Errorf("%d clicks at once", len(s.notice.Data.Clicks))
		}
		for _, c := range s.notice.Data.Clicks {
			if seen[c.ID]++; seen[c.ID] > 1 || c.LinkID != id {
				t.Errorf("click %+v was told %d times", c, seen[c.ID])
			}
		}
	}
	if requests > visits/4 {
		t.Errorf("%d clicks took %d requests", visits, requests)
	}
	t.Logf("%d clicks came in %d requests", visits, requests)
}

// checkRotation: for a while both secrets sign.
func checkRotation(t *testing.T, api caller, e *endpoint, hook, old string) {
	t.Helper()
	var rotated webhookAnswer
	if status, _ := api.do("POST", "/v1/webhooks/"+hook+"/rotate", "", &rotated); status != http.StatusOK || rotated.Webhook.Secret == old {
		t.Fatalf("rotated: %d %+v", status, rotated)
	}
	if status, _ := api.do("POST", "/v1/webhooks/"+hook+"/test", "", nil); status != http.StatusAccepted {
		t.Fatal(status)
	}
	s := e.next("test")
	s.verify(t, old)
	s.verify(t, rotated.Webhook.Secret)
}

// checkRedelivery: what was delivered is sent again on demand.
func checkRedelivery(t *testing.T, api caller, e *endpoint, hook string) {
	t.Helper()
	all := api.awaitDeliveries(hook, func(d deliveriesAnswer) bool {
		for _, one := range d.Deliveries {
			if one.State != "delivered" {
				return false
			}
		}
		return true
	})
	last := all.Deliveries[0]
	if last.Event != "link.deleted" || last.Last.Status != http.StatusOK || last.Last.Answer != "thanks" {
		t.Errorf("%+v", last)
	}
	if status, _ := api.do("POST", "/v1/webhooks/"+hook+"/deliveries/"+last.ID+"/redeliver", "", nil); status != http.StatusAccepted {
		t.Fatal(status)
	}
	if s := e.next("link.deleted"); s.header.Get("Webhook-Id") != last.Message {
		t.Errorf("was sent %v again, want %s", s.header, last.Message)
	}
}

// TestWebhooksStayOutside: an endpoint in a private network is not asked, and its owner is told no
// more than that.
func TestWebhooksStayOutside(t *testing.T) {
	t.Parallel()
	_, api := dev(t, embeddedtest.DataDir(t))
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a private address was asked") }))
	defer inside.Close()
	made := api.hook(inside.URL)
	if status, _ := api.do("POST", "/v1/webhooks/"+made.Webhook.ID+"/test", "", nil); status != http.StatusAccepted {
		t.Fatal(status)
	}
	failed := api.awaitDeliveries(made.Webhook.ID, func(d deliveriesAnswer) bool { return len(d.Deliveries) > 0 && d.Deliveries[0].Last.Error != "" })
	if got := failed.Deliveries[0].Last.Error; !strings.Contains(got, "not a public one") || strings.Contains(got, "127.0.0.1") {
		t.Error(got)
	}
}
