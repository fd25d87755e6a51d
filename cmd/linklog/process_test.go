package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// binary builds the real thing, once for all tests, beside the tests' own binary: go test removes
// both.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(filepath.Dir(os.Args[0]), "linklog-e2e")
	out, err := exec.Command("go", "build", "-race", "-o", path, ".").CombinedOutput() //nolint:noctx // as long as it takes
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// ready is the line that --json prints.
type ready struct {
	API      string `json:"api"`
	Redirect string `json:"redirect"`
	Admin    string `json:"admin"`
	APIKey   string `json:"api_key"`
	Kafka    string `json:"kafka"`
	Database string `json:"database"`

	Dashboard string `json:"dashboard"`
	Email     string `json:"email"`
	Password  string `json:"password"`
}

// program is a running linklog.
type program struct {
	ready
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	lines  <-chan string // what it prints
	exited chan struct{} // closed when it has ended
	err    error         // how; read it after exited
}

// launch starts linklog without waiting for anything.
func launch(tb testing.TB, args ...string) *program {
	tb.Helper()
	path, err := binary()
	if err != nil {
		tb.Fatal(err)
	}
	p := &program{cmd: exec.Command(path, args...), stderr: &bytes.Buffer{}, exited: make(chan struct{})} //nolint:noctx // ended by Cleanup
	p.cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1")
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := make(chan string, 1000)
	p.lines = lines
	go func() {
		defer close(p.exited)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
		close(lines)
		p.err = p.cmd.Wait()
	}()
	tb.Cleanup(func() {
		_ = p.end(syscall.SIGTERM)
		if tb.Failed() {
			tb.Logf("%s\n%s", strings.Join(args, " "), p.stderr)
		}
	})
	return p
}

// run starts linklog and waits until it is ready.
func run(tb testing.TB, args ...string) *program {
	tb.Helper()
	p := launch(tb, append(args, "--json")...)
	p.await(tb)
	return p
}

// await waits until a program that was launched with --json is ready.
func (p *program) await(tb testing.TB) {
	tb.Helper()
	args := p.cmd.Args[1:]
	select {
	case line, ok := <-p.lines:
		if !ok {
			<-p.exited
			tb.Fatalf("%v ended before it was ready: %v\n%s", args, p.err, p.stderr)
		}
		if err := json.Unmarshal([]byte(line), &p.ready); err != nil {
			tb.Fatalf("ready line %q: %v", line, err)
		}
	case <-time.After(time.Minute):
		_ = p.end(syscall.SIGQUIT) // which says where it stands
		tb.Fatalf("%v is not ready after a minute\n%s", args, p.stderr)
	}
}

// endPatience is how long a process may take to end before it has to say where it stands.
const endPatience = 30 * time.Second

// end sends a signal and waits for the process to be gone.
func (p *program) end(s os.Signal) error {
	_ = p.cmd.Process.Signal(s)
	stuck := time.AfterFunc(endPatience, func() { _ = p.cmd.Process.Signal(syscall.SIGQUIT) })
	defer stuck.Stop()
	<-p.exited
	return p.err
}

// output runs linklog to its end.
func output(tb testing.TB, args ...string) (stdout, stderr string, status int) {
	tb.Helper()
	path, err := binary()
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

const (
	firefox   = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
)

// direct doesn't follow redirects.
var direct = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// visit asks for a short link and returns the status and where it leads.
func visit(tb testing.TB, method, url, agent string) (status int, location string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("User-Agent", agent)
	resp, err := direct.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

// caller is a user of the API.
type caller struct {
	tb        testing.TB
	base, key string
}

// do sends a request; answer may be nil. It returns the status and the headers.
func (c caller) do(method, path, body string, answer any, headers ...string) (int, http.Header) {
	c.tb.Helper()
	r, err := http.NewRequestWithContext(c.tb.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.key)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := direct.Do(r)
	if err != nil {
		c.tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.tb.Fatal(err)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			c.tb.Fatalf("%s %s answered %d: %s", method, path, resp.StatusCode, text)
		}
	}
	return resp.StatusCode, resp.Header
}

type link struct {
	ID       string `json:"id"`
	ShortURL string `json:"short_url"`
	LongURL  string `json:"long_url"`
	Slug     string `json:"slug"`
	Clicks   int    `json:"clicks"`
}

type linkAnswer struct {
	Success bool
	Link    link
	Error   struct{ Code, Message string }
}

// create makes a link or fails the test.
func (c caller) create(body string) link {
	c.tb.Helper()
	var a linkAnswer
	if status, _ := c.do("POST", "/v1/links", body, &a); status != http.StatusCreated {
		c.tb.Fatalf("create %s: %d %+v", body, status, a)
	}
	return a.Link
}

type analytics struct {
	Total      int `json:"total_clicks"`
	Bots       int `json:"bot_clicks"`
	Heads      int `json:"head_requests"`
	Visitors   int `json:"unique_visitors"`
	Timeseries []struct {
		Date   string
		Clicks int
	} `json:"timeseries"`
	Breakdown map[string][]map[string]any `json:"breakdown"`
}

// awaitClicks asks until as many visits of each kind as wanted are counted.
func (c caller) awaitClicks(id string, human, bot, head int) analytics {
	c.tb.Helper()
	var a analytics
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(30 * time.Second); ; {
		if status, _ := c.do("GET", "/v1/links/"+id+"/analytics", "", &a); status != http.StatusOK {
			c.tb.Fatalf("analytics of %s: %d", id, status)
		}
		if a.Total == human && a.Bots == bot && a.Heads == head {
			return a
		}
		if a.Total > human || a.Bots > bot || a.Heads > head {
			c.tb.Fatalf("counted %d human, %d bot, %d HEAD; there were %d, %d, %d", a.Total, a.Bots, a.Heads, human, bot, head)
		}
		select {
		case <-ticker.C:
		case <-deadline:
			c.tb.Fatalf("counted %d human, %d bot, %d HEAD after 30 s; there were %d, %d, %d", a.Total, a.Bots, a.Heads, human, bot, head)
		}
	}
}
