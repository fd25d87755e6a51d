package imports_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/linklog/linklog/adapters/imports"
)

// foreign is somebody's API. It notes what it was asked.
type foreign struct {
	*httptest.Server

	mu    sync.Mutex
	asked []string
}

func newForeign(tb testing.TB, answer func(w http.ResponseWriter, r *http.Request)) *foreign {
	tb.Helper()
	f := &foreign{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		f.mu.Lock()
		f.asked = append(f.asked, r.URL.Path+"?"+r.Form.Encode())
		f.mu.Unlock()
		answer(w, r)
	}))
	tb.Cleanup(f.Close)
	return f
}

func (f *foreign) open(tb testing.TB, format imports.Format) imports.Source {
	tb.Helper()
	s, err := imports.Open(format, imports.Options{From: []string{f.URL}, Key: "k3y", HTTP: f.Client()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(f.Client().CloseIdleConnections)
	return s
}

// TestAPIs asks each product's API: page by page, with its own way of showing the key.
func TestAPIs(t *testing.T) {
	for format, c := range map[imports.Format]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   []string
	}{
		imports.YOURLS: {yourlsServer, []string{
			`link {"ID":"k0",`, `link {"ID":"k501",`,
		}},
		imports.Kutt: {kuttServer, []string{`link {"ID":"id-0",`, `link {"ID":"id-59",`}},
		imports.Bitly: {bitlyServer, []string{
			`link {"ID":"bit.ly/a",`, `link {"ID":"bit.ly/b",`,
			"click bit.ly/a {\"time\":\"2022-06-01T00:00:00Z\",\"count\":3}\nclick bit.ly/a {\"time\":\"2022-06-02T00:00:00Z\",\"count\":1}\n",
		}},
		imports.Dub: {dubServer, []string{
			`link {"ID":"link_0",`, `link {"ID":"link_100",`, "click link_100 {\"time\":\"2024-01-01T00:00:00Z\",\"count\":2}\nclick link_100 {\"time\":\"2024-02-01T00:00:00Z\",\"count\":7}\n",
		}},
		imports.Shlink: {shlinkServer, []string{
			`link {"ID":"s.test/one",`, `link {"ID":"o.test/two/three",`,
			"click o.test/two/three {\"time\":\"2024-01-01T00:00:00Z\"}\nclick o.test/two/three {\"time\":\"2024-01-02T00:00:00Z\"}\nclick o.test/two/three {\"time\":\"2024-01-03T00:00:00Z\"",
		}},
	} {
		t.Run(string(format), func(t *testing.T) {
			f := newForeign(t, c.answer)
			got := told(t, f.open(t, format))
			for _, want := range c.want {
				if strings.Count(got, want) != 1 {
					t.Errorf("there is not one %s in\n%s", want, got)
				}
			}
		})
	}
}

func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.Form.Get(name))
	return n
}

// some writes what one writes for each number below n on the page.
func some(from, to, n int, one func(i int) string) string {
	var all []string
	for i := from; i < min(to, n); i++ {
		all = append(all, one(i))
	}
	return strings.Join(all, ",")
}

func yourlsServer(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.Form.Get("signature") != "k3y" || r.Form.Get("action") != "stats" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	start := number(r, "start")
	_, _ = fmt.Fprintf(w, `{"links":{%s},"statusCode":200}`, some(start, start+number(r, "limit"), 502, func(i int) string {
		return fmt.Sprintf(`"link_%d":{"shorturl":"http://sho.rt/k%d","url":"https://example.com/","timestamp":"2021-01-01 00:00:00","clicks":"%[2]d"}`, i-start+1, i)
	}))
}

func kuttServer(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Api-Key") != "k3y" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	skip := number(r, "skip")
	_, _ = fmt.Fprintf(w, `{"total":60,"data":[%s]}`, some(skip, skip+number(r, "limit"), 60, func(i int) string {
		return fmt.Sprintf(`{"id":"id-%d","address":"a%[1]d","link":"https://k.test/a%[1]d","target":"https://example.com/","visit_count":1}`, i)
	}))
}

