package embeddedtest

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package, stops the database server if one of them started it, and fails if a goroutine is left over. Call it as
// the whole of TestMain; it doesn't return.
func Main(m *testing.M, opts ...goleak.Option) {
	code := m.Run()
	if err := stopServer(); err != nil {
		fmt.Fprintln(os.Stderr, "embeddedtest:", err)
		code = max(code, 1)
	}
	opts = append(opts,
		// pgxpool.Pool.Close doesn't wait for its health check, which may be in the middle of opening a connection.
		goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
		goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).triggerHealthCheck.func1"),
		// sarama measures with go-metrics, which starts one goroutine per process and has no way to stop it.
		goleak.IgnoreAnyFunction("github.com/rcrowley/go-metrics.(*meterArbiter).tick"),
	)
	if code == 0 {
		if err := goleak.Find(opts...); err != nil {
			fmt.Fprintln(os.Stderr, "embeddedtest:", err)
			code = 1
		}
	}
	os.Exit(code)
}
