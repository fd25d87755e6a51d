package redirect_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/domain"
)

// TestStartWithoutDatabase: the server waits for its links, says so, and is ready once it has them.
func TestStartWithoutDatabase(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://a.example/"))
	m.down = true
	r := start(t, setup{model: m, unready: true})
	r.leads("/sale", "503")
	select {
	case <-r.server.Ready():
		t.Error("ready without links")
	default:
	}
	m.set(func(m *model) { m.down = false })
	r.await(r.server.Ready())
	r.leads("/sale", "https://a.example/")
}

// TestTailBroken: without the log nothing changes for visitors, and the tail goes on where it ended.
func TestTailBroken(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://a.example/"))
	m.next = 4
	r := start(t, setup{model: m})
	if from := <-r.tail.opened; from[partition] != 4 {
		t.Errorf("the tail began at %v", from)
	}
	r.tail.happen(t, 6, 1, 2, domain.DestinationChanged{Key: key("sale"), To: "https://b.example/"})
	r.tail.broken <- errDown
	r.leads("/sale", "https://b.example/")
	r.leads("/missing", "404")
	if from := <-r.tail.opened; from[partition] != 7 {
		t.Errorf("the tail went on at %v", from)
	}
	r.tail.happen(t, 7, 1, 3, domain.DestinationChanged{Key: key("sale"), To: "https://c.example/"})
	r.leads("/sale", "https://c.example/")
}

// TestReadyWithoutLog: a log that can't be reached at start doesn't keep the server from being ready, only late.
func TestReadyWithoutLog(t *testing.T) {
	t.Parallel()
	silent := func(ctx context.Context, _ map[int32]int64, _ func(int32, int64, domain.Event), _ func()) error {
		<-ctx.Done()
		return ctx.Err()
	}
	r := start(t, setup{links: []domain.Link{link(1, "sale", "https://a.example/")}, change: func(c *redirect.Config) {
		c.Tail, c.CatchUp = silent, time.Millisecond
	}})
	r.leads("/sale", "https://a.example/")
	if r.server.Stats().Tailing {
		t.Error("the tail never caught up")
	}
}

// TestDrain: a request that is being answered when the server is told to stop is still answered, and recorded.
func TestDrain(t *testing.T) {
	t.Parallel()
	m := newModel(link(1, "sale", "https://a.example/"))
	m.partial = true
	reading, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	m.found = func(domain.SlugKey) { once.Do(func() { close(reading); <-release }) }
	recorded := make(clicks, 1)
	s, err := redirect.New(redirect.Config{
		Links: m, Tail: newTail().follow, Recorder: recorded, DefaultHost: "go.example", Log: quiet(), Timeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	ln := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, ln) }()
	<-s.Ready()

	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // read to its end
	if _, err := c.Write([]byte(request("GET", "/sale"))); err != nil {
		t.Fatal(err)
	}
	<-reading
	stop()
	for { // until the listener is closed
		late, err := new(net.Dialer).DialContext(t.Context(), "tcp", ln.Addr().String())
		if err != nil {
			break
		}
		_ = late.Close()
	}
	close(release)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusFound || len(recorded) != 1 {
		t.Errorf("got %s, %d clicks", resp.Status, len(recorded))
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestListenerLost: a listener that breaks ends the server with an error.
func TestListenerLost(t *testing.T) {
	t.Parallel()
	s, err := redirect.New(redirect.Config{Links: newModel(), Tail: newTail().follow, Recorder: make(clicks), DefaultHost: "go.example", Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	ln := listen(t)
	_ = ln.Close()
	if err := s.Run(t.Context(), ln); err == nil {
		t.Error("no error")
	}
}
