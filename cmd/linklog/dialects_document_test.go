package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// document is a file of examples from an API's document. Each is a curl command as it is written
// there, and after a line of dashes what must be answered: the status, headers if they matter (*
// is any value), and the document's JSON. Before a command may stand:
//
//	# a comment
//	swap: A B         from here on, A is B for us
//	keep: A m.n       from here on, A is what the answer has at m.n
//	varies: m, n      members whose values are not the document's, but look like it
//	more: allowed     the answer may have more members
//	until: it does    an answer that takes a moment to become so
type document struct {
	*testing.T
	examples []string
	swaps    []string
}

// newDocument reads a file; swaps are what stands in it, and what it is for us.
func newDocument(t *testing.T, path string, swaps ...string) *document {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("examples are curl commands, and there is no curl")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &document{t, strings.Split(string(text), "==========\n"), swaps}
}

// ours puts what we have in the place of what the document has.
func (d *document) ours(text string) string { return strings.NewReplacer(d.swaps...).Replace(text) }

// run plays all examples in their order.
func (d *document) run(flags ...string) {
	d.Helper()
	for _, text := range d.examples {
		e := d.example(text)
		if e.command == "" {
			continue
		}
		wrong := e.differences(d.curl(e.command, flags...))
		if len(wrong) > 0 && e.until {
			wrong = d.again(e, flags...)
		}
		if len(wrong) > 0 {
			d.Errorf("%s\n%s", e.command, strings.Join(wrong, "\n"))
		}
		d.keep(e)
	}
}

// again asks until the answer is as it should be.
func (d *document) again(e *example, flags ...string) (wrong []string) {
	ticker := time.NewTicker(200 * time.Millisecond) // some APIs allow ten requests a second
	defer ticker.Stop()
	for deadline := time.After(30 * time.Second); ; {
		select {
		case <-ticker.C:
			if wrong = e.differences(d.curl(e.command, flags...)); len(wrong) == 0 {
				return nil
			}
		case <-deadline:
			return wrong
		}
	}
}

// keep remembers parts of the answer.
func (d *document) keep(e *example) {
	d.Helper()
	for _, k := range e.keeps {
		name, path, _ := strings.Cut(k, " ")
		value := e.answer
		for part := range strings.SplitSeq(path, ".") {
			members, _ := value.(map[string]any)
			value = members[part]
		}
		if value == nil {
			d.Fatalf("%s\nno %s in %v", e.command, path, e.answer)
		}
		d.swaps = append(d.swaps, name, fmt.Sprint(value))
	}
}

// curled is an answer that curl has got.
type curled struct {
	status int
	header http.Header
	body   string
}

// curl runs a command in a shell where curl tells more than it does by itself.
func (d *document) curl(command string, flags ...string) curled {
	d.Helper()
	headers := filepath.Join(d.TempDir(), "headers")
	script := `flags="$*"; curl() { command curl $flags --silent --show-error --noproxy "*" --dump-header "$HEADERS" --write-out "\n%{http_code}" "$@"; }` + "\n" + command
	cmd := exec.CommandContext(d.Context(), "sh", append([]string{"-c", script, "sh"}, flags...)...)
	cmd.Env = append(os.Environ(), "HEADERS="+headers)
	out, err := cmd.CombinedOutput()
	cut := bytes.LastIndexByte(out, '\n')
	if err != nil || cut < 0 {
		d.Fatalf("%s\n%v: %s", command, err, out)
	}
	dump, err := os.ReadFile(headers)
	if err != nil {
		d.Fatal(err)
	}
	a := curled{header: http.Header{}, body: string(out[:cut])}
	if a.status, err = strconv.Atoi(string(out[cut+1:])); err != nil {
		d.Fatalf("%s\n%v: %s", command, err, out)
	}
	for line := range strings.SplitSeq(string(dump), "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			a.header.Add(name, value)
		}
	}
	return a
}

// example is one of a document.
type example struct {
	command string
	keeps   []string
	varies  []string
	more    bool
	until   bool

	status int
	header http.Header
	want   string // JSON; empty: the body is not looked at

	answer any // the last one
}

