package domain_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// TestScenarios plays testdata/*.scenario; testdata/README.md says how to read and write them.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // our own testdata
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "\n== ")[1:] {
			title, body, _ := strings.Cut(part, "\n")
			t.Run(filepath.Base(file)+"/"+title, func(t *testing.T) {
				t.Parallel()
				s := stage{T: t, state: domain.NewState(), links: map[string]domain.LinkNumber{}}
				s.play(body)
			})
		}
	}
}

// stage is where one scenario plays.
type stage struct {
	*testing.T
	state  *domain.State
	links  map[string]domain.LinkNumber // a, b, … in the order of creation
	offset int64
	said   []string // what came of the last command and was not yet expected
}

var (
	dawn      = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	numbering = domain.Numbering{Partition: 3, Secret: []byte("a secret of the test")}
)

func (s *stage) play(body string) {
	s.Helper()
	section := ""
	for l := range strings.Lines(body + "\nend:") {
		text, _, _ := strings.Cut(l, "# ")
		if head, rest, ok := strings.Cut(text, ":"); ok && !strings.Contains(head, " ") {
			if section == "then" && len(s.said) > 0 {
				s.Fatalf("nobody expected %q", s.said)
			}
			section, text = head, rest
		}
		if text = strings.Join(strings.Fields(text), " "); text == "" {
			continue
		}
		switch section {
		case "given":
			s.state.Apply(s.event(parse(text)))
		case "when":
			s.act(parse(text))
		case "then":
			s.expect(text)
		default:
			s.Fatalf("what is %q?", l)
		}
	}
}

func (s *stage) expect(want string) {
	s.Helper()
	if len(s.said) == 0 {
		s.Fatalf("expected %q, nothing is left", want)
	}
	if s.said[0] != want {
		s.Fatalf("\n got %q\nwant %q", s.said[0], want)
	}
	s.said = s.said[1:]
}

// act decides a command and notes what came of it.
func (s *stage) act(l line) {
	s.Helper()
	s.offset++
	c := s.command(l)
	chance := domain.Chance{Now: l.time("at"), Numbering: numbering}
	for draw := range strings.SplitSeq(l.options["draws"], ",") {
		chance.Slugs = append(chance.Slugs, domain.Slug(draw))
	}
	learn(s.state, c.Needs(chance.Slugs))
	events, err := domain.Decide(s.state, c, s.offset, chance)
	for range 3 { // whoever decides for real gives up some time too
		lack, ok := errors.AsType[*domain.Lack](err)
		if !ok {
			break
		}
		learn(s.state, lack.Keys)
		events, err = domain.Decide(s.state, c, s.offset, chance)
	}
	var refusal *domain.Error
	switch {
	case errors.As(err, &refusal):
		s.state.Remember(c, s.offset, refusal)
		s.said = []string{strings.TrimSpace("refused " + refusal.Code.String() + " " + refusal.Field)}
	case err != nil:
		s.said = []string{err.Error()}
	case len(events) == 0:
		o := s.state.Outcomes[c.ID]
		s.said = []string{fmt.Sprintf("as decided at %d: %s v%d", o.Offset, s.name(o.Link), o.Version)}
		if o.Items != nil {
			s.said = []string{fmt.Sprintf("as decided at %d: %s", o.Offset, s.items(o.Items))}
		}
	}
	for _, e := range events {
		s.state.Apply(e)
		s.said = append(s.said, s.tell(e))
	}
}

// learn makes keys known to be absent where nothing is known of them, and has links counted.
func learn(s *domain.State, keys domain.Keys) {
	absent(s.Links, keys.Links)
	absent(s.Claims, keys.Slugs)
	for _, u := range keys.Usage {
		if _, ok := s.Usage[u]; ok {
			continue
		}
		s.Usage[u] = 0
		for _, l := range s.Links {
			if l.Account == u.Account && l.Domain == u.Domain && l.Counts() {
				s.Usage[u]++
			}
		}
	}
	absent(s.External, keys.External)
	absent(s.Domains, keys.Hosts)
	absent(s.Blocks, keys.Blocks)
}

func absent[K comparable, V any](known map[K]V, keys []K) {
	for _, k := range keys {
		if _, ok := known[k]; !ok {
			var none V
			known[k] = none
		}
	}
}

// line is a verb, what it is about, and options as in by=ann.
type line struct {
	verb, object string
	options      map[string]string
	items        []line // of a batch
}

func parse(text string) line {
	if head, items, ok := strings.Cut(text, ": "); ok {
		l := parse(head)
		for item := range strings.SplitSeq(items, "; ") {
			l.items = append(l.items, parse(item))
		}
		return l
	}
	words := strings.Fields(text)
	l := line{verb: words[0], options: map[string]string{}}
	for _, w := range words[1:] {
		if k, v, ok := strings.Cut(w, "="); ok {
			l.options[k] = v
		} else {
			l.object = w
		}
	}
	return l
}

// yes reports whether the option is there and not no.
func (l line) yes(option string) bool { return l.or(option, "no") != "no" }

// time is an option like +30d or -2s, counted from the scenario's dawn; absent: dawn itself.
func (l line) time(option string) time.Time {
	text := l.options[option]
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, _ := strconv.Atoi(days)
		return dawn.AddDate(0, 0, n)
	}
	d, _ := time.ParseDuration(text)
	return dawn.Add(d)
}

func (l line) or(option, otherwise string) string {
	if v, ok := l.options[option]; ok {
		return v
	}
	return otherwise
}
