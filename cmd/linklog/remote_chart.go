package main

import (
	"fmt"
	"slices"
	"strings"
)

const (
	chartHeight = 6  // lines
	chartWidth  = 80 // columns where there is no terminal
	barWidth    = 20
)

// eighths are blocks from empty to full.
var eighths = [...]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}

// chart draws a time series: a column for each step, or for some of them if there are more
// than fit. A step with any clicks at all is never empty.
func chart(series []point, width int, p painter) string {
	if len(series) == 0 {
		return ""
	}
	if width == 0 {
		width = chartWidth
	}
	label := len(short(float64(most(sums(series, 1)))))
	steps := sums(series, 1)
	for per := 2; len(steps) > width-label-2; per++ {
		steps = sums(series, per)
		label = len(short(float64(most(steps))))
	}
	top, wide := most(steps), max(1, min(3, (width-label-2)/len(steps)))
	var b strings.Builder
	for line := chartHeight - 1; line >= 0; line-- {
		text := ""
		if line == chartHeight-1 {
			text = short(float64(top))
		}
		fmt.Fprintf(&b, "%*s ", label, text)
		b.WriteString(p.paint(cyan, chartLine(steps, top, line, wide)) + "\n")
	}
	from, to := visible(series[0].Date), visible(series[len(series)-1].Date)
	space := max(1, len(steps)*wide-breadth(from)-breadth(to))
	if len(series) == 1 {
		space, to = 0, ""
	}
	fmt.Fprintf(&b, "%*s %s\n", label, "", p.paint(dim, from+strings.Repeat(" ", space)+to))
	return b.String()
}

// chartLine is a line of the columns; line 0 is the lowest.
func chartLine(steps []uint64, top uint64, line, wide int) string {
	var b strings.Builder
	for _, clicks := range steps {
		full := 0
		if top > 0 {
			full = int(float64(clicks) / float64(top) * chartHeight * 8)
		}
		if clicks > 0 {
			full = max(full, 1)
		}
		block := eighths[min(max(full-8*line, 0), 8)]
		for i := range wide {
			if wide > 1 && i == wide-1 {
				block = ' ' // between two columns
			}
			b.WriteRune(block)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// sums is the series with per steps in one.
func sums(series []point, per int) []uint64 {
	all := make([]uint64, 0, len(series)/per+1)
	for part := range slices.Chunk(series, per) {
		var sum uint64
		for _, p := range part {
			sum += p.Clicks
		}
		all = append(all, sum)
	}
	return all
}

func most(steps []uint64) uint64 { return slices.Max(steps) }

// bar is a share as a line of blocks.
func bar(n, of uint64) string {
	if of == 0 || n == 0 {
		return ""
	}
	full := max(1, int(float64(n)/float64(of)*barWidth*8))
	left := [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}
	return strings.Repeat("█", full/8) + left[full%8]
}
