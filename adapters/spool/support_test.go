package spool_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir))
	}
	goleak.VerifyTestMain(m)
}

var errDown = errors.New("down")

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// text encodes a click as its user agent, which is enough to know it again.
func text(dst []byte, c *domain.Click) []byte { return append(dst, c.UserAgent...) }

// arrived is what a test keeps of a shipped record.
type arrived struct {
	id   domain.ClickID
	text string
}

func sequences(batch []arrived) (s []uint64) {
	for _, a := range batch {
		s = append(s, a.id.Sequence)
	}
	return s
}

func texts(batch []arrived) (s []string) {
	for _, a := range batch {
		s = append(s, a.text)
	}
	return s
}

// pier is where a spool ships to: the test answers every shipment.
type pier struct {
	arrived chan []arrived
	answer  chan error
}

func newPier() pier { return pier{make(chan []arrived), make(chan error)} }

func (p pier) ship(ctx context.Context, batch []spool.Record) error {
	var kept []arrived
	for _, r := range batch {
		kept = append(kept, arrived{r.ID, string(r.Payload)})
	}
	select {
	case p.arrived <- kept:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-p.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// all answers shipments until n clicks are acknowledged.
func (p pier) all(n int) (got []arrived) {
	for len(got) < n {
		got = append(got, <-p.arrived...)
		p.answer <- nil
	}
	return got
}

// options are those of most tests: small segments, nothing to wait for.
func options(ship spool.Ship) spool.Options {
	return spool.Options{
		Node: 7, SegmentSize: 128 << 10, Cap: 16 << 20, Fsync: spool.FsyncNone, Linger: time.Microsecond,
		Encode: text, Ship: ship, Log: quiet(),
	}
}

func open(t *testing.T, dir string, o spool.Options) *spool.Spool {
	t.Helper()
	s, err := spool.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shut closes a spool and expects that all of it was shipped.
func shut(t *testing.T, s *spool.Spool) {
	t.Helper()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// abandon closes a spool without giving it time to ship.
func abandon(t *testing.T, s *spool.Spool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close: %v", err)
	}
}

// never ships nothing.
func never(ctx context.Context, _ []spool.Record) error {
	<-ctx.Done()
	return ctx.Err()
}

func record(s *spool.Spool, texts ...string) {
	for _, text := range texts {
		s.Record(&domain.Click{UserAgent: text, Link: 5, At: time.Unix(1_700_000_000, 0)})
	}
}

// files are the names of the segments in a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "lock" {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

// soon waits until something is true that nobody signals.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
