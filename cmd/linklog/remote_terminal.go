package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// screen is w as a terminal's file; false if it is none.
func screen(w io.Writer) (fd int, ok bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// screenWidth is how many characters fit in a line of w; 0 if it is no terminal.
func screenWidth(w io.Writer) int {
	fd, ok := screen(w)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(fd)
	if err != nil || n < 20 {
		return 80
	}
	return n
}

// sayf writes a line beside what was asked for.
func (t *terminal) sayf(format string, args ...any) {
	_, _ = fmt.Fprintf(t.err, format+"\n", args...)
}

// line writes a line of what was asked for.
func (t *terminal) line(text string) error {
	_, err := fmt.Fprintln(t.out, visible(text))
	return err
}

// notef shows a passing remark in place of the one before, to people only.
func (t *terminal) notef(format string, args ...any) {
	n := screenWidth(t.err)
	if n == 0 {
		return
	}
	_, _ = fmt.Fprint(t.err, "\r"+shorten(fmt.Sprintf(format, args...), n-1)+"\x1b[K")
}

// printLine writes JSON of the API as one line.
func printLine(w io.Writer, text json.RawMessage) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(text)
}

// Styles of text on a terminal.
const (
	unstyled = ""
	bold     = "1"
	dim      = "2"
	red      = "31"
	green    = "32"
	yellow   = "33"
	cyan     = "36"
)

// painter colours text, or doesn't.
type painter bool

// colours is for w: only terminals have colours, and only people who don't mind (NO_COLOR).
func colours(w io.Writer) painter {
	_, ok := screen(w)
	return painter(ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

func (p painter) paint(style, text string) string {
	if !p || style == unstyled || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// breadth is how many columns of a terminal text takes.
func breadth(text string) (n int) {
	for _, r := range text {
		n += breadthOf(r)
	}
	return n
}

func breadthOf(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// shorten is text in at most n columns; an ellipsis tells if something is missing.
func shorten(text string, n int) string {
	if breadth(text) <= n {
		return text
	}
	var b strings.Builder
	left := n - 1
	for _, r := range text {
		if left -= breadthOf(r); left < 0 {
			break
		}
		b.WriteRune(r)
	}
	if n < 1 {
		return ""
	}
	return b.String() + "…"
}
