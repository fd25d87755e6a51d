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
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read processor time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100), nil // USER_HZ is 100 on every Linux
}

// machineCPU is the processor time that all processes together have used.
func machineCPU() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	var ticks int64
	for i, f := range strings.Fields(line)[1:] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read processor time: %w", err)
		}
		if i < 7 && i != 3 && i != 4 { // not idle, not waiting for disks; guests are counted already
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100), nil
}
