package spool_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
)

// childDir tells this test's binary to be the process that gets killed; childName goes into what it records.
const (
	childDir  = "SPOOL_TEST_DIR"
	childName = "SPOOL_TEST_NAME"
)

// child records without end. What it has recorded, and what it has shipped, it says on its output: A text, or S node epoch sequence text.
func child(dir string) int {
	var mu sync.Mutex
	say := func(lines string) { mu.Lock(); defer mu.Unlock(); _, _ = os.Stdout.WriteString(lines) }
	shipments := 0
	s, err := spool.Open(dir, options(func(_ context.Context, batch []spool.Record) error {
		var b strings.Builder
		for _, r := range batch {
			fmt.Fprintf(&b, "S %d %d %d %s\n", r.ID.Node, r.ID.Epoch, r.ID.Sequence, r.Payload)
		}
		say(b.String())
		if shipments++; shipments%3 == 0 {
			return errDown // after it arrived: it comes again
		}
		return nil
	}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var wg sync.WaitGroup
	for g := range 3 {
		wg.Go(func() {
			for n := 0; ; n++ {
				text := fmt.Sprintf("%s-%d-%d-%s", os.Getenv(childName), g, n, strings.Repeat("x", n%500))
				before := s.Stats().Dropped.Total()
				s.Record(&domain.Click{UserAgent: text})
				if s.Stats().Dropped.Total() == before { // nobody else's either
					say("A " + text + "\n")
				}
			}
		})
	}
	wg.Wait()
	return 0
}

// harbour keeps what arrived, as a reader does: nothing that is not above the highest sequence it has seen.
type harbour struct {
	highest map[uint64]uint64 // by epoch
	texts   map[domain.ClickID]string
	counted map[string]int
}

func (h *harbour) land(t *testing.T, id domain.ClickID, text string) {
	t.Helper()
	if known, again := h.texts[id]; again && known != text {
		t.Fatalf("%v was %q and is %q", id, known, text)
	} else if !again && id.Sequence <= h.highest[id.Epoch] {
		t.Fatalf("%v comes after %d, and would be dropped", id, h.highest[id.Epoch])
	}
	h.texts[id] = text
	if id.Sequence > h.highest[id.Epoch] {
		h.highest[id.Epoch] = id.Sequence
		h.counted[text]++
	}
}

// TestKill: a process killed at any moment loses nothing it has recorded, and nothing is counted twice.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	dir := t.TempDir()
	h := harbour{map[uint64]uint64{}, map[domain.ClickID]string{}, map[string]int{}}
	recorded := map[string]bool{}
	for seed := range rounds {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		after := random.IntN(1 + 2000*(seed%3)) // some die at once, some go through segments
		run(t, dir, fmt.Sprint(seed), after, recorded, &h)
	}
	s := open(t, dir, options(func(_ context.Context, batch []spool.Record) error {
		for _, r := range batch {
			h.land(t, r.ID, string(r.Payload))
		}
		return nil
	}))
	holes := s.Stats().Holes
	shut(t, s)
	if d := s.Stats().Damaged; d > 0 {
		t.Errorf("%d damaged", d)
	}
	for text := range recorded {
		if h.counted[text] != 1 {
			t.Errorf("%q was recorded, and counted %d times", text, h.counted[text])
		}
	}
	for text, n := range h.counted {
		if n != 1 {
			t.Errorf("%q was counted %d times", text, n)
		}
	}
	t.Logf("%d kills, %d recorded, %d counted, %d epochs, %d holes at the end", rounds, len(recorded), len(h.counted), len(h.highest), holes)
}

// run starts a child, and kills it when it has said so many lines.
func run(t *testing.T, dir, name string, lines int, recorded map[string]bool, h *harbour) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+dir, childName+"="+name)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	for said := 0; ; said++ {
		if said == lines {
			_ = c.Process.Kill()
		}
		line, err := r.ReadString('\n')
		if err != nil {
			break // and what there is of the last line is not said
		}
		if text, ok := strings.CutPrefix(line, "A "); ok {
			recorded[strings.TrimSuffix(text, "\n")] = true
			continue
		}
		var id domain.ClickID
		var text string
		if _, err := fmt.Sscanf(line, "S %d %d %d %s", &id.Node, &id.Epoch, &id.Sequence, &text); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		h.land(t, id, text)
	}
	_ = c.Wait()
}

// TestTwoProcesses: the second one is told, and the lock dies with its owner.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+dir, childName+"=owner")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Open(dir, options(never)); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("second: %v", err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	s := open(t, dir, options(func(context.Context, []spool.Record) error { return nil }))
	shut(t, s)
}
