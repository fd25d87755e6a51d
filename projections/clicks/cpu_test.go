package clicks_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// spent is processor time: on a machine that does other things too, it says more than the
// clock.
type spent struct{ here, postgres time.Duration }

// cpu is what this process and the pool's one backend have spent so far. Where a backend's
// time can't be read, it stays zero.
func cpu(tb testing.TB, pool *pgxpool.Pool) spent {
	tb.Helper()
	var s spent
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	s.here = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	var pid int
	if err := pool.QueryRow(context.Background(), `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
		tb.Fatal(err)
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	for _, f := range fields[11:13] { // user and system time in hundredths of a second
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		s.postgres += time.Duration(n) * 10 * time.Millisecond
	}
	return s
}

func (s spent) minus(o spent) spent { return spent{s.here - o.here, s.postgres - o.postgres} }
func (s spent) plus(o spent) spent  { return spent{s.here + o.here, s.postgres + o.postgres} }
