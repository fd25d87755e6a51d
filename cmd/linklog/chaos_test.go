package main_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
)

// TestChaos kills processes at random moments under load, and then holds the log against what
// visitors saw, and the counters against the log: answered ⊆ log ⊆ sent, one id for each, and
// as many counted as there are ids. CHAOS_SEEDS says how many histories (1), CHAOS_SEED where
// they begin.
func TestChaos(t *testing.T) {
	first, seeds := number(t, "CHAOS_SEED", 1), number(t, "CHAOS_SEEDS", 1)
	w := newChaos(t)
	for seed := first; seed < first+seeds; seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { w.history(t, uint64(seed)) })
		if t.Failed() {
			return
		}
	}
}

func number(tb testing.TB, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return n
}

// victim is a process that gets killed and comes back with the same arguments.
type victim struct {
	start func() *program
	*program
}

// chaos is an installation in three processes: one with Kafka, Postgres and every role, beside
// it a redirector and a projector of their own.
type chaos struct {
	tb      testing.TB
	victims map[string]*victim
	data    string
	links   []link
	told    account // of everything since the beginning: histories go on where the last one ended
}

// account is what visitors sent and what they were answered, each visit by its utm_content.
type account struct {
	mu       sync.Mutex
	sent     map[string]bool
	answered map[string]bool
}

func newChaos(t *testing.T) *chaos {
	w := &chaos{tb: t, data: embeddedtest.DataDir(t), victims: map[string]*victim{}}
	w.told = account{sent: map[string]bool{}, answered: map[string]bool{}}
	w.victim("everything", func() *program { p, _ := dev(t, w.data); return p })
	d := w.victims["everything"]
	args := []string{
		"--kafka-brokers=" + d.Kafka, "--database-url=" + d.Database, "--public-url=" + d.Redirect,
		"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0",
	}
	spool := t.TempDir()
	w.victim("redirector", func() *program {
		return run(t, append([]string{"serve", "redirector", "--spool=" + spool}, args...)...)
	})
	w.victim("projector", func() *program { return run(t, append([]string{"serve", "projector"}, args...)...) })
	for range 5 {
		w.links = append(w.links, w.api().create(`{"url":"https://example.com/chaos"}`))
	}
	return w
}

func (w *chaos) victim(name string, start func() *program) {
	w.victims[name] = &victim{start: start, program: start()}
}

func (w *chaos) api() caller {
	p := w.victims["everything"]
	return caller{w.tb, p.API, p.APIKey}
}

// history is some seconds of load with kills, and the reckoning.
func (w *chaos) history(t *testing.T, seed uint64) {
	w.tb = t
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // histories must come again
	var where [2]atomic.Pointer[string]
	aim := func() {
		where[0].Store(&w.victims["everything"].Redirect)
		where[1].Store(&w.victims["redirector"].Redirect)
	}
	aim()
	ctx, stop := context.WithCancel(t.Context())
	var visitors sync.WaitGroup
	for v := range 4 {
		visitors.Go(func() { w.visit(ctx, fmt.Sprintf("s%dv%d", seed, v), &where[v%2]) })
	}
	// Each at most once: the embedded broker never gives up on a group member that dies while
	// it waits to join, and a projector killed twice within seconds may be such a one.
	names := []string{"everything", "redirector", "projector", "postgres"}
	for _, i := range random.Perm(len(names))[:3] {
		<-time.After(time.Duration(50+random.IntN(400)) * time.Millisecond)
		w.kill(t, names[i])
		aim()
	}
	<-time.After(time.Duration(50+random.IntN(200)) * time.Millisecond)
	stop()
	visitors.Wait()
	w.reckon(t)
}

