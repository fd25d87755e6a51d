package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// pty makes a terminal of so many columns: who shows it, and what a program is given.
func pty(tb testing.TB, columns uint16) (shown, given *os.File) {
	tb.Helper()
	shown, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		tb.Skipf("no terminals here: %v", err)
	}
	tb.Cleanup(func() { _ = shown.Close() })
	fd := int(shown.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		tb.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		tb.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		tb.Fatal(err)
	}
	if given, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		tb.Fatal(err)
	}
	return shown, given
}

// screenOf runs a command on a terminal and returns all it showed. It types reply once the
// terminal shows prompt.
func screenOf(tb testing.TB, cmd *exec.Cmd, shown, given *os.File, prompt, reply string) (text string, status int) {
	tb.Helper()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	_ = given.Close()
	var b strings.Builder
	for r := bufio.NewReader(shown); ; {
		c, err := r.ReadByte()
		if err != nil {
			break // the program has ended, and with it the terminal
		}
		b.WriteByte(c)
		if prompt != "" && strings.HasSuffix(b.String(), prompt) {
			_, _ = io.WriteString(shown, reply)
		}
	}
	_ = cmd.Wait()
	return b.String(), cmd.ProcessState.ExitCode()
}

// TestRemoteOnATerminal: tables have colours and fit.
func TestRemoteOnATerminal(t *testing.T) {
	f := newFakeAPI(t, pagesOf(120))
	shown, given := pty(t, 70)
	cmd := f.user(t).command("links", "list")
	cmd.Stdout, cmd.Stderr = given, given
	text, status := screenOf(t, cmd, shown, given, "", "")
	lines := strings.Split(strings.TrimSpace(text), "\r\n")
	if status != 0 || len(lines) != 121 || !strings.Contains(lines[0], "\x1b[1m") || !strings.Contains(lines[1], "\x1b[32mactive\x1b[0m") || !strings.Contains(lines[1], "…") {
		t.Fatalf("exit %d, %d lines:\n%s", status, len(lines), text)
	}
	for _, line := range lines {
		for _, style := range []string{"\x1b[1m", "\x1b[32m", "\x1b[0m"} {
			line = strings.ReplaceAll(line, style, "")
		}
		if n := len([]rune(line)); n > 70 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if n := len(f.requests()); n != 2 {
		t.Errorf("asked %d times: nobody needs the count of a list that moves", n)
	}
}

// TestRemoteProgress: who sends a long list elsewhere sees how far it is.
func TestRemoteProgress(t *testing.T) {
	f := newFakeAPI(t, pagesOf(250))
	shown, given := pty(t, 70)
	cmd := f.user(t).command("links", "list")
	cmd.Stderr = given
	text, status := screenOf(t, cmd, shown, given, "", "")
	if status != 0 || !strings.Contains(text, "of 250") {
		t.Errorf("exit %d, shown: %q", status, text)
	}
}

// TestRemoteAsks: several links are deleted only after a yes, and a key is typed unseen.
func TestRemoteAsks(t *testing.T) {
	deleted := func(reply string) (int, string, int) {
		f := newFakeAPI(t, func(n int, w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			pagesOf(3)(n, w, r)
		})
		shown, given := pty(t, 80)
		cmd := f.user(t).command("links", "delete", "--tag", "x")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = given, given, given
		text, status := screenOf(t, cmd, shown, given, "[y/N] ", reply)
		return len(f.requests()) - 1, text, status
	}
	if n, text, status := deleted("y\n"); n != 3 || status != 0 {
		t.Errorf("after a yes: %d deleted, exit %d, %s", n, status, text)
	}
	if n, text, status := deleted("\n"); n != 0 || status != 1 || !strings.Contains(text, "nothing was deleted") {
		t.Errorf("after no answer: %d deleted, exit %d, %s", n, status, text)
	}
	f := newFakeAPI(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"success":true,"account":{"id":"acc_1","plan":"pro"}}`)
	})
	shown, given := pty(t, 80)
	cmd := newUser(t).command("login", "--api", f.URL)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = given, given, given
	text, status := screenOf(t, cmd, shown, given, ": ", "typed-key\n")
	if status != 0 || strings.Contains(text, "typed-key") || f.requests()[0].Header.Get("Authorization") != "Bearer typed-key" {
		t.Errorf("exit %d, %s", status, text)
	}
}
