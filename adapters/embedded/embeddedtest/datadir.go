package embeddedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// DataDir returns a directory like [testing.T.TempDir], in which a Postgres can run even under root: then it runs as another user, who
// must be let through the directories above.
func DataDir(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for _, path := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(path, 0o755); err != nil { //nolint:gosec // that's the point
			tb.Fatalf("embeddedtest: open up temporary directory: %v", err)
		}
	}
	return dir
}