// kill ends one process, or the database, and brings back what went with it.
func (w *chaos) kill(t *testing.T, name string) {
	t.Log("kill", name)
	victim := name
	if name == "postgres" {
		victim = "everything" // which ends with its database
		pid, err := os.ReadFile(filepath.Join(w.data, "postgres", "postgres", "postmaster.pid"))
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.SplitN(string(pid), "\n", 2)[0])
		if err != nil {
			t.Fatal(err)
		}
		_ = syscall.Kill(n, syscall.SIGKILL)
		<-w.victims[victim].exited
	} else {
		_ = w.victims[victim].end(syscall.SIGKILL)
	}
	w.victims[victim].program = w.victims[victim].start()
}

// visit follows links one after the other, noting what it asks and what it is answered.
func (w *chaos) visit(ctx context.Context, name string, where *atomic.Pointer[string]) {
	client := &http.Client{CheckRedirect: direct.CheckRedirect, Timeout: 2 * time.Second}
	defer client.CloseIdleConnections()
	for n := 0; ctx.Err() == nil; n++ {
		id := fmt.Sprintf("%s-%d", name, n)
		url := *where.Load() + "/" + w.links[n%len(w.links)].Slug + "?utm_content=" + id
		r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, url, nil)
		if err != nil {
			panic(err)
		}
		r.Header.Set("User-Agent", firefox)
		w.told.note(&w.told.sent, id)
		resp, err := client.Do(r)
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusFound {
			w.told.note(&w.told.answered, id)
		}
	}
}

func (l *account) note(in *map[string]bool, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	(*in)[id] = true
}

// reckon waits until every answered visit is in the log, then compares all three accounts.
func (w *chaos) reckon(t *testing.T) {
	var found map[string]domain.ClickID
	for deadline := time.Now().Add(time.Minute); ; {
		found = w.clicks(t)
		missing := 0
		for id := range w.told.answered {
			if _, ok := found[id]; !ok {
				missing++
			}
		}
		if missing == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d answered visits are not in the log", missing, len(w.told.answered))
		}
		<-time.After(50 * time.Millisecond)
	}
	w.settle(t)
	t.Logf("%d sent, %d answered, %d in the log", len(w.told.sent), len(w.told.answered), len(found))
	for id := range found {
		if !w.told.sent[id] {
			t.Errorf("the log has %q, which nobody sent", id)
		}
	}
	out, stderr, status := output(t, "verify", "--kafka-brokers="+w.victims["everything"].Kafka, "--database-url="+w.victims["everything"].Database)
	if status != 0 {
		t.Errorf("verify: exit %d\n%s%s", status, out, stderr)
	}
}

// settle waits until as many clicks are counted as there are ids in the log. A visit that was
// not answered may still be on its way from a spool, so the log is read anew each time.
func (w *chaos) settle(t *testing.T) {
	for deadline := time.Now().Add(time.Minute); ; {
		counted := 0
		for _, l := range w.links {
			var a analytics
			if status, _ := w.api().do("GET", "/v1/links/"+l.ID+"/analytics", "", &a); status != http.StatusOK {
				t.Fatalf("analytics answered %d", status)
			}
			counted += a.Total
		}
		ids := len(w.clicks(t))
		if counted == ids {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d clicks are counted, the log has %d", counted, ids)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// clicks reads the whole topic: the id of each visit's click.
func (w *chaos) clicks(t *testing.T) map[string]domain.ClickID {
	reader, err := kafka.NewClickReader(kafka.Config{Brokers: []string{w.victims["everything"].Kafka}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	from, err := reader.Beginnings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	to, err := reader.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	found := map[string]domain.ClickID{}
	err = reader.ReadTo(t.Context(), from, to, func(c kafka.FoundClick) error {
		mu.Lock()
		defer mu.Unlock()
		if id, twice := found[c.Event.UTM.Content]; twice && id != c.Event.ID {
			t.Errorf("visit %q has two clicks: %v and %v", c.Event.UTM.Content, id, c.Event.ID)
		}
		found[c.Event.UTM.Content] = c.Event.ID
		return nil
	}, func(int32, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
