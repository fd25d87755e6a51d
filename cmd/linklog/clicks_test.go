package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/IBM/sarama"
	"github.com/parquet-go/parquet-go"

	"github.com/linklog/linklog/schemas"
)

// kafka is how a command of a site finds the log.
func (s site) kafka() []string { return s.args[:2] }

func (s site) prefix() string { return strings.TrimPrefix(s.args[1], "--topic-prefix=") }

// brokers connects to the site's Kafka as anybody could.
func (s site) brokers() (sarama.ClusterAdmin, sarama.SyncProducer) {
	s.tb.Helper()
	addrs := strings.Split(strings.TrimPrefix(s.args[0], "--kafka-brokers="), ",")
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	config.Producer.Partitioner = sarama.NewManualPartitioner
	admin, err := sarama.NewClusterAdmin(addrs, config)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(func() { _ = admin.Close() })
	producer, err := sarama.NewSyncProducer(addrs, config)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(func() { _ = producer.Close() })
	return admin, producer
}

// line is the next line a program prints, as a click.
func (p *program) click(tb testing.TB) (c schemas.ClickJSON) {
	tb.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			tb.Fatalf("it ended\n%s", p.stderr)
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			tb.Fatalf("%q: %v", line, err)
		}
	case <-time.After(30 * time.Second):
		tb.Fatalf("no click came\n%s", p.stderr)
	}
	return c
}

// visitAs follows a link with a campaign's content of its own, by which its click is known.
func visitAs(tb testing.TB, base, slug, content string) {
	tb.Helper()
	if status, _ := visit(tb, http.MethodGet, base+"/"+slug+"?utm_content="+content, firefox); status != http.StatusFound {
		tb.Fatalf("visit %s: %d", content, status)
	}
}

// TestSubscribers: every way to get at single clicks shows the same ones, and each of them can
// be left and taken up again.
func TestSubscribers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.serve("all")
	api := caller{t, p.API, s.account("pro")}
	one, two := api.create(`{"url":"https://example.com/1","custom_slug":"one"}`), api.create(`{"url":"https://example.com/2","custom_slug":"two"}`)
	tail := launch(t, append([]string{"clicks", "tail", "--json", "--from=beginning"}, s.kafka()...)...)
	visitAs(t, p.Redirect, "one", "a")
	first := tail.click(t)
	if first.LinkID != one.ID || first.UTMContent != "a" || first.Slug != "one" || first.Method != http.MethodGet || first.UserAgent != firefox || first.ID == "" {
		t.Errorf("tail shows %+v", first)
	}
	stream := api.stream("")
	visitAs(t, p.Redirect, "two", "b")
	b := stream.click()
	if b != tail.click(t) || b.UTMContent != "b" || b.LinkID != two.ID {
		t.Errorf("the stream shows %+v", b)
	}
	at := stream.last
	stream.close()
	between := time.Now()
	visitAs(t, p.Redirect, "one", "c")
	if c := api.stream(at).click(); c != tail.click(t) || c.UTMContent != "c" {
		t.Errorf("the stream goes on with %+v", c)
	}
	if err := tail.end(os.Interrupt); err != nil {
		t.Errorf("tail ended with %v", err)
	}
	replay := func(want string, args ...string) {
		t.Helper()
		for _, format := range []string{"jsonl", "parquet"} {
			path := filepath.Join(t.TempDir(), "clicks."+format)
			out, stderr, status := output(t, append(append([]string{"clicks", "replay", "--json", "--to-file", path}, args...), s.kafka()...)...)
			if got := contents(t, path); status != 0 || got != want || !strings.Contains(out, fmt.Sprintf(`"done":true,"clicks":%d,`, len(want))) {
				t.Errorf("%v to %s: %q, want %q; exit %d, %s%s", args, format, got, want, status, out, stderr)
			}
		}
	}
	replay("abc")
	replay("ac", "--link", one.ID)
	replay("c", "--from", between.Format(time.RFC3339Nano))
	replay("ab", "--to", between.Format(time.RFC3339Nano), "--late", "1h")
	table, _, _ := outputUntil(t, "USER AGENT", append([]string{"clicks", "tail", "--from=1h", "--link", two.ID}, s.kafka()...)...)
	if !strings.Contains(table, two.ID) || strings.Contains(table, one.ID) {
		t.Errorf("tail shows\n%s", table)
	}
	s.replayToTopic(t)
}

