package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// oldest is the first major version of Postgres that Linklog's schemas work on.
const oldest = 15

// binaries is a directory with the programs of one Postgres version.
type binaries struct {
	path  string
	major int
}

// findBinaries returns programs of the wanted major version, for 0 the newest there are. What this machine lacks is fetched.
func findBinaries(ctx context.Context, want int, user account) (binaries, error) {
	var best binaries
	for _, path := range installed() {
		b, err := probe(ctx, path, user)
		if err == nil && b.major >= oldest && b.major > best.major && (want == 0 || b.major == want) {
			best = b
		}
	}
	if best.major != 0 || ctx.Err() != nil {
		return best, ctx.Err()
	}
	b, err := fetchBinaries(ctx, want, user)
	if err == nil {
		return b, nil
	}
	if want != 0 {
		return binaries{}, fmt.Errorf("the data is of version %d, which is not installed here and could not be fetched: %w", want, err)
	}
	return binaries{}, fmt.Errorf("version %d or later is not installed here and could not be fetched: %w", oldest, err)
}

// installed returns the directories where systems and their packages keep the programs.
func installed() []string {
	var paths []string
	if inPath, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(inPath); err == nil {
			paths = append(paths, filepath.Dir(target))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",              // Debian
		"/usr/pgsql-*/bin",                       // Red Hat
		"/opt/homebrew/opt/postgresql@*/bin",     // Homebrew
		"/usr/local/opt/postgresql@*/bin",        // Homebrew on Intel
		"/Library/PostgreSQL/*/bin",              // EDB's installer
		"/usr/libexec/postgresql[1-9]*",          // Alpine
		"/usr/local/share/postgresql/[1-9]*/bin", // from source
	} {
		matches, _ := filepath.Glob(pattern) // fails only for a malformed pattern
		paths = append(paths, matches...)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// probe asks the programs in a directory for their version, as the user who is to run them.
func probe(ctx context.Context, path string, user account) (binaries, error) {
	b := binaries{path: path}
	for _, program := range []string{"initdb", "pg_ctl"} {
		if _, err := os.Stat(filepath.Join(path, program)); err != nil {
			return binaries{}, fmt.Errorf("find programs of postgres: %w", err)
		}
	}
	out, err := b.command(ctx, user, "postgres", "--version").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("run %s: %w", filepath.Join(path, "postgres"), err)
	}
	_, version, _ := strings.Cut(string(out), ") ") // postgres (PostgreSQL) 15.18 (Debian 15.18-0)
	if _, err := fmt.Sscanf(version, "%d", &b.major); err != nil {
		return binaries{}, fmt.Errorf("read version from %q: %w", out, err)
	}
	return b, nil
}

func (b binaries) command(ctx context.Context, user account, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(b.path, program), args...)
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=" + b.path} // nothing of ours, least of all PG* variables
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user.credential()}
	return cmd
}