func bitlyServer(w http.ResponseWriter, r *http.Request) {
	link := func(id string) string {
		return fmt.Sprintf(`{"id":"bit.ly/%s","link":"https://bit.ly/%[1]s","long_url":"https://example.com/"}`, id)
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer k3y":
		w.WriteHeader(http.StatusForbidden)
	case r.URL.Path == "/v4/groups":
		_, _ = fmt.Fprint(w, `{"groups":[{"guid":"B1"}]}`)
	case r.Form.Get("search_after") == "x":
		_, _ = fmt.Fprintf(w, `{"links":[%s],"pagination":{}}`, link("b"))
	case strings.HasSuffix(r.URL.Path, "/bitlinks"):
		_, _ = fmt.Fprintf(w, `{"links":[%s],"pagination":{"next":"…","search_after":"x"}}`, link("a"))
	case r.URL.Path == "/v4/bitlinks/bit.ly/a/clicks":
		_, _ = fmt.Fprint(w, `{"link_clicks":[{"date":"2022-06-03T00:00:00+0000","clicks":0},{"date":"2022-06-02T00:00:00+0000","clicks":1},{"date":"2022-06-01T00:00:00+0000","clicks":3}]}`)
	default:
		_, _ = fmt.Fprint(w, `{"link_clicks":[]}`)
	}
}

func dubServer(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer k3y" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.URL.Path == "/analytics" {
		_, _ = fmt.Fprint(w, `[{"start":"2024-02-01T00:00:00.000Z","clicks":7},{"start":"2024-01-01T00:00:00.000Z","clicks":2}]`)
		return
	}
	from := (number(r, "page") - 1) * 100
	_, _ = fmt.Fprintf(w, "[%s]", some(from, from+100, 101, func(i int) string {
		return fmt.Sprintf(`{"id":"link_%d","domain":"dub.sh","key":"k%[1]d","url":"https://example.com/","clicks":%d}`, i, i/100*9)
	}))
}

func shlinkServer(w http.ResponseWriter, r *http.Request) {
	page := number(r, "page")
	visit := func(day int) string {
		return fmt.Sprintf(`{"date":"2024-01-0%dT00:00:00+00:00","referer":""}`, day)
	}
	switch {
	case r.Header.Get("X-Api-Key") != "k3y":
		w.WriteHeader(http.StatusUnauthorized)
	case r.URL.EscapedPath() == "/rest/v3/short-urls/two%2Fthree/visits" && r.Form.Get("domain") == "o.test":
		_, _ = fmt.Fprintf(w, `{"visits":{"data":[%s],"pagination":{"pagesCount":2}}}`, []string{visit(3) + "," + visit(2), visit(1)}[page-1])
	case r.URL.Path == "/rest/v3/short-urls" && page == 1:
		_, _ = fmt.Fprint(w, `{"shortUrls":{"data":[{"shortCode":"one","shortUrl":"https://s.test/one","longUrl":"https://example.com/"}],"pagination":{"pagesCount":2}}}`)
	case r.URL.Path == "/rest/v3/short-urls":
		_, _ = fmt.Fprint(w, `{"shortUrls":{"data":[{"shortCode":"two/three","domain":"o.test","shortUrl":"https://o.test/two/three","longUrl":"https://example.com/","visitsSummary":{"total":3}}],"pagination":{"pagesCount":2}}}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestAPIFaults: what passes is asked again, what doesn't is told, and keys stay where they belong.
func TestAPIFaults(t *testing.T) {
	ask := func(answer func(w http.ResponseWriter, r *http.Request)) (*foreign, error) {
		f := newForeign(t, answer)
		return f, f.open(t, imports.Kutt).Links(t.Context(), func(imports.Link) error { return nil })
	}
	first := true
	f, err := ask(func(w http.ResponseWriter, _ *http.Request) {
		if first {
			first = false
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = fmt.Fprint(w, `{"total":0,"data":[]}`)
	})
	if err != nil || len(f.asked) != 2 {
		t.Errorf("asked %d times, %v", len(f.asked), err)
	}
	f, err = ask(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprint(w, "no\x1b[2Jsuch key")
	})
	if err == nil || len(f.asked) != 1 || !strings.Contains(err.Error(), "401 Unauthorized: no[2Jsuch key") {
		t.Errorf("asked %d times, %v", len(f.asked), err)
	}
	_, err = ask(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	if err == nil {
		t.Error("an hour was waited for")
	}
	elsewhere := newForeign(t, func(http.ResponseWriter, *http.Request) {})
	_, err = ask(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) })
	if err == nil || len(elsewhere.asked) != 0 {
		t.Errorf("a redirect was followed with the key: %v", err)
	}
	_, err = ask(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>") })
	if err == nil || !strings.Contains(err.Error(), "read answer") {
		t.Errorf("a page was taken for an answer: %v", err)
	}
}

// TestStops: a reading ends with its context, and with the error of who reads.
func TestStops(t *testing.T) {
	s, err := imports.Open(imports.CSV, imports.Options{From: []string{"testdata/csv_links.csv"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err = s.Links(ctx, func(imports.Link) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("read %d after the end: %v", n, err)
	}
	enough := errors.New("enough")
	if err := s.Links(t.Context(), func(imports.Link) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
}
