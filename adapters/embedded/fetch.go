package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// fetchable are the versions that can be fetched, newest first.
var fetchable = []struct {
	major   int
	release embeddedpostgres.PostgresVersion
}{
	{18, embeddedpostgres.V18},
	{17, embeddedpostgres.V17},
	{16, embeddedpostgres.V16},
	{15, embeddedpostgres.V15},
}

// fetchBinaries returns programs of the wanted major version (0: the newest) from the cache, fetching them if they are not there yet.
func fetchBinaries(ctx context.Context, want int, user account) (binaries, error) {
	cache, err := CacheDir()
	if err != nil {
		return binaries{}, err
	}
	for _, v := range fetchable {
		if want != 0 && want != v.major {
			continue
		}
		home := filepath.Join(cache, "postgres-"+string(v.release))
		if b, err := probe(ctx, filepath.Join(home, "bin"), user); err == nil {
			return b, nil
		}
		if err := fetch(ctx, embeddedpostgres.DefaultConfig(), v.release, home); err != nil {
			return binaries{}, err
		}
		return probe(ctx, filepath.Join(home, "bin"), user)
	}
	return binaries{}, fmt.Errorf("version %d is not among those that can be fetched", want)
}

// fetch downloads a release and unpacks it to home.
//
// The library offers only to start a server, which it can't under root. Unpacking is the first thing that this does, so it is given a data
// directory with nothing but a version in it: it unpacks the programs, and then they find nothing to start.
func fetch(ctx context.Context, config embeddedpostgres.Config, release embeddedpostgres.PostgresVersion, home string) error {
	draft, err := draftBeside(home, string(release))
	if err != nil {
		return fmt.Errorf("prepare to fetch postgres: %w", err)
	}
	defer func() { _ = os.RemoveAll(draft) }()
	port, err := listenLoopback(ctx, 0) // it checks that its port is free
	if err != nil {
		return err
	}
	unpacked := filepath.Join(draft, "unpacked")
	config = config.Version(release).Port(uint32(portOf(port))).Logger(io.Discard).
		CachePath(draft).RuntimePath(filepath.Join(draft, "run")).DataPath(draft).BinariesPath(unpacked)
	if err := port.Close(); err != nil {
		return fmt.Errorf("prepare to fetch postgres: %w", err)
	}
	err = embeddedpostgres.NewDatabase(config).Start()
	http.DefaultClient.CloseIdleConnections() // the library leaves them open, to a host that nobody will ask again
	if err == nil || !strings.HasPrefix(err.Error(), "could not start postgres") {
		return fmt.Errorf("fetch postgres %s: %w", release, err)
	}
	if err := os.Rename(unpacked, home); err != nil && !errors.Is(err, os.ErrExist) { // another process was faster
		return fmt.Errorf("put fetched postgres in place: %w", err)
	}
	return nil
}

// draftBeside makes a temporary directory on the file system of home that passes for a cluster of the release until one looks inside.
func draftBeside(home, release string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil { //nolint:gosec // another user runs what is in it
		return "", err
	}
	draft, err := os.MkdirTemp(filepath.Dir(home), "fetch-")
	if err != nil {
		return "", err
	}
	major, _, _ := strings.Cut(release, ".")
	return draft, os.WriteFile(filepath.Join(draft, "PG_VERSION"), []byte(major), 0o600)
}
