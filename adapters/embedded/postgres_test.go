package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

func TestPostgresKeepsDataAndAddress(t *testing.T) {
	dataDir := embeddedtest.DataDir(t)
	first := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir, FsyncOff: true})
	query(t, first.URL(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
	if err := errors.Join(first.Stop(), first.Stop()); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	second := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir, FsyncOff: true})
	t.Logf("second start took %v", time.Since(begin))
	if first.URL() != second.URL() {
		t.Errorf("the address changed from %s to %s", first.URL(), second.URL())
	}
	if got := query(t, second.URL(), "SELECT n FROM kept"); got != "7" {
		t.Errorf("read %q back, want 7", got)
	}
}

func TestPostgresSettings(t *testing.T) {
	p := startPostgres(t, embedded.PostgresOptions{DataDir: embeddedtest.DataDir(t)})
	for setting, want := range map[string]string{
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "max_connections": "200",
		"server_encoding": "UTF8", "timezone": "UTC", "listen_addresses": "127.0.0.1",
	} {
		if got := query(t, p.URL(), "SHOW "+setting); got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
	config, err := pgx.ParseConfig(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "guess"
	if conn, err := pgx.ConnectConfig(t.Context(), config); err == nil {
		t.Error("let in with a wrong password", conn.Close(t.Context()))
	}
}

func TestPostgresSurvivesKillOfItsParent(t *testing.T) {
	dataDir := embeddedtest.DataDir(t)
	for n := range 3 {
		cmd, url := startVictim(t, dataDir)
		query(t, url, fmt.Sprintf("CREATE TABLE kept%d (n int)", n))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	p := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir})
	if got := query(t, p.URL(), "SELECT count(*)::text FROM pg_tables WHERE tablename LIKE 'kept%'"); got != "3" {
		t.Errorf("%s of 3 tables are left", got)
	}
}

func TestPostgresDirectoryBelongsToOneProcess(t *testing.T) {
	dataDir := embeddedtest.DataDir(t)
	startPostgres(t, embedded.PostgresOptions{DataDir: dataDir, FsyncOff: true})
	_, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{DataDir: dataDir})
	if !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("got %v, want an error that names the process using %s", err, dataDir)
	}
}

func TestPostgresPorts(t *testing.T) {
	dataDir := embeddedtest.DataDir(t)
	first := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir, FsyncOff: true})
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	config, err := pgx.ParseConfig(first.URL())
	if err != nil {
		t.Fatal(err)
	}
	port := int(config.Port)
	squatter, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = squatter.Close() }()
	_, err = embedded.StartPostgres(t.Context(), embedded.PostgresOptions{DataDir: dataDir, Port: port})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("asked for a taken port: got %v", err)
	}
	second := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir, FsyncOff: true})
	query(t, second.URL(), "SELECT 1")
}

func TestPostgresOutOfReachOfItsUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has Postgres run as another user")
	}
	dataDir := embeddedtest.DataDir(t)
	closed := filepath.Join(dataDir, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{DataDir: filepath.Join(closed, "data")})
	if err == nil || !strings.Contains(err.Error(), "may not enter "+closed) {
		t.Errorf("got %v, want an error that names %s", err, closed)
	}
}

func TestPostgresStartIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{DataDir: embeddedtest.DataDir(t)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func startPostgres(tb testing.TB, o embedded.PostgresOptions) *embedded.Postgres {
	tb.Helper()
	p, err := embedded.StartPostgres(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := p.Stop(); err != nil {
			tb.Error(err)
		}
		<-p.Done()
	})
	return p
}

// query runs a statement on a connection of its own and returns the first value of its result as text, if there is one.
func query(tb testing.TB, url, sql string) (value string) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close(tb.Context()) }()
	results, err := conn.PgConn().Exec(tb.Context(), sql).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	if len(results[0].Rows) > 0 {
		value = string(results[0].Rows[0][0])
	}
	return value
}

// startVictim starts a database in another process and returns that process and the database's URL.
func startVictim(tb testing.TB, dataDir string) (*exec.Cmd, string) {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+dataDir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill() })
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		tb.Fatal("the other process didn't start its database: ", err)
	}
	return cmd, strings.TrimSpace(url)
}
