package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// superuser is both the role that owns everything in the cluster and the database made for it.
const superuser = "linklog"

// PostgresOptions says where and how [StartPostgres] runs the server.
type PostgresOptions struct {
	// DataDir keeps the cluster, its password and its port. It is made if missing.
	DataDir string
	// Port is the loopback port. Zero means the one of the last start if it is free, else any.
	Port int
	// FsyncOff gives up safety against power loss for speed. It is for tests.
	FsyncOff bool
	// Log receives what the server logs; nil drops it.
	Log io.Writer
}

// Postgres is a server running as a child of this process.
type Postgres struct {
	dir      *dir
	server   *process
	port     int
	password string
	stop     sync.Once
	stopErr  error
}

// StartPostgres starts the cluster in DataDir, making it first if there is none, and returns once it accepts connections. A server left
// over by a killed process is stopped before. The context is for starting only: end the server with [Postgres.Stop].
func StartPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	d, err := openDir(o.DataDir)
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	p, err := servePostgres(ctx, d, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start postgres: %w", err), d.close())
	}
	return p, nil
}

func servePostgres(ctx context.Context, d *dir, o PostgresOptions) (*Postgres, error) {
	c, err := openCluster(ctx, d, o.FsyncOff)
	if err != nil {
		return nil, err
	}
	p := &Postgres{dir: d, password: c.password}
	// A port found free can be taken before the server opens it; then the next try finds another.
	for range 3 {
		if p.port, err = freePort(ctx, d, o.Port); err != nil {
			return nil, err
		}
		p.server, err = c.serveAlone(ctx, p.port, o)
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

func freePort(ctx context.Context, d *dir, port int) (int, error) {
	l, err := d.listen(ctx, port)
	if err != nil {
		return 0, err
	}
	return portOf(l), l.Close()
}

// URL returns the connection string of the database linklog, which the first start makes.
func (p *Postgres) URL() string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, p.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)),
		Path:     "/" + superuser,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Done is closed when the server has ended, by [Postgres.Stop] or by itself.
func (p *Postgres) Done() <-chan struct{} { return p.server.done }

// Stop ends the server and waits for it: sessions are cut off, everything committed is on disk. Calling it again returns the same.
func (p *Postgres) Stop() error {
	p.stop.Do(func() {
		// SIGINT is a fast shutdown; SIGQUIT, for a server that hangs, loses nothing but makes the next start replay the log.
		err := p.server.end(syscall.SIGINT, 30*time.Second)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = p.server.end(syscall.SIGQUIT, 10*time.Second)
		}
		if err != nil {
			err = fmt.Errorf("stop postgres: %w", err)
		}
		p.stopErr = errors.Join(err, p.dir.close())
	})
	return p.stopErr
}