func (d *document) example(text string) *example {
	d.Helper()
	e := &example{header: http.Header{}}
	head, want, _ := strings.Cut(text, "----------\n")
	notes, command, _ := strings.Cut("\n"+head, "\ncurl ")
	for note := range strings.SplitSeq(notes, "\n") {
		name, value, _ := strings.Cut(note, ": ")
		switch name {
		case "swap":
			from, to, _ := strings.Cut(value, " ")
			d.swaps = append(d.swaps, from, to)
		case "keep":
			e.keeps = append(e.keeps, value)
		case "varies":
			e.varies = strings.Split(value, ", ")
		case "more":
			e.more = true
		case "until":
			e.until = true
		default:
			if note != "" && note[0] != '#' {
				d.Fatalf("%q is no part of an example", note)
			}
		}
	}
	if command == "" {
		return e
	}
	e.command = d.ours("curl " + command)
	fields, body, _ := strings.Cut(d.ours(want), "\n\n")
	lines := strings.Split(strings.TrimSpace(fields), "\n")
	status, err := strconv.Atoi(lines[0])
	if err != nil {
		d.Fatalf("%s\n%v", e.command, err)
	}
	e.status, e.want = status, strings.TrimSpace(body)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		e.header.Add(textproto.CanonicalMIMEHeaderKey(name), value)
	}
	return e
}

// differences are where an answer is not the document's.
func (e *example) differences(a curled) (wrong []string) {
	if a.status != e.status {
		return []string{fmt.Sprintf("status %d, want %d: %s", a.status, e.status, a.body)}
	}
	for name := range e.header {
		if got, want := a.header.Get(name), e.header.Get(name); got != want && (want != "*" || got == "") {
			wrong = append(wrong, fmt.Sprintf("%s: %s, want %s", name, got, want))
		}
	}
	if e.want == "" {
		return wrong
	}
	var want any
	if err := json.Unmarshal([]byte(e.want), &want); err != nil {
		return append(wrong, fmt.Sprintf("the example's answer: %v", err))
	}
	e.answer = nil
	if err := json.Unmarshal([]byte(a.body), &e.answer); err != nil {
		return append(wrong, fmt.Sprintf("the answer: %v: %s", err, a.body))
	}
	return append(wrong, e.compare("answer", want, e.answer, false)...)
}

// compare is where got differs from want; free is where values may.
func (e *example) compare(at string, want, got any, free bool) (wrong []string) {
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, not an object", at, got)}
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			value, given := members[name]
			if !given {
				wrong = append(wrong, at+" has no "+name)
				continue
			}
			wrong = append(wrong, e.compare(at+"."+name, want[name], value, free || slices.Contains(e.varies, name))...)
		}
		for name := range members {
			if _, known := want[name]; !known && !e.more {
				wrong = append(wrong, at+" has "+name+", which the document hasn't")
			}
		}
		return wrong
	case []any:
		return e.compareLists(at, want, got, free)
	}
	if free && !like(want, got) || !free && want != got {
		wrong = append(wrong, fmt.Sprintf("%s is %v (%[2]T), want %v (%[3]T)", at, got, want))
	}
	return wrong
}

// compareLists wants the same entries, or where values may differ one or more like the first.
func (e *example) compareLists(at string, want []any, got any, free bool) (wrong []string) {
	entries, ok := got.([]any)
	if !ok || len(entries) != len(want) && (!free || len(entries) == 0) {
		return []string{fmt.Sprintf("%s is %v, want a list like %v", at, got, want)}
	}
	for i, entry := range entries {
		model := want[0]
		if !free {
			model = want[i]
		}
		wrong = append(wrong, e.compare(fmt.Sprintf("%s[%d]", at, i), model, entry, free)...)
	}
	return wrong
}

var (
	digits = regexp.MustCompile(`\d`)
	dated  = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)
	prefix = regexp.MustCompile(`^(lnk_|link_|qr_|https?://|)`)
)

// like reports whether a value could stand in a document in place of another one.
func like(want, got any) bool {
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return false
	}
	model, isText := want.(string)
	text, _ := got.(string)
	switch {
	case !isText:
		return true
	case dated.MatchString(model):
		return digits.ReplaceAllString(model, "0") == digits.ReplaceAllString(text, "0")
	}
	return text != "" && prefix.FindString(model) == prefix.FindString(text)
}
