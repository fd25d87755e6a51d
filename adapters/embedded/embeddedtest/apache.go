package embeddedtest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Apache is an Apache Kafka of the test's own, in a process that can be killed and started
// again on the data it had.
type Apache struct {
	// Addr is the broker's host:port, which stays the same.
	Addr string

	tb      testing.TB
	program string
	running *broker // nil while it is down
}

// broker is one life of the process.
type broker struct {
	cmd   *exec.Cmd
	up    chan struct{} // closed when it says that it serves
	ended chan struct{} // closed when it is gone and all it said was read
	said  []string      // its last lines; read them after ended
}

// The broker needs some seconds, on a busy machine many; and this much of what it said is
// shown if it fails.
const (
	apachePatience = time.Minute
	apacheLines    = 60
)

// StartApache starts the broker that deploy/kafka/run.sh --stopped has made. The test is
// skipped where there is none.
func StartApache(tb testing.TB) *Apache {
	tb.Helper()
	a := &Apache{Addr: os.Getenv("KAFKA_TEST_BROKERS"), tb: tb, program: os.Getenv("KAFKA_TEST_START")}
	if a.program == "" {
		tb.Skip("needs an Apache Kafka that may be killed: deploy/kafka/run.sh --stopped")
	}
	a.Start()
	tb.Cleanup(func() {
		if a.running == nil {
			return
		}
		last := a.running
		a.Kill()
		if tb.Failed() {
			tb.Logf("Apache Kafka said at last:\n%s", strings.Join(last.said, "\n"))
		}
	})
	return a
}

// Start starts the broker after a Kill and returns once it serves.
func (a *Apache) Start() {
	a.tb.Helper()
	b := &broker{cmd: exec.Command(a.program), up: make(chan struct{}), ended: make(chan struct{})}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		a.tb.Fatalf("embeddedtest: start Apache Kafka: %v", err)
	}
	b.cmd.Stderr = b.cmd.Stdout
	if err := b.cmd.Start(); err != nil {
		a.tb.Fatalf("embeddedtest: start Apache Kafka: %v", err)
	}
	a.running = b
	go b.listen(bufio.NewScanner(out))
	late := time.NewTimer(apachePatience)
	defer late.Stop()
	select {
	case <-b.up:
	case <-b.ended:
		a.tb.Fatalf("embeddedtest: Apache Kafka ended before it served:\n%s", strings.Join(b.said, "\n"))
	case <-late.C:
		a.tb.Fatalf("embeddedtest: Apache Kafka does not serve after %v", apachePatience)
	}
}

// listen reads what the broker says until it ends, and buries it.
func (b *broker) listen(lines *bufio.Scanner) {
	defer close(b.ended)
	for up := false; lines.Scan(); {
		b.said = append(b.said, lines.Text())
		b.said = b.said[max(0, len(b.said)-apacheLines):]
		if !up && strings.Contains(lines.Text(), "Kafka Server started") {
			up = true
			close(b.up)
		}
	}
	_ = b.cmd.Wait() // it was killed
}

// Kill ends the broker as a crash does, and returns when it is gone.
func (a *Apache) Kill() {
	a.tb.Helper()
	_ = a.running.cmd.Process.Kill()
	<-a.running.ended
	a.running = nil
}
