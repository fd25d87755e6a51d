package embedded

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// openTestCluster makes a cluster nobody serves.
func openTestCluster(t *testing.T) (*cluster, string) {
	t.Helper()
	dataDir := filepath.Join(t.TempDir(), "data")
	if err := os.Chmod(filepath.Dir(filepath.Dir(dataDir)), 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := openDir(dataDir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.close() }()
	c, err := openCluster(t.Context(), d, true)
	if err != nil {
		t.Fatal(err)
	}
	return c, dataDir
}

func TestOrphanIsStopped(t *testing.T) {
	c, dataDir := openTestCluster(t)
	port, err := listenLoopback(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = port.Close()
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", portOf(port))
	logFile := filepath.Join(dataDir, "postgres", "orphan.log")
	if err := c.run(t.Context(), nil, "pg_ctl", "start", "-D", c.path, "-w", "-o", options, "-l", logFile); err != nil {
		t.Fatal(err)
	}
	p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir, FsyncOff: true})
	if err != nil {
		// The test failed, but must not leave a server behind.
		t.Fatal(err, c.run(context.Background(), nil, "pg_ctl", "stop", "-D", c.path))
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
}

func TestProcessFileOfSomebodyElse(t *testing.T) {
	c, dataDir := openTestCluster(t)
	pidFile := filepath.Join(c.path, "postmaster.pid")
	// After a reboot the number in the file may be that of any process, of this one for example.
	if err := os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s\n", os.Getpid(), c.path), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir, FsyncOff: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
}

func TestHalfMadeClusterIsMadeAgain(t *testing.T) {
	c, dataDir := openTestCluster(t)
	// What a kill leaves between initdb and the rename.
	if err := os.Rename(c.path, c.path+".new"); err != nil {
		t.Fatal(err)
	}
	p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir, FsyncOff: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
}
