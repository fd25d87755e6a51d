package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// cell is a value in a table.
type cell struct {
	text, style string
}

// column is what cells below each other have in common.
type column struct {
	head    string
	right   bool // numbers
	elastic bool // gives way if a line is too long
}

const (
	gap            = 2 // columns of a terminal between two of a table
	elasticAtLeast = 12
)

// table writes rows for people a page at a time: aligned, and on a terminal cut to its width.
// Somewhere else nothing is cut.
type table struct {
	out     *bufio.Writer
	columns []column
	widths  []int
	width   int // of a line; 0: any
	painter painter
	headed  bool
}

func newTable(w io.Writer, all ...column) *table {
	t := &table{out: bufio.NewWriter(w), columns: all, width: screenWidth(w), painter: colours(w), widths: make([]int, len(all))}
	for i, c := range all {
		t.widths[i] = breadth(c.head)
	}
	return t
}

// page writes some rows. Columns are as wide as the widest value up to here.
func (t *table) page(rows [][]cell) error {
	for _, row := range rows {
		for i := range row {
			row[i].text = visible(row[i].text)
			t.widths[i] = max(t.widths[i], breadth(row[i].text))
		}
	}
	widths := t.fitting()
	if !t.headed {
		t.headed = true
		heads := make([]cell, len(t.columns))
		for i, c := range t.columns {
			heads[i] = cell{c.head, bold}
		}
		t.row(heads, widths)
	}
	for _, row := range rows {
		t.row(row, widths)
	}
	return t.out.Flush()
}

// fitting is the widths, of which the greatest elastic ones give way until a line fits.
func (t *table) fitting() []int {
	widths := slices.Clone(t.widths)
	if t.width == 0 {
		return widths
	}
	over := gap*(len(widths)-1) - t.width
	for _, w := range widths {
		over += w
	}
	for ; over > 0; over-- {
		widest := -1
		for i, c := range t.columns {
			if c.elastic && widths[i] > elasticAtLeast && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

func (t *table) row(row []cell, widths []int) {
	var b strings.Builder
	for i, c := range row {
		text := shorten(c.text, widths[i])
		padding := strings.Repeat(" ", widths[i]-breadth(text))
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		if t.columns[i].right {
			b.WriteString(padding + t.painter.paint(c.style, text))
			continue
		}
		b.WriteString(t.painter.paint(c.style, text) + padding)
	}
	_, _ = fmt.Fprintln(t.out, strings.TrimRight(b.String(), " ")) // Flush tells
}
