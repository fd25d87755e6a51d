package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// cluster is a data directory with everything needed to serve it.
type cluster struct {
	path     string
	bin      binaries
	user     account
	password string
}

// openCluster finds the cluster in d or makes it, and sees that nothing is running on it.
func openCluster(ctx context.Context, d *dir, fsyncOff bool) (*cluster, error) {
	user, err := serverAccount(d.path)
	if err != nil {
		return nil, err
	}
	c := &cluster{path: d.file("postgres"), user: user}
	version, err := c.version()
	if err != nil {
		return nil, err
	}
	if c.bin, err = findBinaries(ctx, version, user); err != nil {
		return nil, err
	}
	if version == 0 {
		if err := c.create(ctx, d, fsyncOff); err != nil {
			return nil, err
		}
	}
	password, err := os.ReadFile(d.file("password"))
	if err != nil {
		return nil, fmt.Errorf("read database password: %w", err)
	}
	c.password = string(password)
	return c, c.stopOrphan(ctx)
}

// version returns the major version that made the cluster, 0 if there is none yet.
func (c *cluster) version() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.path, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read version of the data: %w", err)
	}
	version, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	if err != nil {
		return 0, fmt.Errorf("read version of the data: %w", err)
	}
	return version, nil
}

// create makes the cluster and the database in it under another name, so that a crash on the way leaves nothing to take for a cluster.
func (c *cluster) create(ctx context.Context, d *dir, fsyncOff bool) error {
	draft := c.path + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return fmt.Errorf("remove half-made cluster: %w", err)
	}
	if err := os.WriteFile(d.file("password"), []byte(rand.Text()), 0o600); err != nil {
		return fmt.Errorf("write database password: %w", err)
	}
	if err := c.user.own(d.file("password")); err != nil {
		return err
	}
	args := []string{
		"-D", draft, "-U", superuser, "--pwfile", d.file("password"), "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--no-instructions",
	}
	if fsyncOff {
		args = append(args, "--no-sync")
	}
	if err := c.run(ctx, nil, "initdb", args...); err != nil {
		return fmt.Errorf("make database cluster: %w", err)
	}
	statement := strings.NewReader("CREATE DATABASE " + superuser + ";\n")
	if err := c.run(ctx, statement, "postgres", "--single", "-D", draft, "postgres"); err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	if err := os.Rename(draft, c.path); err != nil {
		return fmt.Errorf("put new cluster in place: %w", err)
	}
	return nil
}

// run runs one of the cluster's programs to its end; its last words become the error.
func (c *cluster) run(ctx context.Context, stdin io.Reader, program string, args ...string) error {
	cmd := c.bin.command(ctx, c.user, program, args...)
	cmd.Dir = filepath.Dir(c.path)
	cmd.Stdin = stdin
	runtime.LockOSThread() // as in startProcess: a cluster half made by a killed process must not go on being made
	defer runtime.UnlockOSThread()
	dieWithParent(cmd.SysProcAttr)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("run %s: %w: %s", program, err, lastLines(out, 3))
	}
	return nil
}

func lastLines(out []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}

// stopOrphan ends a server that outlived the process that started it. No live process can own it: ours has the lock.
func (c *cluster) stopOrphan(ctx context.Context) error {
	pidFile := filepath.Join(c.path, "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for a running server: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first)) // a torn file names no process
	if pid > 0 && strings.Contains(commandLine(pid), c.path) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := c.run(ctx, nil, "pg_ctl", "stop", "-D", c.path, "-m", "fast", "-w", "-t", "60"); err != nil {
			if strings.Contains(commandLine(pid), c.path) { // it may have ended by itself meanwhile
				return fmt.Errorf("stop server left over by a killed process: %w", err)
			}
		}
		return nil
	}
	// The number may belong to an unrelated process by now, and Postgres would then refuse to start.
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove stale process file: %w", err)
	}
	return nil
}
