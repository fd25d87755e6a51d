package httpapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
)

// TestHead: HEAD answers what GET does, without its body, in every API.
func TestHead(t *testing.T) {
	t.Parallel()
	s := dialects(t, httpapitest.New())
	start(t, s)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer := func(method, path string) (status int, h http.Header, body string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr().String()+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer ann")
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header, string(text)
	}
	for _, path := range []string{"/v1/links", "/v1/links/lnk_1", "/nowhere", "/openapi/native.yaml", "/smartlinks/v1/links", "/spotify/api/links", "/linxly/v1/client/short-links"} {
		want, get, text := answer("GET", path)
		got, head, none := answer("HEAD", path)
		if got != want || none != "" || head.Get("Content-Type") != get.Get("Content-Type") {
			t.Errorf("%s: %d %v %q, want as %d %v", path, got, head, none, want, get)
		}
		if length := head.Get("Content-Length"); len(text) < 2000 && length != strconv.Itoa(len(text)) {
			t.Errorf("%s: length %s of %d", path, length, len(text))
		}
	}
	if status, _, _ := answer("HEAD", "/v1/links/bulk"); status == http.StatusOK {
		t.Error("what only POST does was done")
	}
}

// A HEAD at what streams is answered and over: nobody would see the events.
func TestHeadOfAStream(t *testing.T) {
	s, ended := newStreaming(t), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.server.ServeHTTP(w, r)
		close(ended)
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+"/v1/clicks/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer ann")
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Error(resp.Status, err)
	}
}
