package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/projections/links"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// list asks a started server for links and returns the answer's status and headers.
func list(tb testing.TB, s *httpapi.Server, token string) (int, http.Header) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, "http://"+s.Addr().String()+"/v1/links", http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		tb.Fatal(err)
	}
	return resp.StatusCode, resp.Header
}

func start(tb testing.TB, s *httpapi.Server) {
	tb.Helper()
	var config net.ListenConfig
	l, err := config.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.Start(l)
	tb.Cleanup(func() {
		if err := s.Stop(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
	})
}

// TestRealKeysAndAllowances is the edge on a real database: two servers, one allowance.
func TestRealKeysAndAllowances(t *testing.T) {
	pool, err := postgres.Open(t.Context(), embeddedtest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := postgres.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	account, err := postgres.NewAccounts(pool).Create(t.Context(), "", domain.Free)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := postgres.NewKeys(pool).New(t.Context(), account.ID, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	w := httpapitest.New()
	newServer := func() *httpapi.Server {
		s, err := httpapi.New(httpapi.Options{PublicURL: "http://localhost:8081", Log: slog.New(slog.DiscardHandler)}, httpapi.Parts{
			Commands: w, Links: w, Clicks: w, Keys: postgres.NewKeys(pool), Allowances: postgres.NewLimiter(pool, []byte("secret")),
		})
		if err != nil {
			t.Fatal(err)
		}
		start(t, s)
		return s
	}
	one, two := newServer(), newServer()
	expect := func(s *httpapi.Server, token string, status int, remaining string) {
		t.Helper()
		got, h := list(t, s, token)
		if got != status || h.Get("X-Ratelimit-Remaining") != remaining || h.Get("X-Ratelimit-Limit") != "1000" {
			t.Errorf("%d, headers %v, want %d and %s", got, h, status, remaining)
		}
	}
	expect(one, token, 200, "999")
	expect(two, token, 200, "998")
	expect(one, "", 401, "999")
	expect(two, token[:35]+"x", 401, "998")
	if _, err := pool.Exec(t.Context(), "UPDATE identity.rate SET used = 1000"); err != nil {
		t.Fatal(err)
	}
	expect(one, token, 429, "0")
	expect(two, "", 429, "0")
	pool.Close()
	expect(one, token, 429, "0") // remembered
	if status, _ := list(t, newServer(), token); status != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d", status)
	}
}

func TestHeadersAreSpeltAsDocumented(t *testing.T) {
	s := httpapitest.New().Server(t)
	start(t, s)
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /v1/links HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	raw := body(t, conn)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"X-RateLimit-Limit: ", "X-RateLimit-Remaining: ", "X-RateLimit-Reset: "} {
		if strings.Count(raw, h) != 1 {
			t.Errorf("no %s in %s", h, raw)
		}
	}
}

func TestStopDrains(t *testing.T) {
	w := httpapitest.New()
	entered, leave := make(chan struct{}), make(chan struct{})
	parts := httpapi.Parts{Commands: w, Links: slowLinks{w, entered, leave}, Clicks: w, Keys: w, Allowances: w}
	s, err := httpapi.New(httpapi.Options{PublicURL: "http://localhost"}, parts)
	if err != nil {
		t.Fatal(err)
	}
	start(t, s)
	answered := make(chan int)
	go func() {
		status, _ := list(t, s, "ann")
		answered <- status
	}()
	<-entered
	stopped := make(chan error)
	go func() { stopped <- s.Stop(t.Context()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped in the middle of a request: %v", err)
	case leave <- struct{}{}:
	}
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the drained request got %d", status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStopCutsOffWhatDoesNotEnd(t *testing.T) {
	w := httpapitest.New()
	entered := make(chan struct{})
	parts := httpapi.Parts{Commands: w, Links: slowLinks{w, entered, nil}, Clicks: w, Keys: w, Allowances: w}
	s, err := httpapi.New(httpapi.Options{PublicURL: "http://localhost"}, parts)
	if err != nil {
		t.Fatal(err)
	}
	start(t, s)
	cut := make(chan error)
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr().String()+"/v1/links", http.NoBody)
		if err != nil {
			cut <- err
			return
		}
		r.Header.Set("Authorization", "Bearer ann")
		resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		if err == nil {
			err = resp.Body.Close()
		}
		cut <- err
	}()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err == nil {
		t.Error("a request was cut off and nobody told")
	}
	if err := <-cut; err == nil {
		t.Error("the request was answered")
	}
}

