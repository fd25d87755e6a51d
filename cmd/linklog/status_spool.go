package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// spoolStatus is what a redirector says of its spool.
type spoolStatus struct {
	Admin   string  `json:"admin"`
	Waiting float64 `json:"clicks_waiting"` // recorded and not yet in Kafka
	Dropped float64 `json:"clicks_dropped"` // could not be recorded, since the process started
	Bytes   float64 `json:"bytes"`
	Cap     float64 `json:"cap_bytes"`
	Error   string  `json:"error,omitempty"` // why nothing is known
}

// askSpool reads a redirector's metrics.
func askSpool(ctx context.Context, base string) (s spoolStatus, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/metrics", nil)
	if err != nil {
		return s, fmt.Errorf("ask for metrics: %w", err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return s, fmt.Errorf("ask for metrics: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return s, fmt.Errorf("ask for metrics: answered %s", resp.Status)
	}
	return s, s.read(resp.Body)
}

// read picks the figures out of metrics; labels add up.
func (s *spoolStatus) read(metrics io.Reader) error {
	into := map[string]*float64{
		"linklog_clicks_waiting": &s.Waiting, "linklog_clicks_dropped_total": &s.Dropped,
		"linklog_spool_bytes": &s.Bytes, "linklog_spool_cap_bytes": &s.Cap,
	}
	found := false
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ = strings.Cut(name, "{")
		if to := into[name]; to != nil {
			n, err := strconv.ParseFloat(value[strings.LastIndexByte(value, ' ')+1:], 64)
			if err != nil {
				return fmt.Errorf("read metric %s: %w", name, err)
			}
			*to += n
			found = true
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	if !found {
		return fmt.Errorf("no redirector answers there")
	}
	return nil
}
