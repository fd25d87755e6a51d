package embeddedtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/adapters/embedded"
)

// Database returns the URL of an empty database that exists until the test ends, whoever is still connected to it.
func Database(tb testing.TB) string {
	tb.Helper()
	s, err := startServer()
	if err != nil {
		tb.Fatalf("embeddedtest: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := s.exec("CREATE DATABASE " + name); err != nil {
		tb.Fatalf("embeddedtest: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Errorf("embeddedtest: %v", err)
		}
	})
	u, err := url.Parse(s.postgres.URL())
	if err != nil {
		tb.Fatalf("embeddedtest: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

// server is the Postgres that all tests of this process share.
type server struct {
	postgres *embedded.Postgres
	mu       sync.Mutex // a connection does one thing at a time
	conn     *pgx.Conn
}

// started is the one variable of the package: a test process has one server, begun by the first test that needs it and ended by Main.
var started struct {
	sync.Mutex

	server *server
}

func startServer() (*server, error) {
	started.Lock()
	defer started.Unlock()
	if started.server != nil {
		return started.server, nil
	}
	ctx := context.Background()
	p, err := startInFreeSlot(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to test server: %w", err), p.Stop())
	}
	s := &server{postgres: p, conn: conn}
	if err := s.dropLeftovers(ctx); err != nil {
		return nil, errors.Join(err, conn.Close(ctx), p.Stop())
	}
	started.server = s
	return s, nil
}

// stopServer ends the server if there is one.
func stopServer() error {
	started.Lock()
	defer started.Unlock()
	s := started.server
	if s == nil {
		return nil
	}
	started.server = nil
	return errors.Join(s.conn.Close(context.Background()), s.postgres.Stop())
}

// startInFreeSlot starts Postgres on the first data directory that no other test process uses.
func startInFreeSlot(ctx context.Context) (*embedded.Postgres, error) {
	cache, err := embedded.CacheDir()
	if err != nil {
		return nil, err
	}
	for slot := 0; ; slot++ {
		o := embedded.PostgresOptions{DataDir: filepath.Join(cache, "tests", strconv.Itoa(slot)), FsyncOff: true}
		p, err := embedded.StartPostgres(ctx, o)
		switch {
		case err == nil:
			return p, nil
		case errors.Is(err, embedded.ErrInUse):
			continue
		}
		// Without fsync a cluster doesn't survive a crash of the machine. It holds nothing: make a new one, once.
		if err := os.RemoveAll(filepath.Join(o.DataDir, "postgres")); err != nil {
			return nil, fmt.Errorf("remove broken test cluster: %w", err)
		}
		return embedded.StartPostgres(ctx, o)
	}
}

func (s *server) exec(sql string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.conn.Exec(context.Background(), sql); err != nil {
		return fmt.Errorf("run %q: %w", sql, err)
	}
	return nil
}

// dropLeftovers removes the databases of a run that was killed.
func (s *server) dropLeftovers(ctx context.Context) error {
	rows, _ := s.conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list databases: %w", err)
	}
	for _, name := range names {
		if err := s.exec("DROP DATABASE " + name); err != nil {
			return err
		}
	}
	return nil
}