// contents is the utm_content of each click in a file, sorted.
func contents(tb testing.TB, path string) string {
	tb.Helper()
	var clicks []schemas.ClickJSON
	if strings.HasSuffix(path, ".parquet") {
		rows, err := parquet.ReadFile[schemas.ClickJSON](path)
		if err != nil {
			tb.Fatal(err)
		}
		clicks = rows
	} else {
		f, err := os.Open(path) //nolint:gosec // the test's own
		if err != nil {
			tb.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var c schemas.ClickJSON
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				tb.Fatal(err)
			}
			clicks = append(clicks, c)
		}
	}
	var all []string
	for _, c := range clicks {
		if c.Time.Location() != time.UTC && !strings.HasSuffix(path, ".parquet") || time.Since(c.Time) > time.Hour {
			tb.Errorf("time is %s", c.Time)
		}
		all = append(all, c.UTMContent)
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// outputUntil runs linklog until it has printed a line behind the one with mark, then
// interrupts it.
func outputUntil(tb testing.TB, mark string, args ...string) (text, stderr string, err error) {
	tb.Helper()
	p := launch(tb, args...)
	var lines []string
	for deadline := time.After(30 * time.Second); len(lines) == 0 || strings.Contains(lines[len(lines)-1], mark); {
		select {
		case line := <-p.lines:
			lines = append(lines, line)
		case <-deadline:
			tb.Fatalf("%v printed no more than %v\n%s", args, lines, p.stderr)
		}
	}
	err = p.end(os.Interrupt)
	return strings.Join(lines, "\n"), p.stderr.String(), err
}

// replayToTopic copies to a topic and reads it as a second clicks topic.
func (s site) replayToTopic(t *testing.T) {
	t.Helper()
	admin, _ := s.brokers()
	again := s.prefix() + "again.clicks"
	if err := admin.CreateTopic(again, &sarama.TopicDetail{NumPartitions: 8, ReplicationFactor: 1}, false); err != nil {
		t.Fatal(err)
	}
	out, stderr, status := output(t, append([]string{"clicks", "replay", "--to-topic", again}, s.kafka()...)...)
	if status != 0 || !strings.HasPrefix(out, "3 clicks are in "+again) {
		t.Fatalf("replay: exit %d, %s%s", status, out, stderr)
	}
	if out, stderr, status := output(t, append([]string{"clicks", "replay", "--append", "--to-topic", again}, s.kafka()...)...); status != 0 {
		t.Errorf("replay again: exit %d, %s%s", status, out, stderr)
	}
	tail := launch(t, "clicks", "tail", "--json", "--from=beginning", s.args[0], s.args[1]+"again.")
	var got []string
	for range 3 { // each comes once, though it is there twice
		got = append(got, tail.click(t).UTMContent)
	}
	slices.Sort(got)
	if strings.Join(got, "") != "abc" {
		t.Errorf("the copy holds %v", got)
	}
	_, stderr, status = output(t, append([]string{"clicks", "replay", "--to-topic", s.prefix() + "clicks"}, s.kafka()...)...)
	if status != 1 || !strings.Contains(stderr, "own topic") {
		t.Errorf("a copy into itself: exit %d, %s", status, stderr)
	}
}

// TestReplayLeavesNothingHalf: a file is whole or not there.
func TestReplayLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "clicks.jsonl")
	p := launch(t, "clicks", "replay", "--kafka-brokers=127.0.0.1:1", "--to-file", path)
	if err := p.end(syscall.SIGTERM); err == nil {
		t.Error("it ended well without Kafka")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	for _, args := range [][]string{
		{"--from=tomorrow", "--to-file", path}, {"--to-file", path, "--to-topic=t"}, {}, {"--link=x", "--to-file", path},
		{"--from=2026-01-02", "--to=2026-01-01", "--to-file", path},
	} {
		if _, stderr, status := output(t, append([]string{"clicks", "replay", "--kafka-brokers=127.0.0.1:1"}, args...)...); status == 0 || stderr == "" {
			t.Errorf("%v: exit %d, %s", args, status, stderr)
		}
	}
}

// clickStream is an open GET /v1/clicks/stream.
type clickStream struct {
	tb    testing.TB
	resp  *http.Response
	lines *bufio.Scanner
	last  string
}

// stream opens one and waits until it listens.
func (c caller) stream(lastID string) *clickStream {
	c.tb.Helper()
	r, err := http.NewRequestWithContext(c.tb.Context(), http.MethodGet, c.base+"/v1/clicks/stream", http.NoBody)
	if err != nil {
		c.tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		c.tb.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		c.tb.Fatalf("stream: %d", resp.StatusCode)
	}
	c.tb.Cleanup(func() { _ = resp.Body.Close() })
	s := &clickStream{tb: c.tb, resp: resp, lines: bufio.NewScanner(resp.Body)}
	for lastID == "" && s.last == "" { // it tells where it begins
		s.line()
	}
	return s
}

func (s *clickStream) close() { _ = s.resp.Body.Close() }

func (s *clickStream) line() string {
	s.tb.Helper()
	if !s.lines.Scan() {
		s.tb.Fatalf("the stream ended: %v", s.lines.Err())
	}
	if id, ok := strings.CutPrefix(s.lines.Text(), "id: "); ok {
		s.last = id
	}
	return s.lines.Text()
}

func (s *clickStream) click() (c schemas.ClickJSON) {
	s.tb.Helper()
	for {
		data, ok := strings.CutPrefix(s.line(), "data: ")
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			s.tb.Fatalf("%q: %v", data, err)
		}
		return c
	}
}
