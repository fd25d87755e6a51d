package redirect_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

func TestMain(m *testing.M) {
	if target := os.Getenv(clientTarget); target != "" {
		os.Exit(client(target))
	}
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),    // one for the process
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"), // sleeps ten seconds before it looks
	)
}

var errDown = errors.New("connection refused")

const (
	partition = 3
	browser   = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// link is an active link on go.example.
func link(n domain.LinkNumber, slug domain.Slug, to domain.Destination) domain.Link {
	return domain.Link{
		Number: n, Domain: "go.example", Host: "go.example", Slug: slug, Destination: to, Account: "acc_1", Version: 1,
		Created: noon, Updated: noon,
	}
}

func key(slug string) domain.SlugKey { return domain.SlugKey{Host: "go.example", Text: slug} }

// model is a links read model whose state the test decides.
type model struct {
	mu       sync.Mutex
	rows     map[domain.SlugKey]domain.Link
	next     int64
	down     bool
	partial  bool // All leaves rows out
	finds    int
	found    func(k domain.SlugKey) // called between a look-up's read and its answer, if set
	ofDomain []domain.Domain
}

func newModel(links ...domain.Link) *model {
	m := &model{rows: map[domain.SlugKey]domain.Link{}, ofDomain: []domain.Domain{
		{Host: "go.example", Account: domain.SystemAccount}, {Host: "fold.example", Account: "acc_1", Verified: true, Cases: domain.IgnoreCase},
	}}
	for _, l := range links {
		m.rows[m.key(l)] = l
	}
	return m
}

func (m *model) key(l domain.Link) domain.SlugKey {
	for _, d := range m.ofDomain {
		if d.Host == l.Domain {
			return d.Cases.Key(l.Host, l.Slug)
		}
	}
	return domain.SlugKey{Host: l.Host, Text: string(l.Slug)}
}

// set changes the model under its lock.
func (m *model) set(change func(*model)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

func (m *model) asked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.finds
}

func (m *model) Find(_ context.Context, host domain.Host, text string) (domain.Link, int32, int64, error) {
	k := domain.SlugKey{Host: host, Text: text}
	m.mu.Lock()
	m.finds++
	row, next, down, hook := m.rows[k], m.next, m.down, m.found
	m.mu.Unlock()
	if hook != nil {
		hook(k)
	}
	if down {
		return domain.Link{}, 0, 0, errDown
	}
	return row, partition, next, nil
}

func (m *model) All(_ context.Context, _ int, each func(domain.SlugKey, domain.Link) error) (map[int32]int64, []domain.Domain, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return nil, nil, false, errDown
	}
	if !m.partial {
		for k, l := range m.rows {
			if err := each(k, l); err != nil {
				return nil, nil, false, err
			}
		}
	}
	return map[int32]int64{partition: m.next}, m.ofDomain, !m.partial, nil
}

// record is an event in the fake log; done is closed once the server has applied it.
type record struct {
	offset int64
	event  domain.Event
	done   chan struct{}
}

// tail delivers what the test sends.
type tail struct {
	records chan record
	broken  chan error           // ends the present call
	opened  chan map[int32]int64 // receives where a call begins
}

func newTail() *tail {
	return &tail{records: make(chan record), broken: make(chan error), opened: make(chan map[int32]int64, 100)}
}

