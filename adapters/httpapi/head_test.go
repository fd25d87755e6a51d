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
	answer := func(method, path string) (*http.Response, string) {
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
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	for _, path := range []string{"/v1/links", "/v1/links/lnk_1", "/nowhere", "/openapi/native.yaml", "/smartlinks/v1/links", "/spotify/api/links", "/linxly/v1/client/short-links"} {
		get, text := answer("GET", path)
		head, none := answer("HEAD", path)
		if head.StatusCode != get.StatusCode || none != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("%s: %s %v %q, want as %s %v", path, head.Status, head.Header, none, get.Status, get.Header)
		}
		if length := head.Header.Get("Content-Length"); len(text) < 2000 && length != strconv.Itoa(len(text)) {
			t.Errorf("%s: length %s of %d", path, length, len(text))
		}
	}
	if resp, _ := answer("HEAD", "/v1/links/bulk"); resp.StatusCode == http.StatusOK {
		t.Error("what only POST does was done:", resp.Status)
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
