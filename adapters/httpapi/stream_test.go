package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// memoryLog is a topic of clicks in memory: a partition is a slice, an offset an index.
type memoryLog struct {
	mu         sync.Mutex
	partitions [2][]domain.Click
	first      int64 // of every partition; what is below is gone
	changed    chan struct{}
	follows    int // readings of the end that began
	err        error
}

func newMemoryLog() *memoryLog { return &memoryLog{changed: make(chan struct{})} }

func (l *memoryLog) add(partition int, clicks ...domain.Click) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partitions[partition] = append(l.partitions[partition], clicks...)
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *memoryLog) Beginnings(context.Context) ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return []int64{l.first, l.first}, l.err
}

func (l *memoryLog) Ends(context.Context) ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return []int64{int64(len(l.partitions[0])), int64(len(l.partitions[1]))}, l.err
}

type eachClick = func(partition int32, next int64, c domain.Click) error

func (l *memoryLog) ReadTo(ctx context.Context, from, to []int64, each eachClick) error {
	for p := range from {
		for next := from[p]; next < to[p]; next++ {
			l.mu.Lock()
			c := l.partitions[p][next]
			l.mu.Unlock()
			if err := errors.Join(ctx.Err(), each(int32(p), next+1, c)); err != nil { //nolint:gosec // two
				return err
			}
		}
	}
	return nil
}

