package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// fullLink is a link with some of what it may have beyond PocoLink's document.
type fullLink struct {
	link

	Title    string         `json:"title"`
	Tags     []string       `json:"tags"`
	Metadata map[string]any `json:"metadata"`
	Password bool           `json:"password"`
	Rules    []any          `json:"rules"`
}

const fullBody = `{"url":"https://example.com/a","custom_slug":"full","title":"Full","tags":["x","y"],"metadata":{"a":1},"external_id":"e1",
	"password":"open sesame","redirect_status":307,"click_limit":5,
	"rules":[{"url":"https://example.com/de","conditions":[{"kind":"country","values":["DE"]}]}]}`

// TestNative is what the native API has beyond PocoLink's document, through every process.
func TestNative(t *testing.T) {
	t.Parallel()
	p, api := dev(t, embeddedtest.DataDir(t))
	var made struct{ Link fullLink }
	if status, _ := api.do("POST", "/v1/links", fullBody, &made); status != http.StatusCreated {
		t.Fatalf("create answered %d", status)
	}
	id := made.Link.ID
	if l := made.Link; l.Title != "Full" || len(l.Tags) != 2 || l.Metadata["a"] != 1.0 || !l.Password || len(l.Rules) != 1 {
		t.Errorf("created %+v", l)
	}
	for path, want := range map[string]int{
		"?tag=x": 1, "?tag=z": 0, "?search=ful": 1, "?metadata[a]=1": 1, "?metadata[a]=2": 0, "?url=https://example.com/a": 1,
		"?external_id=e1": 1, "?status=archived": 0, "?status=active&sort=title&order=asc": 1, "?domain=elsewhere.example": 0,
	} {
		var page struct{ Links []fullLink }
		if status, _ := api.do("GET", "/v1/links"+path, "", &page); status != http.StatusOK || len(page.Links) != want {
			t.Errorf("%s: %d, %d links, want %d", path, status, len(page.Links), want)
		}
	}
	var later struct{ Link fullLink }
	status, _ := api.do("PUT", "/v1/links/by-external-id/e1", `{"url":"https://example.com/b","title":null,"password":null,"rules":null,"redirect_status":null}`, &later)
	if status != http.StatusOK || later.Link.ID != id || later.Link.Title != "" || later.Link.Password || len(later.Link.Tags) != 2 {
		t.Errorf("upsert: %d %+v", status, later)
	}
	followSoon(t, made.Link.ShortURL, http.StatusFound, "https://example.com/b")
	checkPast(t, api, id)
	if status, _ := api.do("POST", "/v1/links/"+id+"/archive", "", nil); status != http.StatusOK {
		t.Errorf("archive: %d", status)
	}
	followSoon(t, made.Link.ShortURL, http.StatusNotFound, "")
	if status, _ := api.do("POST", "/v1/links/"+id+"/restore", "", nil); status != http.StatusOK {
		t.Errorf("restore: %d", status)
	}
	checkBulk(t, api)
	checkBlocks(t, p, api)
	checkOwnDomain(t, p, p.Redirect+"/")
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("stopped with %v\n%s", err, p.stderr)
	}
}

// checkPast reads a link's history and goes back to its first version, and forth again.
func checkPast(t *testing.T, api caller, id string) {
	t.Helper()
	var told struct {
		History []struct {
			Version uint64
			By      struct{ Account, Key string }
			Changes map[string]any
		}
	}
	if status, _ := api.do("GET", "/v1/links/"+id+"/history", "", &told); status != http.StatusOK || len(told.History) != 3 {
		t.Fatalf("history: %d %+v", status, told)
	}
	for i, change := range told.History {
		if change.Version != uint64(3-i) || change.By.Key == "" || change.By.Account == "" || len(change.Changes) == 0 {
			t.Errorf("change %d: %+v", i, change)
		}
	}
	var was, now struct{ Link fullLink }
	if status, _ := api.do("GET", "/v1/links/"+id+"?version=1", "", &was); status != http.StatusOK || was.Link.Title != "Full" {
		t.Errorf("version 1: %d %+v", status, was)
	}
	status, _ := api.do("POST", "/v1/links/"+id+"/revert", `{"version":1}`, &now)
	if status != http.StatusOK || now.Link.Title != "Full" || !now.Link.Password || len(now.Link.Rules) != 1 {
		t.Errorf("revert: %d %+v", status, now)
	}
	if status, _ := api.do("POST", "/v1/links/"+id+"/revert", `{"version":3}`, nil); status != http.StatusOK {
		t.Errorf("revert again: %d", status)
	}
}

