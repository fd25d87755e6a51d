package main_test

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// TestRedirectsStandAlone: Kafka goes away, the redirector goes on; it is killed and started
// again while Kafka is still away, and goes on; and when Kafka is back every click that was
// answered is counted.
func TestRedirectsStandAlone(t *testing.T) {
	t.Parallel()
	data, database := embeddedtest.DataDir(t), embeddedtest.Database(t)
	broker := startKafka(t, data)
	args := []string{
		"--kafka-brokers=" + broker.Addr(), "--public-url=http://go.example.com", "--database-url=" + database,
		"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0", "--spool=" + t.TempDir(),
	}
	s := site{t, args}
	rest := run(t, append([]string{"serve", "all"}, append(args, "--spool="+t.TempDir())...)...)
	api := caller{t, rest.API, s.account("free")}
	l := api.create(`{"url":"https://example.com/","custom_slug":"alone"}`)
	redirector := run(t, append([]string{"serve", "redirector"}, args...)...)
	visits := 0
	visit := func() {
		t.Helper()
		follow(t, http.MethodGet, redirector.Redirect+"/alone", firefox, http.StatusFound, "https://example.com/")
		visits++
	}
	visit()
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	visit()
	_ = redirector.end(syscall.SIGKILL)
	redirector = run(t, append([]string{"serve", "redirector"}, args...)...)
	visit()
	if status, _ := api.do("POST", "/v1/links", `{"url":"https://example.com/"}`, nil, "Idempotency-Key", "while-away"); status != http.StatusServiceUnavailable {
		t.Errorf("a creation without Kafka answered %d", status)
	}
	broker = startKafka(t, data)
	defer func() { _ = broker.Close() }()
	visit()
	api.awaitClicks(l.ID, visits, 0, 0)
	for status := 0; status != http.StatusCreated; {
		var a linkAnswer
		status, _ = api.do("POST", "/v1/links", `{"url":"https://example.com/"}`, &a, "Idempotency-Key", "while-away")
		if status != http.StatusCreated && status != http.StatusServiceUnavailable {
			t.Fatalf("the retry answered %d %+v", status, a)
		}
	}
}

// startKafka is a broker that comes back on the port it had.
func startKafka(tb testing.TB, data string) *embedded.Kafka {
	tb.Helper()
	k, err := embedded.StartKafka(tb.Context(), embedded.KafkaOptions{DataDir: data, SyncWrites: true})
	if err != nil {
		tb.Fatal(err)
	}
	return k
}
