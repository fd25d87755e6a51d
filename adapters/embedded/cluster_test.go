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

// TestStartAfterAKill starts a cluster from each state that a killed process can leave it in.
func TestStartAfterAKill(t *testing.T) {
	c, dataDir := openTestCluster(t)
	starts := func(t *testing.T) {
		t.Helper()
		p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir, FsyncOff: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("server still running", func(t *testing.T) {
		startOrphan(t, c)
		starts(t)
	})
	t.Run("process id reused", func(t *testing.T) {
		// After a reboot the number in the file may be that of any process, of this one for example.
		pid := fmt.Appendf(nil, "%d\n%s\n", os.Getpid(), c.path)
		if err := os.WriteFile(filepath.Join(c.path, "postmaster.pid"), pid, 0o600); err != nil {
			t.Fatal(err)
		}
		starts(t)
	})
	t.Run("cluster half made", func(t *testing.T) {
		// What is left between initdb and the rename.
		if err := os.Rename(c.path, c.path+".new"); err != nil {
			t.Fatal(err)
		}
		starts(t)
	})
}

// startOrphan starts a server that no process will stop, as on systems where a child doesn't learn of its parent's death.
func startOrphan(t *testing.T, c *cluster) {
	t.Helper()
	port, err := listenLoopback(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = port.Close()
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", portOf(port))
	logFile := filepath.Join(c.path, "orphan.log")
	if err := c.run(t.Context(), nil, "pg_ctl", "start", "-D", c.path, "-w", "-o", options, "-l", logFile); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.run(context.Background(), nil, "pg_ctl", "stop", "-D", c.path) }) // if the test fails
}
