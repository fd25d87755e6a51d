package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// orphanPatience is how long children of a killed server may take to end, and orphanPause is between two tries to start a new one.
const (
	orphanPatience = time.Minute
	orphanPause    = 100 * time.Millisecond
)

// errOrphans says that children of a killed server are still at work on the data. They end as soon as they look up from it.
var errOrphans = errors.New("the last server was killed, and a child of it is still writing")

// serveAlone is serve once no child of an earlier server is left.
func (c *cluster) serveAlone(ctx context.Context, port int, o PostgresOptions) (*process, error) {
	patience, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	for {
		server, err := c.serve(ctx, port, o)
		if !errors.Is(err, errOrphans) {
			return server, err
		}
		select {
		case <-time.After(orphanPause):
		case <-patience.Done():
			return nil, err
		}
	}
}

// serve starts the server and waits until it accepts connections.
func (c *cluster) serve(ctx context.Context, port int, o PostgresOptions) (*process, error) {
	log := newServerLog(o.Log)
	running := context.WithoutCancel(ctx) // ctx is for the start
	cmd := c.bin.command(running, c.user, "postgres", serverArgs(c.path, port, o.FsyncOff)...)
	cmd.Dir = c.path
	cmd.Stderr = log
	// Its own group: an interrupt typed at the terminal is for us, who stop the database last.
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	server, err := startProcess(cmd)
	if err != nil {
		return nil, err
	}
	select {
	case <-log.ready:
		return server, nil
	case <-server.done:
		return nil, log.reason()
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), server.end(syscall.SIGINT, 30*time.Second))
	}
}

func serverArgs(path string, port int, fsyncOff bool) []string {
	args := []string{"-D", path, "-p", strconv.Itoa(port)}
	set := func(name, value string) { args = append(args, "-c", name+"="+value) }
	set("listen_addresses", "127.0.0.1")
	set("unix_socket_directories", "") // their paths have a length limit that data directories don't
	set("max_connections", "200")
	set("shared_buffers", "128MB")
	set("jit", "off") // compiling costs more than it saves on queries as short as ours
	set("timezone", "UTC")
	set("log_timezone", "UTC")
	set("lc_messages", "C") // the words that say it is ready
	if fsyncOff {
		set("fsync", "off")
		set("full_page_writes", "off")
		set("wal_level", "minimal")
		set("max_wal_senders", "0")
		set("max_wal_size", "128MB")
	}
	return args
}

// serverLog passes the server's log on, and learns from it that the server is ready or why it will not be.
type serverLog struct {
	out io.Writer

	mu    sync.Mutex
	last  []byte        // an unfinished line
	fatal string        // the last reason given for not starting
	taken bool          // the reason is the port
	haunt bool          // the reason is children of a server that was killed
	ready chan struct{} // closed by Write at the first line that says so
	told  bool          // ready is closed
}

func newServerLog(out io.Writer) *serverLog {
	if out == nil {
		out = io.Discard
	}
	return &serverLog{out: out, ready: make(chan struct{})}
}

// Write implements [io.Writer].
func (l *serverLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = append(l.last, p...)
	for {
		line, rest, found := bytes.Cut(l.last, []byte("\n"))
		if !found {
			break
		}
		l.read(string(line))
		l.last = rest
	}
	_, _ = l.out.Write(p) // the server must not die of its log's troubles
	return len(p), nil
}

func (l *serverLog) read(line string) {
	switch {
	case l.told:
	case strings.Contains(line, "database system is ready to accept connections"):
		l.told = true
		close(l.ready)
	case strings.Contains(line, "could not bind"):
		l.taken = true
	case strings.Contains(line, "pre-existing shared memory block"):
		l.haunt = true
	case strings.Contains(line, "FATAL:"):
		_, l.fatal, _ = strings.Cut(line, "FATAL:")
	}
}

func (l *serverLog) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.taken:
		return fmt.Errorf("open the server's port: %w", syscall.EADDRINUSE)
	case l.haunt:
		return errOrphans
	case l.fatal != "":
		return fmt.Errorf("the server says: %s", strings.TrimSpace(l.fatal))
	default:
		return errors.New("the server ended without a word")
	}
}
