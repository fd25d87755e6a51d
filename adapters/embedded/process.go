package embedded

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a running child.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed by the goroutine that waits for the child, once it has ended
}

// startProcess starts cmd on an operating system thread of its own that lives as long as the child: the signal that the kernel sends when a
// parent dies is tied to the thread that forked, and Go ends threads at will.
func startProcess(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error) // one value, from the goroutine below
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how a server ended is in its log
		}
	}()
	if err := <-started; err != nil {
		<-p.done
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// end sends the signal and waits for the child to be gone, for [os.ErrDeadlineExceeded] at most the given time.
func (p *process) end(sig syscall.Signal, patience time.Duration) error {
	_ = p.cmd.Process.Signal(sig) // it can only have ended already
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
		return fmt.Errorf("process %d ignores %s: %w", p.cmd.Process.Pid, sig, os.ErrDeadlineExceeded)
	}
}