func (l *memoryLog) Follow(ctx context.Context, from []int64, each eachClick) error {
	l.mu.Lock()
	l.follows++
	l.mu.Unlock()
	for at := slices.Clone(from); ; {
		l.mu.Lock()
		changed := l.changed
		l.mu.Unlock()
		ends, _ := l.Ends(ctx)
		if err := l.ReadTo(ctx, at, ends, each); err != nil {
			return err
		}
		at = ends
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// streaming is a server with a log, over real connections.
type streaming struct {
	tb     testing.TB
	log    *memoryLog
	world  *httpapitest.World
	server *httpapi.Server
	url    string
}

// newStreaming starts a server whose limits of time are far below how long streams last.
func newStreaming(tb testing.TB) *streaming {
	tb.Helper()
	return newStreamingWith(tb, 10*time.Millisecond)
}

func newStreamingWith(tb testing.TB, heartbeat time.Duration) *streaming {
	tb.Helper()
	s := &streaming{tb: tb, log: newMemoryLog(), world: httpapitest.New()}
	var err error
	s.server, err = httpapi.New(httpapi.Options{
		PublicURL: "https://pocolink.com", Heartbeat: heartbeat, Log: slog.New(slog.DiscardHandler),
		Clock: func() time.Time { return s.world.Now },
	}, httpapi.Parts{
		Commands: s.world, Links: s.world, Clicks: s.world, Keys: s.world, Allowances: s.world, ClickLog: s.log,
		ClickJSON: func(c domain.Click) ([]byte, error) { return json.Marshal(c.ID.Sequence) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	http := httptest.NewUnstartedServer(s.server)
	http.Config.ReadTimeout, http.Config.WriteTimeout = 60*time.Millisecond, 60*time.Millisecond
	http.Start()
	s.url = http.URL
	tb.Cleanup(func() {
		if err := s.server.Stop(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
		http.Close()
	})
	return s
}

// stream is an open one.
type stream struct {
	tb     testing.TB
	answer *http.Response
	lines  *bufio.Scanner
	last   string // the newest id
}

func (s *streaming) open(token, query, lastID string) *stream {
	s.tb.Helper()
	r, err := http.NewRequestWithContext(s.tb.Context(), http.MethodGet, s.url+"/v1/clicks/stream"+query, http.NoBody)
	if err != nil {
		s.tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(func() { _ = resp.Body.Close() })
	return &stream{tb: s.tb, answer: resp, lines: bufio.NewScanner(resp.Body)}
}

// next is the next event: its name, its data, and whether there was one before the end. An
// event without data is a sign of life and has no name.
func (s *stream) next() (name, data string, ok bool) {
	s.tb.Helper()
	for s.lines.Scan() {
		line := s.lines.Text()
		field, value, _ := strings.Cut(line, ": ")
		switch field {
		case "event":
			name = value
		case "data":
			data = value
		case "id":
			s.last = value
		case "":
			return name, data, true
		}
	}
	return "", "", false
}

// click is the next click.
func (s *stream) click() string {
	s.tb.Helper()
	for {
		name, data, ok := s.next()
		if !ok {
			s.tb.Fatalf("the stream ended: %v", s.lines.Err())
		}
		if name == "click" {
			return data
		}
	}
}

// lives waits for n signs of life.
func (s *stream) lives(n int) {
	s.tb.Helper()
	for range n {
		if name, data, ok := s.next(); !ok || name != "" {
			s.tb.Fatalf("got %q %q, %t, %v, want a sign of life", name, data, ok, s.lines.Err())
		}
	}
}

// ended waits for the end, which must be a proper one.
func (s *stream) ended() {
	s.tb.Helper()
	for {
		if _, _, ok := s.next(); !ok {
			break
		}
	}
	if err := s.lines.Err(); err != nil {
		s.tb.Errorf("the stream broke off: %v", err)
	}
}

func clickOf(account domain.AccountID, link domain.LinkNumber, sequence uint64) domain.Click {
	return domain.Click{ID: domain.ClickID{Sequence: sequence}, Account: account, Link: link}
}

func TestStreamShowsAnAccountItsClicks(t *testing.T) {
	s := newStreaming(t)
	s.log.add(0, clickOf("acc_ann", 1, 1))
	ann, bob, one := s.open("ann", "", ""), s.open("bob", "", ""), s.open("ann", "?link="+linkOf(t, s.world, "ann"), "")
	for _, o := range []*stream{ann, bob, one} {
		if o.answer.StatusCode != http.StatusOK || o.answer.Header.Get("Content-Type") != "text/event-stream" || len(o.answer.Header[headerRemaining]) == 0 {
			t.Fatalf("answered %d %v", o.answer.StatusCode, o.answer.Header)
		}
		o.lives(2) // it has joined
	}
	number, err := domain.ParseLinkNumber(linkOf(t, s.world, "ann"))
	if err != nil {
		t.Fatal(err)
	}
	s.log.add(1, clickOf("acc_ann", 1, 2), clickOf("acc_bob", 2, 3))
	if a := ann.click(); a != "2" {
		t.Errorf("ann saw %s", a)
	}
	s.log.add(0, clickOf("acc_eve", 3, 4), clickOf("acc_ann", number, 5))
	if a := ann.click(); a != "5" {
		t.Errorf("ann saw %s", a)
	}
	if a := bob.click(); a != "3" {
		t.Errorf("bob saw %s", a)
	}
	if a := one.click(); a != "5" {
		t.Errorf("ann saw %s of her link", a)
	}
	if s.log.follows != 1 {
		t.Errorf("the end of the log was read by %d", s.log.follows)
	}
}

const headerRemaining = "X-Ratelimit-Remaining"

// linkOf makes a link for an account once, and returns its id.
func linkOf(tb testing.TB, w *httpapitest.World, name string) string {
	tb.Helper()
	account := domain.AccountID("acc_" + name)
	for _, l := range w.State.Links {
		if l.Account == account {
			return l.Number.String()
		}
	}
	reply, err := w.Do(tb.Context(), domain.Command{
		ID: "make", Account: account, By: "key", Domain: httpapitest.Host, Deadline: w.Now.Add(time.Minute),
		Body: domain.CreateLink{Host: httpapitest.Host, Destination: "https://example.com/"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return reply.Link.String()
}

// TestStreamGoesOn: whoever comes back with the last id misses nothing and gets nothing twice,
// near or far behind, whether or not others listen.
func TestStreamGoesOn(t *testing.T) {
	s := newStreaming(t)
	first := s.open("ann", "", "")
	first.lives(2)
	s.log.add(0, clickOf("acc_ann", 1, 1), clickOf("acc_ann", 1, 2))
	if first.click() != "1" {
		t.Error("the first click is not the first")
	}
	at := first.last
	_ = first.answer.Body.Close()
	for _, behind := range []int{0, 10, 3_000} {
		for range behind {
			s.log.add(1, clickOf("acc_bob", 2, 9))
		}
		s.log.add(1, clickOf("acc_ann", 1, uint64(100+behind)))
	}
	again := s.open("ann", "", at)
	for _, want := range []string{"2", "100", "110", "3100"} {
		if got := again.click(); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	s.log.add(0, clickOf("acc_ann", 1, 7))
	if got := again.click(); got != "7" {
		t.Errorf("got %s, want 7", got)
	}
	// A sign of life carries the place too: what others' clicks are in between is not read again.
	s.log.add(0, clickOf("acc_bob", 1, 8))
	for before := again.last; again.last == before; {
		again.lives(1)
	}
	s.log.add(0, clickOf("acc_ann", 1, 11))
	third := s.open("ann", "", again.last)
	if got := third.click(); got != "11" {
		t.Errorf("got %s, want 11", got)
	}
}

// TestStreamOutlivesTheLimitsOfRequests: the server of these tests gives a request 60 ms.
func TestStreamOutlivesTheLimitsOfRequests(t *testing.T) {
	s := newStreaming(t)
	o := s.open("ann", "", "")
	o.lives(30) // of 10 ms
	s.log.add(0, clickOf("acc_ann", 1, 1))
	if got := o.click(); got != "1" {
		t.Errorf("got %s", got)
	}
}

func TestStreamRefuses(t *testing.T) {
	s := newStreaming(t)
	bobs := linkOf(t, s.world, "bob")
	for name, test := range map[string]struct {
		token, query, id string
		status           int
	}{
		"nobody": {"", "", "", 401}, "another's link": {"ann", "?link=" + bobs, "", 404}, "no link": {"ann", "?link=x", "", 422},
		"no id": {"ann", "", "?", 422}, "an id of another topic": {"ann", "", "AQECAw", 422},
	} {
		if got := s.open(test.token, test.query, test.id).answer.StatusCode; got != test.status {
			t.Errorf("%s: answered %d", name, got)
		}
	}
	s.log.mu.Lock()
	s.log.err = errors.New("away")
	s.log.mu.Unlock()
	if got := s.open("ann", "", "AQEC").answer.StatusCode; got != 503 {
		t.Errorf("without Kafka: answered %d", got)
	}
}

func TestStreamsOfAnAccountAreBounded(t *testing.T) {
	s := newStreaming(t)
	var open []*stream
	for range httpapi.MaxStreams {
		o := s.open("ann", "", "")
		o.lives(2)
		open = append(open, o)
	}
	more := s.open("ann", "", "").answer
	if text, _ := io.ReadAll(more.Body); more.StatusCode != http.StatusTooManyRequests || more.Header.Get("Retry-After") != "10" {
		t.Errorf("one more: %d, Retry-After %s, %s", more.StatusCode, more.Header.Get("Retry-After"), text)
	}
	if got := s.open("bob", "", "").answer.StatusCode; got != http.StatusOK {
		t.Errorf("somebody else: %d", got)
	}
	_ = open[0].answer.Body.Close()
	for deadline := time.Now().Add(10 * time.Second); s.open("ann", "", "").answer.StatusCode != http.StatusOK; {
		if time.Now().After(deadline) {
			t.Fatal("a place that was left is not given again")
		}
	}
}

// TestStreamEndsWithItsKey: a stream may last for days, a revoked key must not, also where signs of
// life are rare.
func TestStreamEndsWithItsKey(t *testing.T) {
	for _, heartbeat := range []time.Duration{10 * time.Millisecond, time.Hour} {
		s := newStreamingWith(t, heartbeat)
		o := s.open("ann", "", "")
		o.lives(1)
		s.world.Revoke("ann")
		o.ended()
	}
}

func TestStreamsEndWithTheServer(t *testing.T) {
	s := newStreaming(t)
	o, far := s.open("ann", "", ""), s.open("bob", "", "AQAA")
	o.lives(2)
	far.lives(2)
	if err := s.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.ended()
	far.ended()
	if got := s.open("ann", "", "").answer.StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("after the end: %d", got)
	}
}

// TestStreamTellsOfGaps: what is deleted can't be sent, but that it is missing can be.
func TestStreamTellsOfGaps(t *testing.T) {
	s := newStreaming(t)
	s.log.add(0, clickOf("acc_ann", 1, 1), clickOf("acc_ann", 1, 2), clickOf("acc_ann", 1, 3))
	s.log.add(1, clickOf("acc_bob", 1, 1), clickOf("acc_bob", 1, 2))
	s.log.first = 2
	o := s.open("ann", "", "AQAA") // from the beginning
	if name, _, _ := o.next(); name != "gap" {
		t.Errorf("the first event is %q", name)
	}
	if got := o.click(); got != "3" {
		t.Errorf("got %s", got)
	}
	o = s.open("ann", "", "AQIC") // from 2, 2
	if name, _, _ := o.next(); name != "" {
		t.Errorf("the first event is %q", name)
	}
}