func (l *tail) follow(ctx context.Context, from map[int32]int64, each func(int32, int64, domain.Event), caughtUp func()) error {
	l.opened <- from
	select {
	case err := <-l.broken:
		return err
	default:
	}
	caughtUp()
	for {
		select {
		case r := <-l.records:
			each(partition, r.offset, r.event)
			close(r.done)
		case err := <-l.broken:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// happen delivers an event and waits until it is applied.
func (l *tail) happen(t testing.TB, offset int64, n domain.LinkNumber, version uint64, body domain.EventBody) {
	t.Helper()
	l.deliver(t, offset, domain.Event{Account: "acc_1", Domain: "go.example", Link: n, Version: version, At: time.Now(), Body: body})
}

// domain delivers a fact about a domain.
func (l *tail) domain(t testing.TB, offset int64, host domain.Host, body domain.EventBody) {
	t.Helper()
	l.deliver(t, offset, domain.Event{Account: "acc_2", Domain: host, At: time.Now(), Body: body})
}

func (l *tail) deliver(t testing.TB, offset int64, e domain.Event) {
	t.Helper()
	r := record{offset, e, make(chan struct{})}
	select {
	case l.records <- r:
		<-r.done
	case <-time.After(5 * time.Second):
		t.Fatal("nobody reads the tail")
	}
}

// clicks is a recorder that keeps everything, on channels.
type clicks chan domain.Click

func (c clicks) Record(click *domain.Click) {
	kept := *click
	for _, s := range []*string{&kept.UserAgent, &kept.ReferrerHost, &kept.ReferrerPath, &kept.Language, &kept.Country, &kept.Region, &kept.City,
		&kept.UTM.Source, &kept.UTM.Medium, &kept.UTM.Campaign, &kept.UTM.Term, &kept.UTM.Content} {
		*s = strings.Clone(*s)
	}
	c <- kept
}

// setup is what a test wants to be different.
type setup struct {
	links    []domain.Link
	model    *model
	recorder redirect.Recorder
	change   func(*redirect.Config)
	unready  bool // don't wait for readiness
}

// rig is a running server with its surroundings.
type rig struct {
	t      testing.TB
	model  *model
	tail   *tail
	clicks clicks
	server *redirect.Server
	addr   string
}

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	ln, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return ln
}

// start runs a server until the test ends.
func start(tb testing.TB, s setup) *rig {
	tb.Helper()
	r := &rig{t: tb, model: s.model, tail: newTail(), clicks: make(clicks, 10_000)}
	if r.model == nil {
		r.model = newModel(s.links...)
	}
	cfg := redirect.Config{
		Links: r.model, Tail: r.tail.follow, Recorder: r.clicks, DefaultHost: "go.example", Log: quiet(),
		LoadSalt: func(_ context.Context, day time.Time) ([]byte, error) {
			return bytes.Repeat([]byte{byte(day.Day())}, 32), nil
		},
	}
	if s.recorder != nil {
		cfg.Recorder = s.recorder
	}
	if s.change != nil {
		s.change(&cfg)
	}
	var err error
	if r.server, err = redirect.New(cfg); err != nil {
		tb.Fatal(err)
	}
	ln := listen(tb)
	r.addr = ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.server.Run(ctx, ln) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("run: %v", err)
		}
	})
	if !s.unready {
		r.await(r.server.Ready())
	}
	return r
}

// await waits for a signal.
func (r *rig) await(signal <-chan struct{}) {
	r.t.Helper()
	select {
	case <-signal:
	case <-time.After(10 * time.Second):
		r.t.Fatal("waited too long")
	}
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

// send writes raw bytes on a connection of its own and reads one response.
func (r *rig) send(raw string) answer {
	r.t.Helper()
	a, err := exchange(r.addr, raw)
	if err != nil {
		r.t.Fatalf("%q: %v", raw[:min(len(raw), 80)], err)
	}
	return a
}

func exchange(addr, raw string) (answer, error) {
	c, err := net.Dial("tcp", addr) //nolint:noctx // loopback
	if err != nil {
		return answer{}, err
	}
	defer c.Close() //nolint:errcheck // nothing to lose
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	go io.WriteString(c, raw) //nolint:errcheck // the server may refuse to read all of it
	method, _, _ := strings.Cut(raw, " ")
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // read below
	body, err := io.ReadAll(resp.Body)
	return answer{resp, string(body)}, err
}

// request is the text of a request with header lines.
func request(method, target string, headers ...string) string {
	lines := append([]string{method + " " + target + " HTTP/1.1"}, headers...)
	if !strings.Contains(strings.Join(lines, "\n"), "Host:") {
		lines = append(lines, "Host: go.example")
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

func (r *rig) get(target string, headers ...string) answer {
	r.t.Helper()
	return r.send(request("GET", target, headers...))
}

// leads checks what a GET of target answers: a destination, or a status.
func (r *rig) leads(target, want string) {
	r.t.Helper()
	a := r.get(target)
	got := a.Header.Get("Location")
	if a.StatusCode != http.StatusFound {
		got = a.Status[:3]
	}
	if got != want {
		r.t.Errorf("GET %s: got %s, want %s", target, got, want)
	}
}

// click is the next recorded click.
func (r *rig) click() domain.Click {
	r.t.Helper()
	select {
	case c := <-r.clicks:
		return c
	default:
		r.t.Fatal("no click was recorded")
		return domain.Click{}
	}
}
