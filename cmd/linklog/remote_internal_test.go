package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

func TestLinkNames(t *testing.T) {
	for name, want := range map[string][2]string{
		"spring-sale":                            {"", "spring-sale"},
		"https://go.example.com/spring-sale":     {"go.example.com", "spring-sale"},
		"go.example.com/sale":                    {"go.example.com", "sale"},
		"127.0.0.1:8081/sale/":                   {"127.0.0.1:8081", "sale"},
		"https://go.example.com/sale?utm=x#part": {"go.example.com", "sale"},
	} {
		host, slug, err := parseLinkName(name)
		if err != nil || [2]string{host, slug} != want {
			t.Errorf("%s is %q %q %v", name, host, slug, err)
		}
	}
	for _, name := range []string{"", "https://go.example.com", "https://go.example.com/", "/sale", "a/b/c", "a?b", "http://%zz/x"} {
		if _, _, err := parseLinkName(name); exitStatus(err) != exitMisused {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func FuzzLinkName(f *testing.F) {
	for _, name := range []string{"sale", "https://go.example.com/sale", "go.example.com:8080/s/", "[::1]/x", "a%2fb", "//"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		host, slug, err := parseLinkName(name)
		if err == nil && slug == "" || host != "" && strings.Contains(host, "/") {
			t.Errorf("%q is %q %q", name, host, slug)
		}
	})
}

// cells are rows without style.
func cells(rows ...[]string) [][]cell {
	all := make([][]cell, len(rows))
	for i, row := range rows {
		for _, text := range row {
			all[i] = append(all[i], cell{text: text})
		}
	}
	return all
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	table := newTable(&b, column{head: "ID"}, column{head: "WHERE", elastic: true}, column{head: "N", right: true})
	page := func(rows ...[]string) {
		t.Helper()
		if err := table.page(cells(rows...)); err != nil {
			t.Fatal(err)
		}
	}
	page([]string{"a", "https://example.com/long", "1"}, []string{"bc", "日本", "20"})
	table.width = 24
	page([]string{"d", "https://example.com/long", "3"}, []string{"e", "日本語日本語日本語", "\x1b[1m"})
	want := `ID  WHERE                      N
a   https://example.com/long   1
bc  日本                      20
d   https://examp…     3
e   日本語日本語…   ` + "\uFFFD[1m\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(strings.Join(strings.SplitAfter(b.String(), "\n")[3:], "")) {
		if n := breadth(strings.TrimRight(line, "\n")); n > 24 {
			t.Errorf("%q takes %d columns", line, n)
		}
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("日本語", 4)
	f.Add("a\u0301b", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if short := shorten(text, n); n >= 0 && (breadth(short) > n || utf8.ValidString(text) && !utf8.ValidString(short)) {
			t.Errorf("%q in %d columns is %q", text, n, short)
		}
	})
}

func TestChart(t *testing.T) {
	series := []point{{"2026-11-20", 0}, {"2026-11-21", 1}, {"2026-11-22", 480}, {"2026-11-23", 240}}
	want := `480       ██
          ██
          ██
          ██ ██
          ██ ██
       ▁▁ ██ ██
    2026-11-20 2026-11-23
`
	if diff := cmp.Diff(want, chart(series, 60, false)); diff != "" {
		t.Error(diff)
	}
	long := make([]point, 3660)
	for i := range long {
		long[i] = point{"2026-01-01", uint64(i)}
	}
	for line := range strings.Lines(chart(long, 60, false)) {
		if n := breadth(strings.TrimRight(line, "\n")); n > 60 {
			t.Errorf("%q takes %d columns", line, n)
		}
	}
	if chart(nil, 60, false) != "" || !strings.Contains(chart(series[:1], 0, false), "2026-11-20") {
		t.Error("no steps, or one, are not drawn")
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "999999999999": 24 * time.Hour,
		"Sun, 22 Nov 2026 10:00:30 GMT": 30 * time.Second, "Sun, 22 Nov 2026 09:00:00 GMT": 0,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// model is what kong makes of the command line.
func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&cli{}, kong.Name("linklog"))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

func TestCompletions(t *testing.T) {
	for line, want := range map[string]string{
		"links re":                       "restore revert",
		"links list --st":                "--status",
		"links list --status a":          "active archived any",
		"links list --tag x --st":        "--status",
		"links list --status = ar":       "archived",
		"links list --status =":          "active disabled archived expired scheduled any",
		"qr x --format=":                 "--format=png --format=svg",
		"qr x -o f --lev":                "--level",
		"completion ":                    "bash zsh fish",
		"links delete --dry-run --ye":    "--yes",
		"links list --tag ":              "",
		"logou":                          "logout",
		"complete-w":                     "",
		"no such thing":                  "",
		"links edit --no-such-flag --ur": "--url",
	} {
		words := strings.Split(line, " ")
		var got []string
		for _, c := range completions(model(t).Node, words) {
			got = append(got, c.word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// TestExamples: the help of every command for a remote API shows how it is called.
func TestExamples(t *testing.T) {
	for _, leaf := range model(t).Leaves(false) {
		path := leaf.FullPath()
		switch strings.Fields(path)[1] {
		case "login", "logout", "links", "analytics", "qr", "completion", "complete-words":
			if !strings.Contains(leaf.Detail, path) {
				t.Errorf("the help of %s shows no example", path)
			}
		}
	}
}
