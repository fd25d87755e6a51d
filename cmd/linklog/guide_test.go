package main_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// step is a command of a guide, and what the guide says it prints.
type step struct {
	kind    string // after "sh": server, checkout, until
	command string
	prints  string // … stands for anything; empty: not told
}

var fence = regexp.MustCompile("(?ms)^```(sh|text)( [a-z]+)?[^\n]*\n(.*?)^```$")

// stepsOf reads a guide. A text block says what the command before it prints.
func stepsOf(guide string) (steps []step) {
	for _, m := range fence.FindAllStringSubmatch(guide, -1) {
		if m[1] == "text" {
			steps[len(steps)-1].prints = strings.TrimSpace(m[3])
			continue
		}
		steps = append(steps, step{kind: strings.TrimSpace(m[2]), command: m[3]})
	}
	return steps
}

// TestGuides runs every command of every guide, in order, and holds what they print against what
// the guide says. The guides share an installation; the one that counts all clicks goes first.
func TestGuides(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the commands of guides are for a shell, and there is none")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tools := filepath.Join(dir, "bin")
	if err := os.Mkdir(tools, 0o755); err != nil { //nolint:gosec // a program is in it
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(tools, "linklog")); err != nil {
		t.Fatal(err)
	}
	data := embeddedtest.DataDir(t)
	server, _ := dev(t, data)
	source, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	play := func(s step) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, shell, "-ec", `eval "$(linklog env)"`+"\n"+s.command) //nolint:gosec // our own guides
		cmd.Dir = dir
		if s.kind == "checkout" {
			cmd.Dir = source
		}
		cmd.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "XDG_CONFIG_HOME="+dir,
			"LINKLOG_DATA="+data)
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	for _, name := range []string{"analytics", "links", "clicks"} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // they build on one another
			for _, s := range stepsOf(guide(t, name)) {
				if s.kind == "server" {
					continue
				}
				s.prints = strings.ReplaceAll(s.prints, "127.0.0.1:8081", strings.TrimPrefix(server.Redirect, "http://"))
				out, err := play(s)
				for deadline := time.Now().Add(30 * time.Second); s.kind == "until" && !matches(out, s.prints) && time.Now().Before(deadline); {
					out, err = play(s)
				}
				if err != nil || !matches(out, s.prints) {
					t.Fatalf("%s\nprinted\n%s\n(%v) and not\n%s", s.command, out, err, s.prints)
				}
			}
		})
	}
}

// guide is one as linklog's source has it.
func guide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("guides", name+".md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// matches reports whether out is what a guide says.
func matches(out, says string) bool {
	if says == "" {
		return true
	}
	parts := strings.Split(says, "…")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(out)
}

// TestGuideCommand: who has only the program reads the same text.
func TestGuideCommand(t *testing.T) {
	t.Parallel()
	out, errs, status := output(t, "guide", "clicks")
	if status != 0 || !strings.Contains(out, "\n```sh\nlinklog dev\n") || strings.Contains(out, "sh checkout") {
		t.Errorf("%d %s\n%s", status, errs, out)
	}
}

// TestHelp: whoever types help gets it.
func TestHelp(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{"help": "linklog guide links", "help links create": "Usage: linklog links create"} {
		if out, errs, status := output(t, strings.Fields(args)...); status != 0 || !strings.Contains(out, says) {
			t.Errorf("%s: %d %s\n%s", args, status, errs, out)
		}
	}
}
