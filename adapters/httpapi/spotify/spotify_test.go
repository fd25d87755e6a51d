package spotify_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/spotify"
	"github.com/linklog/linklog/domain"
)

var errAway = errors.New("connection refused")

// dialect has an outside of its own.
func dialect(s *httpapi.Server) httpapi.Dialect {
	return spotify.New(s, spotify.Options{Resolve: resolve, Human: human, Maintenance: maintained})
}

// resolve knows where Spotify's short links lead.
func resolve(_ context.Context, address string, arrived func(*url.URL) bool) (*url.URL, error) {
	if strings.HasSuffix(address, "/broken") {
		return nil, errAway
	}
	way := []string{address, "https://spotify.app.link/hop", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC?si=2"}
	if strings.HasSuffix(address, "/elsewhere") {
		way = []string{address, "https://example.com/open.spotify.com"}
	}
	var at *url.URL
	for _, hop := range way {
		u, err := url.Parse(hop)
		if at = u; err != nil || arrived(u) {
			return u, err
		}
	}
	return at, nil
}

func human(_ context.Context, token, _ string) (bool, error) {
	if token == "nobody to ask" {
		return false, errAway
	}
	return token == "a person", nil
}

func maintained(ctx context.Context) (bool, error) {
	if httpapitest.Fault(ctx) == "maintenance unknown" {
		return false, context.DeadlineExceeded
	}
	return httpapitest.Fault(ctx) == "maintenance", nil
}

func TestGolden(t *testing.T) { httpapitest.Golden(t, dialect) }

// do sends a request of somebody's and returns what it is answered.
func do(t *testing.T, h http.Handler, who, method, target, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

// made makes a link and returns its id.
func made(t *testing.T, h http.Handler, who, body string) string {
	t.Helper()
	var link struct {
		ID string `json:"id"`
	}
	code, answer := do(t, h, who, "POST", "/spotify/api/links", body)
	if err := json.Unmarshal([]byte(answer), &link); code != http.StatusCreated || err != nil {
		t.Fatalf("%d %s", code, answer)
	}
	return link.ID
}

// item is a link in a list.
type item struct {
	ID       string `json:"id"`
	ShortURL string `json:"shortUrl"`
}

// listed are ann's links, which have to be so many.
func listed(t *testing.T, h http.Handler, want int) []item {
	t.Helper()
	var list struct {
		Items []item `json:"items"`
	}
	_, answer := do(t, h, "ann", "GET", "/spotify/api/links", "")
	if err := json.Unmarshal([]byte(answer), &list); err != nil || len(list.Items) != want {
		t.Fatal(answer, err)
	}
	return list.Items
}

const track = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"

// What is made with a token belongs to the installation's account, redirects for good like all
// links made here, and can't be touched by anybody with a key.
func TestAnonymousLinks(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t, dialect)
	id := made(t, s, "", `{"from":"`+track+`","turnstileToken":"a person"}`)
	for _, l := range w.State.Links {
		if l.Account != domain.AnonymousAccount || l.RedirectStatus != http.StatusMovedPermanently || l.Host != httpapitest.Host {
			t.Errorf("made %+v", l)
		}
	}
	for method, body := range map[string]string{"PATCH": `{"slug":"mine"}`, "DELETE": ""} {
		if code, answer := do(t, s, "ann", method, "/spotify/api/links/"+id, body); code != http.StatusForbidden {
			t.Errorf("%s answered %d %s", method, code, answer)
		}
	}
	if code, answer := do(t, s, "", "GET", "/spotify/api/links", ""); code != http.StatusUnauthorized {
		t.Errorf("nobody's list: %d %s", code, answer)
	}
}

// What the decision refuses has this API's names, too.
func TestDecisionsAreNamed(t *testing.T) {
	w := httpapitest.New()
	w.State.Domains["own.pocolink.com"] = domain.Domain{Host: "own.pocolink.com", Account: "acc_bob", Verified: true}
	blocked := domain.Block{Kind: domain.BlockHost, Value: "open.spotify.com"}
	w.State.Blocks[blocked] = true
	s := w.Server(t, dialect)
	for body, want := range map[string]string{
		`{"from":"https://spotify.link/a","subdomain":"own"}`: `"data":{"subdomain":{`,
		`{"from":"` + track + `"}`:                            `"data":{"from":{"code":"validation_is_url","message":"from leads to`,
	} {
		if code, answer := do(t, s, "ann", "POST", "/spotify/api/links", body); code != http.StatusBadRequest || !strings.Contains(answer, want) {
			t.Errorf("%s: %d %s", body, code, answer)
		}
	}
}

// A token counts also beside a key that is none.
func TestTokenBesideBadKey(t *testing.T) {
	s := httpapitest.New().Server(t, dialect)
	made(t, s, "nobody", `{"from":"`+track+`","slug":"","subdomain":null,"turnstileToken":"a person"}`)
}

// If one domain can't be written, the links of others are gone all the same, and the answer says so.
func TestSeveralInPart(t *testing.T) {
	w := httpapitest.New()
	w.State.Domains["zoe.example"] = domain.Domain{Host: "zoe.example", Account: "acc_ann", Verified: true, Version: 2}
	s := w.Server(t, dialect)
	made(t, s, "ann", `{"from":"`+track+`"}`)
	if code, answer := do(t, s, "ann", "POST", "/v1/links", `{"url":"https://example.com","domain":"zoe.example"}`); code != http.StatusCreated {
		t.Fatal(code, answer)
	}
	list := listed(t, s, 2)
	w.Fault = "not done on zoe.example"
	code, answer := do(t, s, "ann", "POST", "/spotify/api/links/bulk-delete", `{"ids":["`+list[0].ID+`","`+list[1].ID+`"]}`)
	if code != http.StatusOK || !strings.Contains(answer, `"reason":"Server error during deletion."`) || strings.Contains(answer, `"deleted":[]`) {
		t.Errorf("%d %s", code, answer)
	}
	w.Fault = ""
	if _, answer := do(t, s, "ann", "GET", "/spotify/api/links", ""); !strings.Contains(answer, `"total":1`) || !strings.Contains(answer, "zoe.example") {
		t.Errorf("left: %s", answer)
	}
}

// Where nobody verifies tokens, links are made with a key only.
func TestWithoutTurnstile(t *testing.T) {
	s := httpapitest.New().Server(t, func(s *httpapi.Server) httpapi.Dialect { return spotify.New(s, spotify.Options{Resolve: resolve}) })
	if code, answer := do(t, s, "", "POST", "/spotify/api/links", `{"from":"`+track+`","turnstileToken":"a person"}`); code != http.StatusUnauthorized {
		t.Errorf("%d %s", code, answer)
	}
	made(t, s, "ann", `{"from":"`+track+`"}`)
}

// Links on several domains are deleted by one request, and what is one's own alone.
func TestSeveralOnSeveralDomains(t *testing.T) {
	w := httpapitest.New()
	w.State.Domains["ann.example"] = domain.Domain{Host: "ann.example", Account: "acc_ann", Verified: true, Version: 2}
	s := w.Server(t, dialect)
	bobs := made(t, s, "bob", `{"from":"`+track+`"}`)
	ids := []string{made(t, s, "ann", `{"from":"`+track+`"}`), made(t, s, "ann", `{"from":"`+track+`","subdomain":"a"}`)}
	if code, answer := do(t, s, "ann", "POST", "/v1/links", `{"url":"https://example.com","domain":"ann.example"}`); code != http.StatusCreated {
		t.Fatal(code, answer)
	}
	for _, l := range listed(t, s, 3) {
		if strings.HasPrefix(l.ShortURL, "https://ann.example/") {
			ids = append(ids, l.ID)
			if code, answer := do(t, s, "ann", "PATCH", "/spotify/api/links/"+l.ID, `{"subdomain":"b"}`); code != http.StatusOK || !strings.Contains(answer, "https://b.ann.example/") {
				t.Errorf("moved: %d %s", code, answer)
			}
		}
	}
	body, _ := json.Marshal(map[string][]string{"ids": append(ids, bobs)})
	code, answer := do(t, s, "ann", "POST", "/spotify/api/links/bulk-delete", string(body))
	var r struct {
		Deleted []string `json:"deleted"`
		Failed  []struct {
			ID     string `json:"id"`
			Reason string `json:"reason"`
		} `json:"failed"`
	}
	if err := json.Unmarshal([]byte(answer), &r); code != http.StatusOK || err != nil || len(ids) != 3 || len(r.Deleted) != 3 ||
		len(r.Failed) != 1 || r.Failed[0].ID != bobs || r.Failed[0].Reason != "You don't own this link." {
		t.Errorf("%d %s", code, answer)
	}
	if _, answer := do(t, s, "ann", "GET", "/spotify/api/links", ""); !strings.Contains(answer, `"total":0`) {
		t.Errorf("left: %s", answer)
	}
}
