package embedded_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// victim names the data directory for a copy of the test program that starts a database in it and waits to be killed.
const victim = "EMBEDDED_TEST_VICTIM"

func TestMain(m *testing.M) {
	if dataDir := os.Getenv(victim); dataDir != "" {
		beKilled(dataDir)
	}
	embeddedtest.Main(m)
}

func beKilled(dataDir string) {
	p, err := embedded.StartPostgres(context.Background(), embedded.PostgresOptions{DataDir: dataDir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(p.URL())
	select {}
}
