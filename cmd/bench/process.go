package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd   *exec.Cmd
	ready readyLine
}

// readyLine is what `linklog dev --json` and `linklog serve --json` print once they serve.
type readyLine struct {
	API      string `json:"api"`
	Redirect string `json:"redirect"`
	Admin    string `json:"admin"`
	APIKey   string `json:"api_key"`
	Kafka    string `json:"kafka"`
	Database string `json:"database"`
}

// launch starts a program and waits for the JSON line that says it is ready.
func launch(ctx context.Context, env []string, name string, args ...string) (*process, time.Duration, error) {
	start := time.Now()
	cmd := exec.Command(name, args...) //nolint:gosec,noctx // the program under measurement; stopped by close
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, fmt.Errorf("open output: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, 0, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{cmd: cmd}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		_ = cmd.Wait()
		return nil, 0, fmt.Errorf("%s %s ended before it was ready", name, strings.Join(args, " "))
	}
	if err := json.Unmarshal(lines.Bytes(), &p.ready); err != nil {
		p.close()
		return nil, 0, fmt.Errorf("read ready line: %w", err)
	}
	return p, time.Since(start), nil
}

// close asks the process to end and waits for it.
func (p *process) close() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

// cpu is the processor time the process has used, children not counted.
func (p *process) cpu() (time.Duration, error) {
	own, _, err := processorTime(p.cmd.Process.Pid)
	return own, err
}

// processorTime is what a process has used, and what its children have that have ended.
func processorTime(pid int) (own, children time.Duration, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read processor time: %w", err)
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	var ticks [4]int64
	for i, f := range fields[11:15] { // utime, stime, and the same of children
		if ticks[i], err = strconv.ParseInt(f, 10, 64); err != nil {
			return 0, 0, fmt.Errorf("read processor time: %w", err)
		}
	}
	const tick = time.Second / 100 // USER_HZ is 100 on every Linux
	return time.Duration(ticks[0]+ticks[1]) * tick, time.Duration(ticks[2]+ticks[3]) * tick, nil
}
