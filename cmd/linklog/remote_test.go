package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// user is somebody at a shell of their own.
type user struct {
	testing.TB

	home string
	env  []string
}

func newUser(tb testing.TB, env ...string) *user {
	tb.Helper()
	return &user{tb, tb.TempDir(), env}
}

// command is a linklog of this user's, which ends with the test.
func (u *user) command(args ...string) *exec.Cmd {
	u.Helper()
	path, err := binary()
	if err != nil {
		u.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(u.Context(), time.Minute)
	u.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "LINKLOG_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	const dontLinger = "GORACE=atexit_sleep_ms=0" // for a second, in case a race shows late: there are many commands
	cmd.Env = append(append(cmd.Env, "XDG_CONFIG_HOME="+u.home, "TERM=xterm", "NO_COLOR=", dontLinger), u.env...)
	return cmd
}

// types runs a command with something on standard input.
func (u *user) types(stdin string, args ...string) (stdout, stderr string, status int) {
	u.Helper()
	cmd := u.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	_ = cmd.Run()
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// does runs a command that has to succeed.
func (u *user) does(args ...string) string {
	u.Helper()
	out, errs, status := u.types("", args...)
	if status != 0 {
		u.Fatalf("linklog %s: exit %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// fails runs a command that has to fail with a status and say something.
func (u *user) fails(status int, says string, args ...string) {
	u.Helper()
	out, errs, got := u.types("", args...)
	if got != status || !strings.Contains(errs, says) {
		u.Errorf("linklog %s: exit %d, want %d and %q\n%s%s", strings.Join(args, " "), got, status, says, out, errs)
	}
}

// shown is the object a command prints with --json.
func (u *user) shown(args ...string) (v map[string]any) {
	u.Helper()
	out := u.does(append(args, "--json")...)
	if strings.Count(out, "\n") != 1 {
		u.Errorf("linklog %s printed more than a line: %s", strings.Join(args, " "), out)
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		u.Fatalf("linklog %s: %v in %s", strings.Join(args, " "), err, out)
	}
	return v
}

// TestRemote is a day at the command line: everything through the API alone.
func TestRemote(t *testing.T) {
	p, api := dev(t, embeddedtest.DataDir(t))
	t.Run("sign in and out", func(t *testing.T) { signInAndOut(newUser(t), p) })
	u := newUser(t, "LINKLOG_API="+p.API, "LINKLOG_KEY="+p.APIKey)
	t.Run("a link's life", func(t *testing.T) { linksLife(&user{t, u.home, u.env}, p) })
	t.Run("several links", func(t *testing.T) { severalLinks(&user{t, u.home, u.env}) })
	t.Run("clicks and codes", func(t *testing.T) { clicksAndCodes(&user{t, u.home, u.env}, p, caller{t, api.base, api.key}) })
}

func signInAndOut(u *user, p *program) {
	u.fails(3, "not signed in", "links", "list")
	u.fails(2, "--key -", "login", "--api", p.API)
	if _, errs, status := u.types("pl_live_nonsense\n", "login", "--api", p.API, "--key", "-"); status != 3 || !strings.Contains(errs, "UNAUTHORIZED") {
		u.Errorf("a wrong key: exit %d, %s", status, errs)
	}
	kept := filepath.Join(u.home, "linklog", "login.json")
	if _, err := os.Stat(kept); err == nil {
		u.Error("a refused key was kept")
	}
	out, errs, status := u.types(p.APIKey+"\n", "login", "--api", p.API+"/v1/", "--key", "-")
	if status != 0 || !strings.Contains(out, "signed in to "+p.API+" as acc_") || strings.Contains(out, p.APIKey) {
		u.Fatalf("login: exit %d, %s%s", status, out, errs)
	}
	info, err := os.Stat(kept)
	if err != nil || info.Mode().Perm() != 0o600 {
		u.Errorf("login is kept as %v, %v", info, err)
	}
	u.does("links", "list")
	u.fails(3, "not signed in to http://localhost:1", "links", "list", "--api", "http://localhost:1") // the key is not for that one
	u.fails(3, "UNAUTHORIZED", "links", "list", "--key", "pl_live_nonsense")                          // flags beat what is kept
	elsewhere := &user{u.TB, u.home, []string{"LINKLOG_KEY=pl_live_other"}}
	elsewhere.fails(3, "UNAUTHORIZED", "links", "list") // so does the environment
	elsewhere.does("links", "list", "--key", p.APIKey)  // which flags beat
	u.does("logout")
	u.fails(3, "not signed in", "links", "list")
	if _, errs, status := u.types("", "logout"); status != 0 || !strings.Contains(errs, "nobody") {
		u.Errorf("logout again: exit %d, %s", status, errs)
	}
}

func linksLife(u *user, p *program) {
	made := u.does("links", "create", "https://example.com/landing?a=b", "--slug", "spring-sale", "--title", "Spring", "--tag", "sale,mail", "--set", "click_limit=100")
	if want := p.Redirect + "/spring-sale\n"; made != want {
		u.Errorf("create printed %q, want %q", made, want)
	}
	u.fails(5, "SLUG_TAKEN", "links", "create", "https://example.com", "--slug", "spring-sale")
	u.fails(1, "url must include its protocol", "links", "create", "example")
	u.fails(4, "nothing-here", "links", "show", "nothing-here")
	u.fails(2, "is no link", "links", "show", "https://example.com/")
	u.fails(2, "NAME=VALUE", "links", "create", "https://example.com", "--set", "title")
	byID := u.shown("links", "show", "spring-sale")
	id, _ := byID["id"].(string)
	for _, name := range []string{id, p.Redirect + "/spring-sale", strings.TrimPrefix(p.Redirect, "http://") + "/spring-sale"} {
		if l := u.shown("links", "show", name); l["id"] != id || l["click_limit"] != 100.0 || l["title"] != "Spring" {
			u.Errorf("%s is %v", name, l)
		}
	}
	u.fails(2, "say what to change", "links", "edit", "spring-sale")
	l := u.shown("links", "edit", "spring-sale", "--url", "https://example.org/", "--slug", "summer-sale", "--unset", "click_limit", "--title", "")
	if l["slug"] != "summer-sale" || l["click_limit"] != nil || l["title"] != nil || l["long_url"] != "https://example.org/" {
		u.Errorf("edit left %v", l)
	}
	u.fails(5, "VERSION_CONFLICT", "links", "edit", id, "--title", "x", "--if-version", "1")
	history := u.does("links", "history", id)
	for _, want := range []string{"VERSION", "created", "/spring-sale → ", "title: Spring → none", "tags: "} {
		if !strings.Contains(history, want) {
			u.Errorf("history lacks %q:\n%s", want, history)
		}
	}
	if lines := u.does("links", "history", id, "--json", "--limit", "2"); strings.Count(lines, "\n") != 2 {
		u.Errorf("two changes: %s", lines)
	}
	if was := u.shown("links", "show", id, "--version", "1"); was["slug"] != "spring-sale" {
		u.Errorf("version 1 is %v", was)
	}
	if now := u.shown("links", "revert", "summer-sale", "--to", "1"); now["slug"] != "spring-sale" || now["title"] != "Spring" {
		u.Errorf("revert left %v", now)
	}
	key := []string{"links", "create", "https://example.com/once", "--idempotency-key", "once-only"}
	if first, again := u.does(key...), u.does(key...); first != again {
		u.Errorf("one key made %s and %s", first, again)
	}
	u.does("links", "delete", "spring-sale")
	u.fails(4, "NOT_FOUND", "links", "delete", "spring-sale")
}

func severalLinks(u *user) {
	for _, n := range []string{"one", "two", "three"} {
		u.does("links", "create", "https://example.com/"+n, "--slug", "trial-"+n, "--tag", "trial")
	}
	list := u.does("links", "list", "--tag", "trial", "--sort", "slug", "--order", "asc")
	rows := strings.Split(strings.TrimSpace(list), "\n")
	if len(rows) != 4 || !strings.HasPrefix(rows[0], "ID ") || !strings.Contains(rows[1], "/trial-one ") || !strings.Contains(rows[3], "/trial-two ") {
		u.Errorf("list:\n%s", list)
	}
	u.fails(2, "say --yes", "links", "delete", "--tag", "trial")
	u.fails(2, "not both", "links", "delete", "trial-one", "--tag", "trial")
	u.fails(2, "say which links", "links", "delete")
	if out := u.does("links", "delete", "--tag", "trial", "--dry-run"); strings.Count(out, "\n") != 3 {
		u.Errorf("--dry-run: %s", out)
	}
	u.does("links", "archive", "trial-one", "trial-two")
	if out := u.does("links", "list", "--tag", "trial", "--json"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "trial-three") {
		u.Errorf("beside the archived ones: %s", out)
	}
	if out := u.does("links", "restore", "--tag", "trial"); strings.Count(out, "restored ") != 2 {
		u.Errorf("restore: %s", out)
	}
	out, errs, status := u.types("trial-one\nnot-there\n\ntrial-two\ntrial-one\n", "links", "delete", "-", "--yes")
	if status != 4 || strings.Count(out, "deleted ") != 2 || !strings.Contains(errs, "not-there") || !strings.Contains(errs, "2 links done, not all") {
		u.Errorf("some that aren't there: exit %d\n%s%s", status, out, errs)
	}
	if out := u.does("links", "list", "--tag", "trial", "--status", "any", "--json"); strings.Count(out, "\n") != 1 {
		u.Errorf("left: %s", out)
	}
}

func clicksAndCodes(u *user, p *program, api caller) {
	l := u.shown("links", "create", "https://example.com/", "--slug", "seen", "--tag", "seen")
	id, _ := l["id"].(string)
	for range 3 {
		follow(u, http.MethodGet, p.Redirect+"/seen", firefox, http.StatusFound, "https://example.com/")
	}
	api.awaitClicks(id, 3, 0, 0)
	for _, args := range [][]string{{"seen"}, {"--tag", "seen"}} {
		text := u.does(append([]string{"analytics", "--by", "device,browser", "--compare"}, args...)...)
		for _, want := range []string{"3 clicks", "before: 0 clicks", "█", "DEVICE", "desktop", "100.0 %", "BROWSER", "Firefox"} {
			if !strings.Contains(text, want) {
				u.Errorf("analytics %v lack %q:\n%s", args, want, text)
			}
		}
	}
	if a := u.shown("analytics", "seen"); a["total_clicks"] != 3.0 || a["breakdowns"] == nil {
		u.Errorf("analytics: %v", a)
	}
	u.fails(1, "not by \"shoe\"", "analytics", "seen", "--by", "shoe")
	u.fails(1, "VALIDATION_ERROR", "analytics", "seen", "--from", "yesterday")
	u.fails(2, "or --tag", "analytics", "seen", "--tag", "seen")
	for name, begins := range map[string]string{"seen.png": "\x89PNG", "seen.svg": "<svg"} {
		path := filepath.Join(u.TempDir(), name)
		u.does("qr", "seen", "-o", path, "--size", "200")
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text[:min(len(text), 200)]), begins) {
			u.Errorf("%s: %v, %.40q", name, err, text)
		}
	}
	if out := u.does("qr", "seen", "-o", "-"); !strings.HasPrefix(out, "\x89PNG") {
		u.Errorf("standard output has %.40q", out)
	}
	u.fails(1, "size", "qr", "seen", "-o", "-", "--size", "7")
}
