package linxly_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/linxly"
	"github.com/linklog/linklog/domain"
)

func TestGolden(t *testing.T) { httpapitest.Golden(t, linxly.New) }

// do sends a request of ann's and returns what it is answered.
func do(t *testing.T, h http.Handler, method, target, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer ann")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Code, strings.TrimSpace(rec.Body.String())
}

// The document's example of a list, byte for byte but for the id, under its own host name.
func TestListOfTheDocument(t *testing.T) {
	w := httpapitest.New()
	w.DialectHosts = map[domain.Host]string{"api.linx.ly": "linxly"}
	w.Now = time.Date(2026, 6, 4, 12, 20, 0, 0, time.UTC)
	s := w.Server(t, linxly.New)
	const links = "https://api.linx.ly/v1/client/short-links"
	if code, body := do(t, s, "POST", links, `{"destination_url":"https://google.com","short_code":"a7b8c9d"}`); code != http.StatusOK {
		t.Fatal(code, body)
	}
	var number domain.LinkNumber
	for n := range w.State.Links {
		number = max(number, n)
	}
	want := fmt.Sprintf(`{"data":[{"id":%d,"utm_id":null,"short_code":"a7b8c9d","status":true,"destination_url":"https://google.com",`+
		`"created_at":"2026-06-04 12:20:00","clicks_count":0,"utm":null}],"links":{"first":"https://api.linx.ly/v1/client/short-links?page=1",`+
		`"last":"https://api.linx.ly/v1/client/short-links?page=1","prev":null,"next":null},"meta":{"current_page":1,"from":1,"last_page":1,`+
		`"links":[{"url":null,"label":"« Previous","active":false},{"url":"https://api.linx.ly/v1/client/short-links?page=1","label":"1","active":true},`+
		`{"url":null,"label":"Next »","active":false}],"path":"https://api.linx.ly/v1/client/short-links","per_page":10,"to":1,"total":1}}`, number)
	if _, got := do(t, s, "GET", links+"?page=1&per_page=10&sort_column=created_at&sort_type=desc", ""); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Whoever follows the addresses of pages sees every link once, in the order asked for.
func TestPagesLeadThroughAllLinks(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t, linxly.New)
	const links, count = "/linxly/v1/client/short-links", 23
	for i := range count {
		w.Now = w.Now.Add(time.Second)
		if code, body := do(t, s, "POST", links, fmt.Sprintf(`{"destination_url":"https://example.com/","short_code":"code%02d"}`, i)); code != http.StatusOK {
			t.Fatal(code, body)
		}
	}
	var codes []string
	for next := "http://example.com" + links + "?sort_type=asc&per_page=4&sort_column=id"; next != ""; {
		var page struct {
			Data []struct {
				Code string `json:"short_code"`
			} `json:"data"`
			Links struct {
				Next *string `json:"next"`
			} `json:"links"`
			Meta struct {
				From  int `json:"from"`
				To    int `json:"to"`
				Total int `json:"total"`
			} `json:"meta"`
		}
		_, body := do(t, s, "GET", next, "")
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		if page.Meta.From != len(codes)+1 || page.Meta.To != len(codes)+len(page.Data) || page.Meta.Total != count {
			t.Errorf("%s is from %d to %d of %d", next, page.Meta.From, page.Meta.To, page.Meta.Total)
		}
		for _, l := range page.Data {
			codes = append(codes, l.Code)
		}
		if next = ""; page.Links.Next != nil {
			next = *page.Links.Next
		}
	}
	for i, code := range codes {
		if code != fmt.Sprintf("code%02d", i) {
			t.Errorf("link %d is %s", i, code)
		}
	}
	if len(codes) != count {
		t.Errorf("%d links", len(codes))
	}
}

