package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/projections"
)

// meter turns progress into a rate and an expectation.
type meter struct {
	began, at time.Time
	first     projections.Progress
	last      projections.Progress
}

func (m *meter) note(p projections.Progress, now time.Time) {
	if m.began.IsZero() {
		m.began, m.first = now, p
	}
	m.at, m.last = now, p
}

// rate is records a second since the beginning.
func (m *meter) rate() float64 {
	if elapsed := m.at.Sub(m.began).Seconds(); elapsed > 0 {
		return float64(m.last.Applied-m.first.Applied) / elapsed
	}
	return 0
}

// left is how long the rest will take at this rate; false before anybody can tell.
func (m *meter) left() (time.Duration, bool) {
	rest, rate := m.last.Total-m.last.Applied, m.rate()
	if rest > 0 && rate < 1 {
		return 0, false
	}
	return time.Duration(float64(rest) / max(rate, 1) * float64(time.Second)).Round(time.Second), true
}

// share is how much is done, from 0 to 1.
func (m *meter) share() float64 {
	if m.last.Total == 0 {
		return 1
	}
	return float64(m.last.Applied) / float64(m.last.Total)
}

// String is one line for people.
func (m *meter) String() string {
	text := fmt.Sprintf("%3.0f %%  %s of %s  %s/s", 100*m.share(), short(float64(m.last.Applied)), short(float64(m.last.Total)), short(m.rate()))
	if left, ok := m.left(); ok {
		text += fmt.Sprintf("  %s left", left)
	}
	return text
}

// short is a number in three digits or so.
func short(n float64) string {
	switch {
	case n >= 1e6:
		return strconv.FormatFloat(n/1e6, 'f', 2, 64) + "M"
	case n >= 1e4:
		return strconv.FormatFloat(n/1e3, 'f', 0, 64) + "k"
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

// gauge shows progress: a bar that moves on a terminal, a line now and then elsewhere, or
// JSON lines on standard output.
type gauge struct {
	meter

	out, err io.Writer
	json     bool
	bar      bool
	shown    time.Time
}

func newGauge(t *terminal, asJSON bool) *gauge {
	f, ok := t.err.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return &gauge{out: t.out, err: t.err, json: asJSON, bar: ok && !asJSON}
}

// How often each kind of gauge is renewed.
const (
	barInterval  = 200 * time.Millisecond
	jsonInterval = time.Second
	lineInterval = 5 * time.Second
)

// show takes in progress.
func (g *gauge) show(p projections.Progress) {
	now := time.Now()
	g.note(p, now)
	interval := lineInterval
	switch {
	case g.json:
		interval = jsonInterval
	case g.bar:
		interval = barInterval
	}
	if now.Sub(g.shown) >= interval {
		g.shown = now
		g.print()
	}
}

// progressLine is what programs get.
type progressLine struct {
	Applied int64   `json:"applied"`
	Total   int64   `json:"total"`
	Rate    float64 `json:"records_per_second"`
	Left    float64 `json:"seconds_left"`
}

func (g *gauge) print() {
	switch {
	case g.json:
		left, _ := g.left()
		_ = json.NewEncoder(g.out).Encode(progressLine{g.last.Applied, g.last.Total, g.rate(), left.Seconds()}) //nolint:errchkjson // finite numbers
	case g.bar:
		const width = 30
		full := int(g.share() * width)
		_, _ = fmt.Fprintf(g.err, "\r[%s%s] %s\x1b[K", strings.Repeat("=", full), strings.Repeat(" ", width-full), g.String())
	default:
		_, _ = fmt.Fprintln(g.err, g.String())
	}
}

// end leaves the bar's line.
func (g *gauge) end() {
	if g.bar && !g.began.IsZero() {
		g.print()
		_, _ = fmt.Fprintln(g.err)
	}
}
