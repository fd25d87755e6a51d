package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
)

// rebuild writes a history of clicks to Kafka, lets the projector count it, and measures how
// long it takes to count it all again: first a fifth of it, then all.
func (o *options) rebuild(ctx context.Context, s *site) ([]figure, error) {
	ship, err := kafka.NewShipper(kafka.Config{Brokers: []string{s.main.ready.Kafka}, Prefix: s.topicPrefix()}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer func() { _ = ship.Close() }()
	h := newHistory(o.Links, o.Clicks)
	var few, all rebuilt
	for _, step := range []struct {
		clicks int
		into   *rebuilt
	}{{o.Clicks / 5, &few}, {o.Clicks - o.Clicks/5, &all}} {
		if err := s.write(ctx, ship, h, step.clicks); err != nil {
			return nil, err
		}
		if err := s.counted(ctx); err != nil {
			return nil, err
		}
		if *step.into, err = s.rebuildClicks(ctx); err != nil {
			return nil, err
		}
	}
	rows, size, err := s.days(ctx)
	if err != nil {
		return nil, err
	}
	n := float64(all.Records)
	return []figure{
		{fmt.Sprintf("rebuild of %d clicks", all.Records), n / all.Seconds, "clicks/s", "≥ 150000"},
		{"rebuild, time for five times the clicks", all.Seconds / few.Seconds, "×", "≈ 5"},
		{"rebuild, memory of the process", all.memory / (1 << 20), "MiB", "< 1024"},
		{"rebuild, CPU of the process", all.cpu.Seconds() * 1e6 / n, "µs/click", ""},
		{"rebuild, CPU of Postgres", all.postgres.Seconds() * 1e6 / n, "µs/click", ""},
		{"rows of days and links", rows / n, "rows/click", ""},
		{"disk", size / n, "bytes/click", ""},
	}, nil
}

// write ships the next n clicks.
func (s *site) write(ctx context.Context, ship *kafka.Shipper, h *history, n int) error {
	const shipment = 20_000
	began := time.Now()
	for left := n; left > 0; left -= shipment {
		if err := ship.Ship(ctx, h.take(min(left, shipment))); err != nil {
			return fmt.Errorf("write history: %w", err)
		}
	}
	progress(fmt.Sprintf("wrote %d clicks in %s", n, time.Since(began).Round(time.Second)))
	return nil
}

// tool is a command line of linklog for this installation.
func (s *site) tool(ctx context.Context, args ...string) *exec.Cmd {
	args = append(args, "--json", "--log-level=warn", "--kafka-brokers="+s.main.ready.Kafka, "--database-url="+s.main.ready.Database,
		"--topic-prefix="+s.topicPrefix())
	cmd := exec.CommandContext(ctx, s.options.Binary, args...) //nolint:gosec // the program under measurement
	cmd.Stderr = os.Stderr
	return cmd
}

// counted waits until the projector has nothing left to do.
func (s *site) counted(ctx context.Context) error {
	for {
		out, err := s.tool(ctx, "status").Output()
		if err != nil {
			return fmt.Errorf("ask for status: %w", err)
		}
		var status struct {
			Readers []struct {
				Records int64 `json:"records_behind"`
			} `json:"readers"`
		}
		if err := json.Unmarshal(out, &status); err != nil {
			return fmt.Errorf("read status: %w", err)
		}
		behind := int64(0)
		for _, r := range status.Readers {
			behind += r.Records
		}
		if behind == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// rebuilt is what a rebuild says of itself, and what it took.
type rebuilt struct {
	Records  int64   `json:"records"`
	Seconds  float64 `json:"seconds"`
	cpu      time.Duration
	postgres time.Duration // CPU
	memory   float64       // bytes, at most
}

func (s *site) rebuildClicks(ctx context.Context) (r rebuilt, err error) {
	cmd := s.tool(ctx, "rebuild", "clicks")
	before, err := s.postgresCPU()
	if err != nil {
		return r, err
	}
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("rebuild: %w", err)
	}
	after, err := s.postgresCPU()
	if err != nil {
		return r, err
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &r); err != nil {
		return r, fmt.Errorf("read outcome of rebuild: %w", err)
	}
	r.cpu, r.postgres = cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), after-before
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = float64(usage.Maxrss) * 1024
	}
	progress(fmt.Sprintf("rebuilt %d clicks in %.1f s: %.0f clicks/s", r.Records, r.Seconds, float64(r.Records)/r.Seconds))
	return r, nil
}

// postgresCPU is what the installation's Postgres has used, with connections that are open.
func (s *site) postgresCPU() (time.Duration, error) {
	raw, err := os.ReadFile(filepath.Join(s.data, "postgres", "postgres", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("find Postgres: %w", err)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		return 0, fmt.Errorf("find Postgres: %w", err)
	}
	running, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		return 0, fmt.Errorf("find connections of Postgres: %w", err)
	}
	own, ended, err := processorTime(pid)
	if err != nil {
		return 0, err
	}
	sum := own + ended
	for field := range strings.FieldsSeq(string(running)) {
		child, _ := strconv.Atoi(field)
		used, _, err := processorTime(child)
		if err == nil { // it may have ended just now
			sum += used
		}
	}
	return sum, nil
}