// slowLinks lists when it is told to, or never.
type slowLinks struct {
	httpapi.Links

	entered, leave chan struct{}
}

func (l slowLinks) List(ctx context.Context, q links.ListQuery) (links.Page, error) {
	close(l.entered)
	select {
	case <-l.leave:
		return l.Links.List(ctx, q)
	case <-ctx.Done():
		return links.Page{}, ctx.Err()
	}
}

func TestStopWithoutStart(t *testing.T) {
	if err := httpapitest.New().Server(t).Stop(t.Context()); err != nil {
		t.Errorf("stopping what did not start: %v", err)
	}
}

func TestPublicURLMustBeAnOrigin(t *testing.T) {
	for _, u := range []string{"", "lnk.example", "ftp://lnk.example", "https://lnk.example/path", "https://", "http://:8081", "://"} {
		if _, err := httpapi.New(httpapi.Options{PublicURL: u}, httpapi.Parts{}); err == nil {
			t.Errorf("%q was taken", u)
		}
	}
}

func TestShortURLKeepsSchemeAndPort(t *testing.T) {
	w := httpapitest.New()
	w.State.Domains["localhost"] = domain.Domain{Host: "localhost", Account: domain.SystemAccount}
	s, err := httpapi.New(httpapi.Options{PublicURL: "http://localhost:8081", Clock: func() time.Time { return w.Now }},
		httpapi.Parts{Commands: w, Links: w, Clicks: w, Keys: w, Allowances: w})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/links", strings.NewReader(`{"url": "https://example.com", "custom_slug": "abc"}`))
	r.Header.Set("Authorization", "Bearer ann")
	s.ServeHTTP(rec, r)
	var got struct {
		Link struct {
			ShortURL string `json:"short_url"`
		} `json:"link"`
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || got.Link.ShortURL != "http://localhost:8081/abc" {
		t.Errorf("%s, %v", rec.Body, err)
	}
}

func TestAddressIsOnlyBelievedFromTrustedProxies(t *testing.T) {
	for name, c := range map[string]struct {
		trusted []netip.Prefix
		want    string
	}{
		"nobody is trusted": {nil, "anonymous:192.0.2.1"},
		"another is":        {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "anonymous:192.0.2.1"},
		"the proxy is":      {[]netip.Prefix{netip.MustParsePrefix("192.0.2.7/24")}, "anonymous:203.0.113.9"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httpapitest.New()
			s, err := httpapi.New(httpapi.Options{PublicURL: "http://localhost", TrustedProxies: c.trusted, Clock: time.Now},
				httpapi.Parts{Commands: w, Links: w, Clicks: w, Keys: w, Allowances: w})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody) // from 192.0.2.1
			r.Header.Set("X-Forwarded-For", "203.0.113.9")
			s.ServeHTTP(httptest.NewRecorder(), r)
			if w.Spent[c.want] != 1 || len(w.Spent) != 1 {
				t.Errorf("spent %v", w.Spent)
			}
		})
	}
}

func TestErrorsAreLoggedOnce(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t)
	w.Fault = "broken"
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/links/"+domain.Numbering{}.Number(1).String(), http.NoBody)
	r.Header.Set("Authorization", "Bearer ann")
	r.Header.Set("X-Request-ID", "abc")
	s.ServeHTTP(httptest.NewRecorder(), r)
	if log := w.Logged.String(); strings.Count(log, "hunter2") != 1 || !strings.Contains(log, `"request_id":"abc"`) || !strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("logged %s", log)
	}
}

func TestBodyThatBreaksOffIsRefused(t *testing.T) {
	w := httpapitest.New()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/links", iotest.TimeoutReader(strings.NewReader(strings.Repeat(" ", 4096))))
	r.Header.Set("Authorization", "Bearer ann")
	rec := httptest.NewRecorder()
	w.Server(t).ServeHTTP(rec, r)
	if rec.Code != http.StatusUnprocessableEntity || w.Offset != 0 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// body is r to its end.
func body(tb testing.TB, r io.Reader) string {
	tb.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
