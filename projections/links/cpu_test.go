package links_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// cpu is the processor time that this process and the database's connections have spent so far: on
// a machine that does other things too, it says more than the clock. Where the time of connections
// can't be read, it is this process's alone.
func (b *bundle) cpu() (spent time.Duration) {
	b.Helper()
	var u syscall.Rusage
	b.must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	spent = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	rows, _ := b.pool.Query(b.Context(), `SELECT pid FROM pg_stat_activity WHERE datname = current_database()`)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	b.must(err)
	for _, pid := range pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		for _, f := range fields[11:13] { // user and system time in hundredths of a second
			n, err := strconv.ParseInt(string(f), 10, 64)
			b.must(err)
			spent += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return spent
}
