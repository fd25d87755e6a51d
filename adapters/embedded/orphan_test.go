package embedded_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// TestPostgresWaitsForOrphans: when the server and its parent are killed, a child of the server in
// the middle of its work goes on. A new server, which refuses to run beside it, comes up once it is
// gone; it used to fail with "pre-existing shared memory block is still in use".
func TestPostgresWaitsForOrphans(t *testing.T) {
	dataDir := embeddedtest.DataDir(t)
	parent, url := startVictim(t, dataDir)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	orphan := int(conn.PgConn().PID())
	worked := make(chan error, 1)
	go func() { // it doesn't look up from this
		_, err := conn.Exec(t.Context(), "SELECT count(*) FROM generate_series(1, 20000000) n WHERE n % 7 = 3")
		worked <- err
	}()
	active := fmt.Sprintf("SELECT state FROM pg_stat_activity WHERE pid = %d", orphan)
	for query(t, url, active) != "active" {
		continue
	}
	text, err := os.ReadFile(filepath.Join(dataDir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(server, syscall.SIGKILL)
	_ = parent.Process.Kill()
	_ = parent.Wait()
	if err := syscall.Kill(orphan, 0); err != nil {
		t.Fatalf("the child ended with its parents: %v", err)
	}
	second := startPostgres(t, embedded.PostgresOptions{DataDir: dataDir})
	if got := query(t, second.URL(), "SELECT 'back'"); got != "back" {
		t.Errorf("got %q", got)
	}
	t.Log("the child's client heard:", <-worked)
}