// What another API set on a link stays when this one changes something else.
func TestOthersTraitsStay(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t, linxly.New)
	if code, body := do(t, s, "POST", "/v1/links", `{"url":"https://example.com","custom_slug":"native","title":"kept","tags":["a"],"utm_source":"news"}`); code != http.StatusCreated {
		t.Fatal(code, body)
	}
	if code, body := do(t, s, "PUT", "/linxly/v1/client/short-links/native", `{"destination_url":"https://example.org","utm":{"utm_medium":"mail"}}`); code != http.StatusOK {
		t.Fatal(code, body)
	}
	_, body := do(t, s, "GET", "/v1/links/by-slug/native?fields=all", "")
	for _, part := range []string{`"long_url":"https://example.org"`, `"title":"kept"`, `"tags":["a"]`, `"utm_medium":"mail"`} {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
	if strings.Contains(body, "news") {
		t.Errorf("utm is replaced as a whole: %s", body)
	}
}

// A link that is archived is not active, and status true brings it back.
func TestArchivedLinks(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t, linxly.New)
	const link = "/linxly/v1/client/short-links/archived"
	if code, body := do(t, s, "POST", "/v1/links", `{"url":"https://example.com","custom_slug":"archived"}`); code != http.StatusCreated {
		t.Fatal(code, body)
	}
	active := func() bool {
		var l domain.Link
		for _, l = range w.State.Links {
			break
		}
		return !l.Archived && !l.Disabled
	}
	do(t, s, "PUT", link, `{"status":false}`)
	for n := range w.State.Links {
		if code, body := do(t, s, "POST", "/v1/links/"+n.String()+"/archive", ""); code != http.StatusOK {
			t.Fatal(code, body)
		}
	}
	if code, body := do(t, s, "GET", link, ""); code != http.StatusOK || active() {
		t.Errorf("%d %s", code, body)
	}
	if code, body := do(t, s, "PUT", link, `{"status":true}`); code != http.StatusOK || !active() {
		t.Errorf("%d %s", code, body)
	}
}

// All five values are kept, and gone when they are left out.
func TestUTM(t *testing.T) {
	s := httpapitest.New().Server(t, linxly.New)
	const all = `{"utm_source":"a","utm_medium":"b","utm_campaign":"c","utm_term":"d","utm_content":"e"}`
	if _, body := do(t, s, "POST", "/linxly/v1/client/short-links", `{"destination_url":"https://example.com","short_code":"utm","utm":`+all+`}`); !strings.Contains(body, `"utm":`+all) {
		t.Errorf("made %s", body)
	}
	if _, body := do(t, s, "PUT", "/linxly/v1/client/short-links/utm", `{"utm":{}}`); !strings.Contains(body, `"utm":null`) {
		t.Errorf("changed %s", body)
	}
}

// A key of idempotency stands for one request.
func TestIdempotencyKeys(t *testing.T) {
	s := httpapitest.New().Server(t, linxly.New)
	send := func(destination string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/linxly/v1/client/short-links", strings.NewReader(`{"destination_url":"`+destination+`"}`))
		r.Header.Set("Authorization", "Bearer ann")
		r.Header.Set("Idempotency-Key", "once")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		return rec.Code, rec.Body.String()
	}
	_, first := send("https://example.com")
	if code, again := send("https://example.com"); code != http.StatusOK || again != first {
		t.Errorf("again: %d %s", code, again)
	}
	if code, body := send("https://example.org"); code != http.StatusUnprocessableEntity || !strings.Contains(body, `"errors":{"Idempotency-Key":[`) {
		t.Errorf("another: %d %s", code, body)
	}
}

func TestDirectionInEitherCase(t *testing.T) {
	t.Parallel()
	s := httpapitest.New().Server(t, linxly.New)
	for direction, want := range map[string]int{"DESC": http.StatusOK, "Asc": http.StatusOK, "up": http.StatusUnprocessableEntity} {
		if code, body := do(t, s, "GET", "/linxly/v1/client/short-links?sort_type="+direction, ""); code != want {
			t.Errorf("%s: %d %s", direction, code, body)
		}
	}
}
