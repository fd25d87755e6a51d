package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// ErrInUse says that another process holds the data directory.
var ErrInUse = errors.New("data directory is in use")

// CacheDir returns the directory for what is fetched or made once and can be made again. Under root it is one that the unprivileged user
// whom Postgres runs as may enter, which root's home usually is not.
func CacheDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/cache/linklog", nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache directory: %w", err)
	}
	return filepath.Join(base, "linklog"), nil
}

// dir is a data directory that this process alone uses.
type dir struct {
	path string
	lock *os.File
}

func openDir(path string) (*dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find data directory: %w", err)
	}
	// Parents stay open to others: the user whom Postgres runs as has to pass through them.
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // see above
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	lock, err := lockFile(filepath.Join(path, "lock"))
	if err != nil {
		return nil, err
	}
	return &dir{path: path, lock: lock}, nil
}

// lockFile locks the file until it is closed or the process ends, and leaves the process id in it for the next one's error message.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid, _ := os.ReadFile(path)
		err = fmt.Errorf("%w by process %s: %s", ErrInUse, bytes.TrimSpace(pid), filepath.Dir(path))
	}
	if err == nil {
		err = errors.Join(f.Truncate(0), writeAt0(f, strconv.Itoa(os.Getpid())))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock data directory: %w", err), f.Close())
	}
	return f, nil
}

func writeAt0(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

func (d *dir) file(name string) string { return filepath.Join(d.path, name) }

func (d *dir) close() error { return d.lock.Close() }

// listen opens a loopback port: the given one or, for zero, the one used last time if it is free, else any.
func (d *dir) listen(ctx context.Context, port int) (net.Listener, error) {
	if port != 0 {
		return listenLoopback(ctx, port)
	}
	text, _ := os.ReadFile(d.file("port"))
	last, _ := strconv.Atoi(string(text)) // nothing or nonsense means no last port
	l, err := listenLoopback(ctx, last)
	if err != nil && last != 0 {
		l, err = listenLoopback(ctx, 0)
	}
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(d.file("port"), []byte(strconv.Itoa(portOf(l))), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("remember port: %w", err), l.Close())
	}
	return l, nil
}

func listenLoopback(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is taken by another program: %w", port, syscall.EADDRINUSE)
	}
	if err != nil {
		return nil, fmt.Errorf("open loopback port: %w", err)
	}
	return l, nil
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