// checkBulk makes links in bulk, twice under one key.
func checkBulk(t *testing.T, api caller) {
	t.Helper()
	body := `{"operations":[` + strings.Repeat(`{"op":"create","url":"https://example.com/b"},`, 199) +
		`{"op":"create","url":"https://example.com/b","custom_slug":"full"}]}`
	var first, second struct {
		Succeeded, Failed int
		Results           []struct{ Link fullLink }
	}
	for _, answer := range []any{&first, &second} {
		if status, _ := api.do("POST", "/v1/links/bulk", body, answer, "Idempotency-Key", "bulk"); status != http.StatusOK {
			t.Fatalf("bulk: %d", status)
		}
	}
	if first.Succeeded != 199 || first.Failed != 1 || second.Succeeded != 199 || first.Results[0].Link.ID != second.Results[0].Link.ID {
		t.Errorf("bulk: %d and %d, again %d", first.Succeeded, first.Failed, second.Succeeded)
	}
	slugs := map[string]bool{}
	for _, r := range first.Results[:199] {
		slugs[r.Link.Slug] = true
	}
	if len(slugs) != 199 {
		t.Errorf("%d slugs", len(slugs))
	}
	var n struct{ Count int }
	if status, _ := api.do("GET", "/v1/links/count", "", &n); status != http.StatusOK || n.Count != 200 {
		t.Errorf("count: %d %d", status, n.Count)
	}
}

// checkOwnDomain has the installation's own domain lead somewhere and not any more.
func checkOwnDomain(t *testing.T, p *program, slugless string) {
	t.Helper()
	own := func(args ...string) (d struct {
		Root string `json:"root_url"`
	}) {
		out, stderr, status := output(t, append(append([]string{"domain"}, args...), "--database-url="+p.Database)...)
		if err := json.Unmarshal([]byte(out), &d); status != 0 || err != nil {
			t.Fatalf("domain %v: exit %d, %s %v", args, status, stderr, err)
		}
		return d
	}
	kafka := "--kafka-brokers=" + p.Kafka
	if d := own("set", "--root-url=https://example.com/home", kafka); d.Root != "https://example.com/home" {
		t.Errorf("set to %q", d.Root)
	}
	followSoon(t, slugless, http.StatusFound, "https://example.com/home")
	if own("set", "--redirect-status=307", kafka).Root == "" || own("show").Root == "" {
		t.Error("what wasn't named is gone")
	}
	if d := own("set", "--root-url=", "--redirect-status=0", kafka); d.Root != "" {
		t.Errorf("left at %q", d.Root)
	}
}

// checkBlocks puts a site and a link out of use and takes the site back.
func checkBlocks(t *testing.T, p *program, api caller) {
	t.Helper()
	block := func(args ...string) string {
		out, stderr, status := output(t, append(append([]string{"block"}, args...), "--database-url="+p.Database)...)
		if status != 0 {
			t.Fatalf("block %v: exit %d, %s", args, status, stderr)
		}
		return out
	}
	kafka := "--kafka-brokers=" + p.Kafka
	block("add", "host", "Phishing.example", "--reason=report", kafka)
	body := `{"url":"https://a.phishing.example/x","custom_slug":"phish"}`
	if status, _ := api.do("POST", "/v1/links", body, nil); status != http.StatusBadRequest {
		t.Errorf("a link to a blocked site: %d", status)
	}
	block("remove", "host", "phishing.example", kafka)
	l := api.create(body)
	follow(t, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://a.phishing.example/x")
	block("add", "link", l.ID, kafka)
	followSoon(t, l.ShortURL, http.StatusGone, "")
	var listed []struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal([]byte(block("list", "--json")), &listed); err != nil || len(listed) != 1 || listed[0].Value != l.ID {
		t.Errorf("the list: %+v, %v", listed, err)
	}
}
