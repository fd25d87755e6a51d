package httpapitest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

var update = flag.Bool("update", false, "write the answers into the golden files")

const (
	betweenExchanges = "==========\n"
	betweenHalves    = "----------\n"
)

// Golden plays the exchanges of each file in testdata, in order and in one world. A request
// may be preceded by lines of comment (#) and directives: "fault: x" breaks something for this
// request, "clock: 1h" lets time pass, "clicks: id 5" counts clicks, "domain: host account" gives
// an account a short domain, "record: name text" puts a TXT record into the DNS. "<id>" in a request is the id
// of the first link that was created, "<id2>" of the second; "<1MiB>" is as many letters.
// Each answer is also held to the OpenAPI document of its API in schemas/openapi, if there is one.
// Dialects are served beside the native API; the rest of a Location header behind one of its
// last slash is a link's id.
func Golden(t *testing.T, dialects ...func(*httpapi.Server) httpapi.Dialect) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) { playFile(t, file, dialects) })
	}
}

func playFile(t *testing.T, file string, dialects []func(*httpapi.Server) httpapi.Dialect) {
	t.Helper()
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := New()
	p := player{t: t, world: w, server: w.Server(t, dialects...), contracts: contracts(t)}
	var played []string
	for exchange := range strings.SplitSeq(string(stored), betweenExchanges) {
		request, want, _ := strings.Cut(exchange, betweenHalves)
		got := p.play(request)
		if got != want && !*update {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", request, got, want)
		}
		played = append(played, request+betweenHalves+got)
	}
	if strings.Contains(w.Logged.String(), "Bearer") || strings.Contains(w.Logged.String(), "utm_source") {
		t.Errorf("the log tells secrets: %s", w.Logged)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(played, betweenExchanges)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

type faultKey struct{}

// Fault is what breaks during a request of a golden file, for what a dialect has of its own outside.
func Fault(ctx context.Context) string {
	fault, _ := ctx.Value(faultKey{}).(string)
	return fault
}

type player struct {
	t      *testing.T
	world  *World
	server http.Handler
	ids    []string

	contracts map[string]*contract // what is promised, by name
}

// play sends a request as it is written in a file, and returns the answer as it is written there.
func (p *player) play(text string) string {
	p.world.Fault = ""
	text = p.fillIn(p.direct(text))
	head, payload, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	r := httptest.NewRequestWithContext(context.WithValue(p.t.Context(), faultKey{}, p.world.Fault), method, target, strings.NewReader(strings.TrimSuffix(payload, "\n")))
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	rec := httptest.NewRecorder()
	p.server.ServeHTTP(rec, r)
	p.remember(rec)
	p.hold(rec, r)
	return p.written(rec, r)
}

// hold compares an answer with what the document of its API promises, if there is one.
func (p *player) hold(rec *httptest.ResponseRecorder, r *http.Request) {
	api, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if api == "v1" {
		api = "native"
	}
	c := p.contracts[api]
	if c == nil {
		return
	}
	if err := c.check(r, rec.Code, rec.Header(), rec.Body.Bytes()); err != nil {
		p.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
}

// direct follows the directives in front of a request.
func (p *player) direct(text string) string {
	var rest strings.Builder
	s := bufio.NewScanner(strings.NewReader(text))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		name, value, _ := strings.Cut(s.Text(), ": ")
		switch {
		case strings.HasPrefix(s.Text(), "#"):
		case name == "fault":
			p.world.Fault = value
		case name == "clock":
			d, err := time.ParseDuration(value)
			if err != nil {
				p.t.Fatal(err)
			}
			p.world.Now = p.world.Now.Add(d)
		case name == "record":
			host, text, _ := strings.Cut(value, " ")
			p.world.Records[host] = append(p.world.Records[host], text)
		case name == "domain":
			host, account, _ := strings.Cut(value, " ")
			p.world.State.Domains[domain.Host(host)] = domain.Domain{Host: domain.Host(host), Account: domain.AccountID(account), Verified: true, Version: 2}
		case name == "clicks":
			for n := range p.world.State.Links {
				p.world.Clicks[n] = clicks.Counts{Human: 412, Bot: 57}
			}
		default:
			rest.WriteString(s.Text() + "\n")
		}
	}
	return rest.String()
}

func (p *player) fillIn(text string) string {
	for i, id := range p.ids {
		text = strings.ReplaceAll(text, p.placeholder(i), id)
	}
	text = strings.ReplaceAll(text, "<invalid UTF-8>", "\xff\xfe")
	for words, long := range map[string]string{
		"<1MiB>":                strings.Repeat("x", 1<<20),
		"<15 large operations>": list(15, `{"op":"create","url":"https://example.com/","scripts":[`+list(10, `{"content":"`+strings.Repeat("x", 8<<10)+`"}`)+`]}`),
		"<101 operations>":      list(101, `{"op":"create","url":"https://example.com/"}`),
		"<11 passwords>":        list(11, `{"op":"create","url":"https://example.com/","password":"secret #"}`),
	} {
		text = strings.ReplaceAll(text, words, long)
	}
	return text
}

// list is a JSON list's inside: n times the element, in which # is its number.
func list(n int, element string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(element, "#", strconv.Itoa(i))
	}
	return strings.Join(all, ",")
}

func (*player) placeholder(i int) string {
	if i == 0 {
		return "<id>"
	}
	return fmt.Sprintf("<id%d>", i+1)
}

func (p *player) remember(rec *httptest.ResponseRecorder) {
	location := rec.Header().Get("Location")
	if id := location[strings.LastIndexByte(location, '/')+1:]; id != "" && !slices.Contains(p.ids, id) {
		p.ids = append(p.ids, id)
	}
}

var drawn = regexp.MustCompile(`[a-z2-7]{16,20}`)

// written is an answer with sorted headers, indented JSON, and names for what is drawn.
func (p *player) written(rec *httptest.ResponseRecorder, r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", rec.Code, http.StatusText(rec.Code))
	var headers []string
	for name, values := range rec.Header() {
		for _, v := range values {
			if r.Header.Get(name) != v {
				v = drawn.ReplaceAllString(v, "(drawn)")
			}
			headers = append(headers, name+": "+v)
		}
	}
	slices.Sort(headers)
	b.WriteString(strings.Join(headers, "\n") + "\n")
	if body := rec.Body.String(); body != "" && !strings.HasPrefix(rec.Header().Get("Content-Type"), "application/json") {
		b.WriteString("\n" + body)
	} else if body != "" {
		var indented bytes.Buffer
		if err := json.Indent(&indented, rec.Body.Bytes(), "", "  "); err != nil {
			p.t.Errorf("answer is not JSON: %s", rec.Body)
		}
		b.WriteString("\n" + strings.TrimSpace(indented.String()) + "\n")
	}
	text := b.String()
	if key := regexp.MustCompile(`"idempotency_key": "([^"]*)"`).FindStringSubmatch(text); key != nil && key[1] != r.Header.Get("Idempotency-Key") {
		text = strings.ReplaceAll(text, key[1], "(drawn)")
	}
	for i, id := range p.ids {
		text = strings.ReplaceAll(text, id, p.placeholder(i))
	}
	return text
}
